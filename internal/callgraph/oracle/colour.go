package main

import (
	"os"
	"strings"

	"aiohub/internal/callgraph"
)

// colouring is which functions must and may become async, by the simplest rules that hold: against the current, over edges and groups,
// from what blocks. It is for judging the graph; the planner has rules of its own.
type colouring struct {
	g         *callgraph.Graph
	must, may []bool
	why       []string
}

// dunders that have an async form.
var dunders = map[string]bool{"__enter__": true, "__exit__": true, "__iter__": true, "__next__": true, "__call__": true}

// border reports whether a function stays as it is whatever it calls.
func border(f *callgraph.Func) bool {
	name := f.Qual[strings.LastIndexByte(f.Qual, '.')+1:]
	name, _, _ = strings.Cut(name, "#")
	switch {
	case f.Kind == callgraph.ModuleBody, f.Flags&(callgraph.Property|callgraph.Setter|callgraph.Deleter|callgraph.Async) != 0:
		return true
	case strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__"):
		return !dunders[name]
	}
	return false
}

var callbacks = os.Getenv("CB") != ""

func colour(g *callgraph.Graph, seeds, seedFuncs, never map[string]bool) *colouring {
	c := &colouring{g: g, must: make([]bool, len(g.Funcs)), may: make([]bool, len(g.Funcs)), why: make([]string, len(g.Funcs))}
	c.must = c.spread(true, seeds, seedFuncs, never)
	c.may = c.spread(false, seeds, seedFuncs, never)
	return c
}

func (c *colouring) spread(certain bool, seeds, seedFuncs, never map[string]bool) []bool {
	g := c.g
	on := make([]bool, len(g.Funcs))
	var queue []callgraph.FuncID
	add := func(f callgraph.FuncID, why string) {
		fn := &g.Funcs[f]
		if on[f] || border(fn) || never[fn.Name()] {
			return
		}
		on[f] = true
		if c.why[f] == "" {
			c.why[f] = why
		}
		queue = append(queue, f)
	}
	for i := range g.Sites {
		if s := &g.Sites[i]; seeds[s.Name] && (s.Certain || !certain) {
			add(s.From, s.Name)
		}
	}
	if !certain && callbacks {
		for i := range g.Opens {
			if o := &g.Opens[i]; o.Callback {
				add(o.From, "callback "+o.Expr)
			}
		}
	}
	for i := range g.Funcs {
		if seedFuncs[g.Funcs[i].Name()] {
			add(callgraph.FuncID(i), "told")
		}
	}
	callers := make([][]int, len(g.Funcs))
	wrapped := make([][]int, len(g.Funcs))
	for i := range g.Edges {
		e := &g.Edges[i]
		if certain && !e.Certain {
			continue
		}
		callers[e.To] = append(callers[e.To], i)
		if e.Reason == callgraph.Wrapped {
			wrapped[e.From] = append(wrapped[e.From], i)
		}
	}
	groups := make([][]callgraph.FuncID, len(g.Funcs))
	for _, group := range g.Groups {
		for _, f := range group {
			groups[f] = group
		}
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		for _, o := range groups[f] {
			add(o, "override of "+g.Funcs[f].Name())
		}
		for _, i := range callers[f] {
			e := &g.Edges[i]
			if e.Reason == callgraph.Wrapped && certain {
				all := true
				for _, w := range wrapped[e.From] {
					all = all && on[g.Edges[w].To]
				}
				if !all {
					continue
				}
			}
			add(e.From, "calls "+g.Funcs[f].Name())
		}
	}
	return on
}
