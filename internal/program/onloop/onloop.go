// Package onloop works out which plain functions of a tree lead to a call of some sort when a coroutine calls them.
//
// A Way is made once for a graph and a sort of calls and only read afterwards. It follows calls that are certain, from
// one plain function to the next: what is handed to a thread, an executor or a task is no call, a callback can be
// another function in another program, and what a decorator outside the tree makes of a function is not known. A way on
// which nothing decides whether it is gone is sure; there is one where Sure says so, and then that is the way which is
// given.
package onloop

import (
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/lookup"
)

// Way leads from each plain function to the nearest call of a sort.
type Way struct {
	x    *lookup.Index
	asks map[callgraph.FuncID]bool
	site []int32 // by function: the call in it, an index into Graph.Sites, or None
	edge []int32 // by function: the call that leads on, an index into Graph.Edges, or None
	sure []bool  // by function: whoever calls it comes to the call
}

// New finds the ways to the calls out of the tree that seed picks.
func New(x *lookup.Index, seed func(*callgraph.Site) bool) *Way {
	g := x.Graph
	w := &Way{x: x, asks: asksForLoop(g), site: make([]int32, len(g.Funcs)), edge: make([]int32, len(g.Funcs)),
		sure: make([]bool, len(g.Funcs))}
	for i := range w.site {
		w.site[i], w.edge[i] = callgraph.None, callgraph.None
	}
	for _, doubtful := range []bool{false, true} { // sure ways first, the others go on from all
		w.spread(w.seeds(seed, doubtful), doubtful)
	}
	return w
}

// seeds gives the functions that lead to a call, at the beginning those which have one themselves.
func (w *Way) seeds(seed func(*callgraph.Site) bool, doubtful bool) []callgraph.FuncID {
	g := w.x.Graph
	var found []callgraph.FuncID
	if doubtful {
		for f := range g.Funcs {
			if w.Leads(callgraph.FuncID(f)) {
				found = append(found, callgraph.FuncID(f))
			}
		}
	}
	for i := range g.Sites {
		s := &g.Sites[i]
		if (doubtful || !s.Doubtful && !s.Borrowed) && !w.asks[s.From] && s.Certain && !s.Awaited && !w.Leads(s.From) &&
			isPlain(&g.Funcs[s.From]) && seed(s) {
			w.site[s.From], w.sure[s.From] = int32(i), !doubtful
			found = append(found, s.From)
		}
	}
	return found
}

// spread follows the callers of the functions in a queue.
func (w *Way) spread(queue []callgraph.FuncID, doubtful bool) {
	g := w.x.Graph
	for len(queue) > 0 {
		to := queue[0]
		queue = queue[1:]
		for _, i := range w.x.Callers(to) {
			e := &g.Edges[i]
			if w.Leads(e.From) || e.Doubtful && !doubtful || w.asks[e.From] || !Follows(e) || Alternatives(g, g.Edges, int(i)) ||
				!isPlain(&g.Funcs[e.From]) {
				continue
			}
			w.edge[e.From], w.sure[e.From] = i, !doubtful
			queue = append(queue, e.From)
		}
	}
}

// asksForLoop gives the plain functions that ask, themselves or through a function that they call, whether a loop runs:
// what they do where none runs, a coroutine does not come to.
func asksForLoop(g *callgraph.Graph) map[callgraph.FuncID]bool {
	asks := map[callgraph.FuncID]bool{}
	for i := range g.Sites {
		if s := &g.Sites[i]; loopQuestions[s.Name] && isPlain(&g.Funcs[s.From]) {
			asks[s.From] = true
		}
	}
	through := map[callgraph.FuncID]bool{}
	for i := range g.Edges {
		if e := &g.Edges[i]; asks[e.To] && isPlain(&g.Funcs[e.From]) {
			through[e.From] = true
		}
	}
	for f := range through {
		asks[f] = true
	}
	return asks
}

var loopQuestions = map[string]bool{"asyncio.get_running_loop": true, "asyncio._get_running_loop": true,
	"asyncio.events._get_running_loop": true}

// isPlain tells whether calling a function runs it, in the caller's thread.
func isPlain(f *callgraph.Func) bool {
	return f.Flags&(callgraph.Async|callgraph.Decorated) == 0 && f.Kind != callgraph.ModuleBody
}

// Follows tells whether an edge is a call that runs its callee for certain, here and now.
func Follows(e *callgraph.Edge) bool {
	return e.Certain && !e.Awaited && !e.Indirect && e.Kind != callgraph.DecoratorUse
}

// Alternatives tells whether the call of an edge leads to other functions as well, so that it is not certain that this
// one runs. Edges are sorted as those of a graph.
func Alternatives(g *callgraph.Graph, edges []callgraph.Edge, i int) bool {
	e := &edges[i]
	same := func(o *callgraph.Edge) bool { return o.From == e.From && o.Pos == e.Pos }
	other := func(o *callgraph.Edge) bool {
		return o.End == e.End && o.Kind == e.Kind && o.To != e.To &&
			(e.End > 0 || nameOf(g, o.To) == nameOf(g, e.To)) // a with block runs both __enter__ and __exit__
	}
	for j := i - 1; j >= 0 && same(&edges[j]); j-- {
		if other(&edges[j]) {
			return true
		}
	}
	for j := i + 1; j < len(edges) && same(&edges[j]); j++ {
		if other(&edges[j]) {
			return true
		}
	}
	return false
}

func nameOf(g *callgraph.Graph, f callgraph.FuncID) string {
	qual := g.Funcs[f].Qual
	return qual[strings.LastIndexByte(qual, '.')+1:]
}

// Serves tells whether the function of an edge awaits what the same callee gives at another place: then the callee is a
// plain function with two faces, and which one a call meets is not known. Edges are sorted as those of a graph.
func Serves(edges []callgraph.Edge, i int) bool {
	for j := range edges {
		if edges[j].To == edges[i].To && edges[j].Awaited {
			return true
		}
	}
	return false
}

// Leads tells whether a function leads to a call of the sort.
func (w *Way) Leads(f callgraph.FuncID) bool {
	return w.site[f] != callgraph.None || w.edge[f] != callgraph.None
}

// Sure tells whether whoever calls a function comes to a call of the sort: no branch and no return stands on the way.
func (w *Way) Sure(f callgraph.FuncID) bool { return w.sure[f] }

// Chain gives the calls from a function to one of the sort: of functions of the tree, and the last one.
func (w *Way) Chain(f callgraph.FuncID) (through []callgraph.Edge, last *callgraph.Site) {
	for w.site[f] == callgraph.None {
		if w.edge[f] == callgraph.None {
			return nil, nil
		}
		e := &w.x.Graph.Edges[w.edge[f]]
		through = append(through, *e)
		f = e.To
	}
	return through, &w.x.Graph.Sites[w.site[f]]
}
