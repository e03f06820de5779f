// Command truth compares scans with inventories that were made by other means: `make truth`.
//
//	go run ./internal/program/scan/truth -inventories DIR -trees DIR
//	go run ./internal/program/scan/truth INVENTORY.json=TREE ...
//
// An inventory is an object with "repo", "commit" and an array "records" of objects with file, line, col, kind, name
// and canon. The tree that belongs to x.json is the directory x below -trees. Records are matched by file, line, kind
// and canonical name; the kinds requirement and implicit are left out, inventories do not have them. With -v every
// difference is printed: "-" only in the inventory, "+" only in the scan, "~" in both with another detail. With -bars
// the exit code is 1 if imports and uses are not all equal, or patches and strings less than 97 %.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aiohub/internal/files/walk"
	"aiohub/internal/program/scan"
)

type record struct {
	File  string
	Line  int
	Col   int
	Kind  string
	Name  string
	Canon string
	Ctx   string
	Via   string
	Maybe bool
	Func  string
}

type occurrence struct {
	file, kind, canon string
	line              int
}

func (r record) key() occurrence { return occurrence{r.File, r.Kind, r.Canon, r.Line} }

var kinds = []string{"import", "use", "patch", "string", "env", "method"}

// bars are the least recall and precision for a kind.
var bars = map[string]float64{"import": 1, "use": 1, "patch": 0.97, "string": 0.97}

func main() {
	verbose := flag.Bool("v", false, "print every difference")
	useBars := flag.Bool("bars", false, "exit 1 below the bars")
	inventories := flag.String("inventories", "", "directory with inventories, `DIR`/*.json")
	trees := flag.String("trees", "", "directory with a tree for each, `DIR`/*")
	flag.Parse()
	pairs := flag.Args()
	if *inventories != "" && *trees != "" {
		pairs = append(pairs, pair(*inventories, *trees)...)
	}
	if len(pairs) == 0 {
		fmt.Fprintln(os.Stderr, "truth: error: nothing to compare")
		fmt.Fprintln(os.Stderr, "truth: hint: give directories with inventories and trees: make truth TRUTH=dir TREES=dir")
		os.Exit(2)
	}
	below := false
	fmt.Printf("%-14s %-7s %6s %6s %6s %9s %9s\n", "tree", "kind", "truth", "found", "both", "recall", "precision")
	for _, arg := range pairs {
		inventory, tree, _ := strings.Cut(arg, "=")
		if err := compare(inventory, tree, *verbose, &below); err != nil {
			fmt.Fprintf(os.Stderr, "truth: error: %v\n", err)
			os.Exit(2)
		}
	}
	if below && *useBars {
		os.Exit(1)
	}
}

// pair finds the tree of each inventory, and says how to get the ones that are missing.
func pair(inventories, trees string) []string {
	files, _ := filepath.Glob(filepath.Join(inventories, "*.json"))
	var pairs []string
	missing := false
	for _, file := range files {
		var head struct {
			Repo, Commit string
			Records      []struct{}
		}
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &head)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "truth: error: %s: %v\n", file, err)
			os.Exit(2)
		}
		if head.Records == nil {
			continue // something else that is kept beside the inventories
		}
		tree := filepath.Join(trees, strings.TrimSuffix(filepath.Base(file), ".json"))
		if _, err := os.Stat(tree); err != nil {
			missing = true
			fmt.Fprintf(os.Stderr, "truth: error: %s is missing\n", tree)
			fmt.Fprintf(os.Stderr, "truth: hint: git clone https://github.com/%s %s && git -C %s checkout %s\n", head.Repo, tree,
				tree, head.Commit)
			continue
		}
		pairs = append(pairs, file+"="+tree)
	}
	if missing {
		os.Exit(2)
	}
	return pairs
}

