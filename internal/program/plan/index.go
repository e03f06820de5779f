package plan

import (
	"slices"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// index is a graph turned round: what leads to a function, and what a function does. Built once, then only read.
type index struct {
	g       *callgraph.Graph
	settled *settled

	edges   []callgraph.Edge                        // of the graph and of the answers
	in      [][]int32                               // by FuncID: edges to it
	out     [][]int32                               // by FuncID: edges from it
	sites   [][]int32                               // by FuncID: calls out of the tree
	groups  []int32                                 // by FuncID: index into Groups, or None
	opens   [][]int32                               // by FuncID: open calls
	starts  [][]int32                               // by FuncID: what it starts
	lambdas map[callgraph.FuncID][]callgraph.FuncID // by the function around them

	escaped, started map[callgraph.FuncID][]int // filled at first use

	added    []callgraph.Site // calls out of the tree that answers speak of
	verdicts map[verdictKey]verdict
	roomy    map[spot]bool              // see roomyPuts
	patches  []map[knowledge.Patch]bool // by file: what is green there
}

func newIndex(g *callgraph.Graph, s *settled) *index {
	n := len(g.Funcs)
	x := &index{
		g: g, settled: s, roomy: roomyPuts(g),
		in: make([][]int32, n), out: make([][]int32, n), sites: make([][]int32, n), groups: make([]int32, n),
		opens: make([][]int32, n), starts: make([][]int32, n),
		lambdas: map[callgraph.FuncID][]callgraph.FuncID{}, verdicts: map[verdictKey]verdict{},
		patches: make([]map[knowledge.Patch]bool, len(g.Files)),
	}
	x.edges, x.added = s.answered(g)
	for i := range x.edges {
		e := &x.edges[i]
		x.out[e.From] = append(x.out[e.From], int32(i))
		x.in[e.To] = append(x.in[e.To], int32(i))
	}
	for i := range g.Sites {
		x.sites[g.Sites[i].From] = append(x.sites[g.Sites[i].From], int32(i))
	}
	for i := range x.groups {
		x.groups[i] = callgraph.None
	}
	for i, group := range g.Groups {
		for _, id := range group {
			x.groups[id] = int32(i)
		}
	}
	for i := range g.Funcs {
		if f := &g.Funcs[i]; f.Kind == callgraph.Lambda {
			x.lambdas[f.Outer] = append(x.lambdas[f.Outer], callgraph.FuncID(i))
		}
	}
	for i := range g.Opens {
		x.opens[g.Opens[i].From] = append(x.opens[g.Opens[i].From], int32(i))
	}
	for i := range g.Starts {
		x.starts[g.Starts[i].From] = append(x.starts[g.Starts[i].From], int32(i))
	}
	return x
}

// patchedIn reports whether some program makes a group of the standard library green in a file.
func (x *index) patchedIn(file int32, patch knowledge.Patch) bool { return x.patches[file][patch] }

// patch notes which programs run which files.
func (x *index) patch(programs []Program) {
	byPath := make(map[string]int, len(x.g.Files))
	for i := range x.g.Files {
		byPath[x.g.Files[i].Path] = i
	}
	for _, program := range programs {
		for path := range program.Files {
			i, ok := byPath[path]
			if !ok {
				continue
			}
			if x.patches[i] == nil {
				x.patches[i] = map[knowledge.Patch]bool{}
			}
			for name := range program.Patches {
				x.patches[i][knowledge.Patch(name)] = true
			}
		}
	}
}

// called reports whether a function of the tree calls another for certain.
func (x *index) called(id callgraph.FuncID) bool {
	return slices.ContainsFunc(x.in[id], func(i int32) bool {
		e := &x.edges[i]
		return e.Certain && e.From != id && e.Kind != callgraph.DecoratorUse
	})
}

// transmits reports whether a call makes its caller wait for what the callee waits for.
func (x *index) transmits(e *callgraph.Edge) bool {
	to := &x.g.Funcs[e.To]
	switch {
	case to.Flags&callgraph.Async != 0:
		return false // calling it makes a coroutine; who awaits it is async already
	case to.Flags&callgraph.ContextManager != 0:
		return e.Kind == callgraph.With || e.Kind == callgraph.DecoratorUse
	case to.Flags&callgraph.Generator != 0:
		return e.Kind == callgraph.Iterate || e.Kind == callgraph.With
	}
	return true
}
