// Oracle scores the call graph on libraries whose sync side has an async twin.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/callgraph"
	"aiohub/internal/walk"
)

type truth struct {
	Library    string          `json:"library"`
	Leaf       []string        `json:"leaf_seeds"`
	Primitive  []string        `json:"primitive_seeds"`
	Never      []string        `json:"assume_nonblocking"`
	Async      map[string]any  `json:"async"`
	Sync       map[string]any  `json:"sync"`
	Choice     json.RawMessage `json:"by_choice"`
	ChoiceSync json.RawMessage `json:"by_choice_sync"`
}

func keys(raw json.RawMessage) map[string]bool {
	out := map[string]bool{}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		for _, s := range list {
			out[s] = true
		}
		return out
	}
	var m map[string]any
	if json.Unmarshal(raw, &m) == nil {
		for s := range m {
			out[s] = true
		}
	}
	return out
}

func set(list []string) map[string]bool {
	out := map[string]bool{}
	for _, s := range list {
		out[s] = true
	}
	return out
}

func main() {
	verbose := flag.Bool("v", false, "")
	who := flag.String("who", "", "print what leads to and from a function")
	tests := flag.Bool("tests", false, "")
	flag.Parse()
	tree, err := filepath.Abs(flag.Arg(0))
	if err != nil {
		panic(err)
	}
	found, err := walk.Tree(context.Background(), tree, walk.Options{NoGitignore: true, Workers: 2})
	if err != nil {
		panic(err)
	}
	g, err := callgraph.Build(context.Background(), callgraph.Input{Root: tree, Files: found.Files, Workers: 2, Tests: *tests})
	if err != nil {
		panic(err)
	}
	if *who != "" {
		print(g, *who)
		return
	}
	if flag.NArg() < 2 {
		certain := 0
		for i := range g.Edges {
			if g.Edges[i].Certain {
				certain++
			}
		}
		fmt.Println(len(g.Funcs), "functions", certain, "certain", len(g.Edges)-certain, "possible", len(g.Sites), "sites", len(g.Opens), "opens", len(g.Groups), "groups")
		return
	}
	data, err := os.ReadFile(flag.Arg(1))
	if err != nil {
		panic(err)
	}
	var t truth
	if err := json.Unmarshal(data, &t); err != nil {
		panic(err)
	}
	c := colour(g, set(t.Leaf), set(t.Primitive), set(t.Never))
	pos, neg := map[string]bool{}, map[string]bool{}
	choice, choiceSync := keys(t.Choice), keys(t.ChoiceSync)
	for k := range t.Async {
		if !choice[k] && !slices.Contains(t.Primitive, k) {
			pos[k] = true
		}
	}
	for k := range t.Sync {
		if !choiceSync[k] && !slices.Contains(t.Never, k) {
			neg[k] = true
		}
	}
	var must, may, missed, wrong, wrongMay, onlyMay []string
	has := map[string]bool{}
	tp, fp, tp2, fp2 := 0, 0, 0, 0
	for i := range g.Funcs {
		n := g.Funcs[i].Name()
		has[n] = true
		if c.must[i] {
			must = append(must, n)
			if pos[n] {
				tp++
			} else if neg[n] {
				fp++
				wrong = append(wrong, n+"   "+c.why[i])
			}
		}
		if c.must[i] || c.may[i] {
			may = append(may, n)
			if pos[n] {
				tp2++
				if !c.must[i] {
					onlyMay = append(onlyMay, n+"   "+c.why[i])
				}
			} else if neg[n] {
				fp2++
				if !c.must[i] {
					wrongMay = append(wrongMay, n+"   "+c.why[i])
				}
			}
		}
	}
	for k := range pos {
		if !slices.Contains(may, k) {
			s := k
			if !has[k] {
				s += "  (no such function)"
			}
			missed = append(missed, s)
		}
	}
	slices.Sort(missed)
	fmt.Println(len(must), "must", len(may), "must+may of", len(g.Funcs))
	fmt.Printf("%s: must %d/%d = %.3f, %d wrong (%.3f); must+may %d = %.3f, %d wrong (%.3f)\n", t.Library, tp, len(pos), float64(tp)/float64(len(pos)), fp,
		float64(tp)/float64(max(1, tp+fp)), tp2, float64(tp2)/float64(len(pos)), fp2, float64(tp2)/float64(max(1, tp2+fp2)))
	if *verbose {
		for _, x := range []struct {
			name string
			list []string
		}{{"missed", missed}, {"wrong", wrong}, {"only may", onlyMay}, {"wrong may", wrongMay}} {
			fmt.Println(x.name)
			for _, s := range x.list {
				fmt.Println("   ", s)
			}
		}
	}
}

func print(g *callgraph.Graph, name string) {
	for i := range g.Funcs {
		f := &g.Funcs[i]
		if !strings.Contains(f.Name(), name) {
			continue
		}
		fmt.Printf("%s:%d %s flags %b %v\n", g.Files[f.File].Path, f.Line, f.Name(), f.Flags, f.Decorators)
		for j := range g.Edges {
			e := &g.Edges[j]
			if e.From == callgraph.FuncID(i) {
				fmt.Printf("   -> %d %s kind %d certain %v reason %d\n", e.Line, g.Funcs[e.To].Name(), e.Kind, e.Certain, e.Reason)
			}
			if e.To == callgraph.FuncID(i) {
				fmt.Printf("   <- %d %s kind %d certain %v reason %d\n", e.Line, g.Funcs[e.From].Name(), e.Kind, e.Certain, e.Reason)
			}
		}
		for j := range g.Sites {
			if s := &g.Sites[j]; s.From == callgraph.FuncID(i) {
				fmt.Printf("   ext %d %s certain %v kind %d %v\n", s.Line, s.Name, s.Certain, s.Kind, s.Passed)
			}
		}
		for j := range g.Opens {
			if s := &g.Opens[j]; s.From == callgraph.FuncID(i) {
				fmt.Printf("   open %d %s", s.Line, s.Expr)
				for _, c := range s.Candidates {
					fmt.Print(" ", g.Funcs[c].Name())
				}
				fmt.Println(" common", s.Common)
			}
		}
		for _, group := range g.Groups {
			if slices.Contains(group, callgraph.FuncID(i)) {
				fmt.Print("   group")
				for _, c := range group {
					fmt.Print(" ", g.Funcs[c].Name())
				}
				fmt.Println()
			}
		}
		for j := range g.Starts {
			if s := &g.Starts[j]; s.From == callgraph.FuncID(i) {
				fmt.Println("   start", s.Line, g.Funcs[s.To].Name(), s.Name)
			}
		}
		for j := range g.Escapes {
			if s := &g.Escapes[j]; s.From == callgraph.FuncID(i) {
				fmt.Println("   escape", s.Line, g.Funcs[s.To].Name(), s.Name)
			}
		}
	}
}