func compare(inventory, tree string, verbose bool, below *bool) error {
	text, err := os.ReadFile(inventory)
	if err != nil {
		return err
	}
	var want struct {
		Commit  string
		Records []record
	}
	if err := json.Unmarshal(text, &want); err != nil {
		return fmt.Errorf("%s: %w", inventory, err)
	}
	root, err := filepath.Abs(tree)
	if err != nil {
		return err
	}
	begin := time.Now()
	walked, err := walk.Tree(context.Background(), root, walk.Options{NoGitignore: true, Workers: scan.DefaultWorkers()})
	if err != nil {
		return fmt.Errorf("%w; check out commit %s there", err, want.Commit)
	}
	result, err := scan.Run(context.Background(),
		scan.Input{Root: root, Files: walked.Files, Workers: scan.DefaultWorkers()})
	if err != nil {
		return err
	}
	took := time.Since(begin)
	var got []record
	for _, r := range result.Records {
		if slices.Contains(kinds, string(r.Kind)) && strings.HasSuffix(r.File, ".py") {
			got = append(got,
				record{r.File, r.Line, byteColumn(&r), string(r.Kind), r.Name, r.Canon, string(r.Ctx), r.Via, r.Maybe, r.Func})
		}
	}
	name := strings.TrimSuffix(filepath.Base(inventory), ".json")
	count := map[string]int{}
	for _, r := range got {
		count[r.Kind]++
	}
	missing, extra := difference(want.Records, got), difference(got, want.Records)
	for _, kind := range kinds {
		total, found := 0, count[kind]
		for _, r := range want.Records {
			if r.Kind == kind {
				total++
			}
		}
		lost, surplus := 0, 0
		for _, r := range missing {
			if r.Kind == kind {
				lost++
			}
		}
		for _, r := range extra {
			if r.Kind == kind {
				surplus++
			}
		}
		if total == 0 && found == 0 {
			continue
		}
		recall, precision := share(total-lost, total), share(found-surplus, found)
		fmt.Printf("%-14s %-7s %6d %6d %6d %9.4f %9.4f\n", name, kind, total, found, total-lost, recall, precision)
		if bar := bars[kind]; recall < bar || precision < bar {
			*below = true
		}
	}
	fmt.Printf("%-14s %d files, %d lines in %v; %d problems\n", name, result.Files, result.Lines,
		took.Round(time.Millisecond), len(result.Problems))
	if verbose {
		show("-", missing)
		show("+", extra)
		details(want.Records, got)
	}
	return nil
}

func share(part, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(part) / float64(all)
}

// difference gives the records of a that b has fewer of.
func difference(a, b []record) []record {
	left := map[occurrence]int{}
	for _, r := range b {
		left[r.key()]++
	}
	var out []record
	for _, r := range a {
		if left[r.key()]--; left[r.key()] < 0 {
			out = append(out, r)
		}
	}
	return out
}

// byteColumn is the column as inventories have it, which are made with Python's ast: bytes of UTF-8, from 0.
func byteColumn(r *scan.Record) int {
	before, _, _ := r.Split()
	return len(before)
}

func show(sign string, records []record) {
	slices.SortFunc(records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	for _, r := range records {
		fmt.Printf("%s %s:%d:%d: %s %s (%s) ctx=%s via=%s maybe=%v func=%s\n", sign, r.File, r.Line, r.Col, r.Kind, r.Name,
			r.Canon, string(r.Ctx), r.Via, r.Maybe, r.Func)
	}
}

// details prints matched records that differ in what is not compared.
func details(want, got []record) {
	by := map[occurrence][]record{}
	for _, r := range got {
		by[r.key()] = append(by[r.key()], r)
	}
	for _, w := range want {
		for i, g := range by[w.key()] {
			if g.Col != w.Col && len(by[w.key()]) > 1 {
				continue
			}
			if w != g {
				fmt.Printf("~ %s:%d: %s %s: %s\n", w.File, w.Line, w.Kind, w.Canon, fields(w, g))
			}
			by[w.key()] = slices.Delete(by[w.key()], i, i+1)
			break
		}
	}
}

func fields(w, g record) string {
	var out []string
	add := func(name string, a, b any) {
		if a != b {
			out = append(out, fmt.Sprintf("%s %v, not %v", name, b, a))
		}
	}
	add("col", w.Col, g.Col)
	add("name", w.Name, g.Name)
	add("ctx", w.Ctx, g.Ctx)
	add("via", w.Via, g.Via)
	add("maybe", w.Maybe, g.Maybe)
	add("func", w.Func, g.Func)
	return strings.Join(out, "; ")
}
