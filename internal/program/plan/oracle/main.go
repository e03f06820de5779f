// Oracle holds `aiohub plan` against libraries whose sync side has an async twin: the twin says which functions became
// async.
//
//	go run ./internal/program/plan/oracle -aiohub bin/aiohub [-v] [-truths DIR] [-cache DIR] [NAME...]
//
// It fetches the source distributions with pip, makes the tree of the sync side alone, tells the planner in its
// configuration what blocks, and prints a table. It exits with 1 if a bar is missed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// bar is what a library has to reach.
type bar struct{ recall, precision, both float64 }

var bars = map[string]bar{
	"httpcore": {.98, 1, .99}, "psycopg_pool": {.94, .98, .97}, "socketio": {.80, .98, .92},
	"python-engineio": {.89, 1, .89},
}

// bothPrecision is the precision that must and may have to have together, in every library: may is not to be filled
// with names.
const bothPrecision = .60

func main() {
	tool := flag.String("aiohub", "bin/aiohub", "the tool to score")
	truths := flag.String("truths", "internal/program/plan/oracle/testdata", "folder of the truths")
	cache := flag.String("cache", "",
		"folder for the source distributions (default: aiohub/oracle in the user's cache folder)")
	python := flag.String("python", "python3", "interpreter whose pip fetches the source distributions")
	verbose := flag.Bool("v", false, "list what was missed and what is wrong")
	keep := flag.String("keep", "", "folder in which the trees, configurations and plans are left")
	flag.Parse()
	if err := run(*tool, *truths, *cache, *python, *keep, *verbose, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(tool, truths, cache, python, keep string, verbose bool, only []string) error {
	if cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		cache = filepath.Join(dir, "aiohub", "oracle")
	}
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return err
	}
	if keep == "" {
		dir, err := os.MkdirTemp("", "oracle")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		keep = dir
	}
	tool, err := filepath.Abs(tool)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(truths, "*.json"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: no truths", truths)
	}
	var missed []string
	fmt.Println("| | async | must recall | must precision | must+may recall | must+may precision |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		if len(only) > 0 && !slices.Contains(only, name) {
			continue
		}
		t, err := readTruth(file)
		if err != nil {
			return err
		}
		s, err := t.plan(tool, cache, python, filepath.Join(keep, name))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("| %s %s | %d | %.3f | %.3f (%d wrong) | %.3f | %.3f |\n", t.Library, t.Version, s.positives,
			s.must.recall(s.positives), s.must.precision(), s.must.wrong, s.both.recall(s.positives), s.both.precision())
		if b, ok := bars[t.Library]; ok &&
			(s.must.recall(s.positives) < b.recall || s.must.precision() < b.precision || s.both.recall(s.positives) < b.both ||
				s.both.precision() < bothPrecision) {
			missed = append(missed, t.Library)
		}
		if verbose {
			list("missed", s.missed)
			list("wrong", s.wrong)
			list("found as may", s.onlyMay)
			list("wrong may", s.wrongMay)
		}
	}
	if len(missed) > 0 {
		return fmt.Errorf("below the bar: %s", strings.Join(missed, ", "))
	}
	return nil
}

func list(title string, names []string) {
	if len(names) > 0 {
		fmt.Printf("  %s:\n    %s\n", title, strings.Join(names, "\n    "))
	}
}

// plan makes the tree in a folder, runs the tool on it and scores what it says.
func (t *truth) plan(tool, cache, python, dir string) (score, error) {
	tree := filepath.Join(dir, "tree")
	if err := os.MkdirAll(tree, 0o777); err != nil {
		return score{}, err
	}
	for _, s := range t.Tree {
		data, err := fetch(cache, python, s.Sdist, s.SHA256)
		if err != nil {
			return score{}, err
		}
		if files, err := t.unpack(data, tree); err != nil {
			return score{}, fmt.Errorf("%s: %w", s.Sdist, err)
		} else if files == 0 {
			return score{}, fmt.Errorf("%s: holds no file of the packages", s.Sdist)
		}
	}
	config := filepath.Join(dir, "plan.toml")
	if err := os.WriteFile(config, []byte(t.config()), 0o666); err != nil {
		return score{}, err
	}
	cmd := exec.Command(tool, "plan", tree, "--config", config, "--output-format", "json")
	out, err := cmd.Output()
	if len(out) == 0 && err != nil {
		if failed, ok := err.(*exec.ExitError); ok {
			return score{}, fmt.Errorf("%w: %s", err, failed.Stderr)
		}
		return score{}, err
	}
	var plan struct{ Must, May []string }
	if err := json.Unmarshal(out, &plan); err != nil {
		return score{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, "plan.json"), out, 0o666); err != nil {
		return score{}, err
	}
	return t.judge(plan.Must, plan.May), nil
}
