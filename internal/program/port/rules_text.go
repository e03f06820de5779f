package port

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"aiohub/internal/output/finding"
)

// What is said about the rules: the messages, `aiohub port --explain` and the documentation print it.
//
//go:embed rules/*.md
var texts embed.FS

// Rules are all of them, in the order of the documentation.
var Rules = written("stage1", "stage2", "primitives", "either", "stage3", "early", "splits")

// unnamed are the rules that no variable stands for yet.
var unnamed = byName(Rules)

// rule gives the rule with a name to the variable that stands for it: the only one. A name without a text is a fault of
// the program: it panics.
func rule(name string) *Rule {
	r := unnamed[name]
	if r == nil {
		panic("port: no text, or a second variable, for the rule " + name)
	}
	delete(unnamed, name)
	return r
}

func byName(rules []*Rule) map[string]*Rule {
	names := map[string]*Rule{}
	for _, r := range rules {
		if names[r.Name] != nil {
			panic("port: two texts for the rule " + r.Name)
		}
		names[r.Name] = r
	}
	return names
}

// written reads the rules out of files. A text that is none of a rule is a fault of the program: it panics.
func written(files ...string) []*Rule {
	var rules []*Rule
	for _, file := range files {
		text, err := texts.ReadFile("rules/" + file + ".md")
		if err == nil {
			var more []*Rule
			more, err = readRules(string(text))
			rules = append(rules, more...)
		}
		if err != nil {
			panic(fmt.Sprintf("port: rules/%s.md: %v", file, err))
		}
	}
	return rules
}

const heading = "## `"

// readRules reads the texts of rules that stand one behind the other.
func readRules(text string) ([]*Rule, error) {
	text, ok := strings.CutPrefix(text, heading)
	if !ok {
		return nil, fmt.Errorf("it begins with the heading of a rule")
	}
	var rules []*Rule
	for page := range strings.SplitSeq(text, "\n"+heading) {
		r, err := described(heading + strings.TrimRight(page, "\n") + "\n")
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// described reads the text of a rule:
//
//	## `names-move`
//
//	Stage 1, safe: half a sentence.
//
//	Why it is right, what changes, or what a person has to do.
//
//	```py
//	# before
//	...
//	# after
//	...
//	```
//
// Not every rule has the Python. One that is "manual until accepted" is followed if a person says so. A paragraph may be of several lines: the messages have it as one.
func described(page string) (*Rule, error) {
	parts := strings.SplitN(page, "\n\n", 4)
	if len(parts) < 3 {
		return nil, fmt.Errorf("%s has no title, or no reason", strings.TrimSpace(parts[0]))
	}
	r := &Rule{Name: strings.TrimSuffix(strings.TrimPrefix(parts[0], heading), "`"),
		Why: strings.Join(strings.Fields(parts[2]), " "), Page: page}
	kind, title, _ := strings.Cut(parts[1], ": ")
	stage, safety, _ := strings.Cut(strings.TrimPrefix(kind, "Stage "), ", ")
	var full bool
	if r.Title, full = strings.CutSuffix(strings.ReplaceAll(title, "\n", " "), "."); !full || r.Title == "" {
		return nil, fmt.Errorf("%s: %q is not a stage, how safe it is, and a sentence", r.Name, parts[1])
	}
	var err error
	if r.Stage, err = strconv.Atoi(stage); err != nil {
		return nil, fmt.Errorf("%s: %q is no stage", r.Name, kind)
	}
	safety, r.Accept = strings.CutSuffix(safety, " until accepted")
	switch r.Safety = finding.Safety(safety); {
	case r.Safety == finding.Manual, !r.Accept && (r.Safety == finding.Safe || r.Safety == finding.Unsafe):
	default:
		return nil, fmt.Errorf("%s: %q is not how safe a rule is", r.Name, safety)
	}
	if len(parts) == 4 && !isExample(parts[3]) {
		return nil, fmt.Errorf("%s: what follows the reason is no Python", r.Name)
	}
	return r, nil
}

// isExample tells whether a text is one block of Python, to its end.
func isExample(text string) bool {
	code, open := strings.CutPrefix(text, "```py\n")
	code, closed := strings.CutSuffix(code, "\n```\n")
	return open && closed && !strings.Contains(code, "```")
}
