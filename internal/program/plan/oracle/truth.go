package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
)

// truth says which functions of the sync side of a library are async in its async twin.
type truth struct {
	Library string `json:"library"`
	Version string `json:"version"`
	Tree    []struct {
		Sdist  string `json:"sdist"`
		SHA256 string `json:"sha256"`
	} `json:"tree"`
	Roots []struct {
		Dir     string `json:"dir"`
		Package string `json:"package"`
	} `json:"roots"`
	Exclude      []string       `json:"exclude"`
	Strip        []string       `json:"strip"` // async halves of modules that hold both, as module:name
	Leaf         []string       `json:"leaf_seeds"`
	Primitive    []string       `json:"primitive_seeds"`
	Never        []string       `json:"assume_nonblocking"`
	Async        map[string]any `json:"async"`
	Sync         map[string]any `json:"sync"`
	ByChoice     names          `json:"by_choice"`      // async for symmetry only: not counted
	ByChoiceSync names          `json:"by_choice_sync"` // blocks, but stayed as it was: not counted
}

// names is a set that is written as a list or as an object.
type names map[string]bool

func (n *names) UnmarshalJSON(data []byte) error {
	*n = names{}
	var list []string
	if json.Unmarshal(data, &list) == nil {
		for _, name := range list {
			(*n)[name] = true
		}
		return nil
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	for name := range object {
		(*n)[name] = true
	}
	return nil
}

func readTruth(path string) (*truth, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &truth{}
	if err := json.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// config is the configuration that tells the planner what the truth takes for given.
func (t *truth) config() string {
	list := func(items []string) string {
		out := "[\n"
		for _, item := range items {
			out += fmt.Sprintf("  %q,\n", item)
		}
		return out + "]\n"
	}
	out := "[tool.aiohub.plan]\npatched = true\n"
	if blocking := slices.Concat(t.Leaf, t.Primitive); len(blocking) > 0 {
		out += "blocking = " + list(blocking)
	}
	if len(t.Never) > 0 {
		out += "never-blocks = " + list(t.Never)
	}
	return out
}

// score is how a plan compares with a truth.
type score struct {
	positives, negatives int
	must, both           count
	missed, wrong        []string // as module:name
	wrongMay, onlyMay    []string
}

type count struct{ found, wrong int }

func (c count) recall(positives int) float64 {
	if positives == 0 {
		return 1
	}
	return float64(c.found) / float64(positives)
}

func (c count) precision() float64 {
	if c.found+c.wrong == 0 {
		return 1
	}
	return float64(c.found) / float64(c.found+c.wrong)
}

// judge compares the functions that must and may become async with the truth. Functions that it does not mention do not
// count.
func (t *truth) judge(must, may []string) score {
	positive, negative := map[string]bool{}, map[string]bool{}
	for name := range t.Async {
		positive[name] = !t.ByChoice[name] && !slices.Contains(t.Primitive, name)
	}
	for name := range t.Sync {
		negative[name] = !t.ByChoiceSync[name] && !slices.Contains(t.Never, name)
	}
	maps.DeleteFunc(positive, func(_ string, counts bool) bool { return !counts })
	maps.DeleteFunc(negative, func(_ string, counts bool) bool { return !counts })
	s := score{positives: len(positive), negatives: len(negative)}
	seen := map[string]bool{}
	for _, name := range must {
		if seen[name] {
			continue
		}
		seen[name] = true
		switch {
		case positive[name]:
			s.must.found++
		case negative[name]:
			s.must.wrong++
			s.wrong = append(s.wrong, name)
		}
	}
	s.both = s.must
	for _, name := range may {
		if seen[name] {
			continue
		}
		seen[name] = true
		switch {
		case positive[name]:
			s.both.found++
			s.onlyMay = append(s.onlyMay, name)
		case negative[name]:
			s.both.wrong++
			s.wrongMay = append(s.wrongMay, name)
		}
	}
	for name := range positive {
		if !seen[name] {
			s.missed = append(s.missed, name)
		}
	}
	slices.Sort(s.missed)
	return s
}
