package plan

import (
	"slices"

	"aiohub/internal/program/callgraph"
)

// components gives the functions that must become async in groups that can only move together, callees before callers:
// functions that call each other in a circle, and methods that share a name.
func (p *Plan) components() [][]callgraph.FuncID {
	t := &tarjan{p: p, number: make([]int32, len(p.Colours)), low: make([]int32, len(p.Colours)),
		on: make([]bool, len(p.Colours))}
	for id, c := range p.Colours {
		if c == Must && t.number[id] == 0 {
			t.visit(callgraph.FuncID(id))
		}
	}
	return t.found
}

// tarjan finds strongly connected components, in the order callees before callers. It keeps its own stack: chains of
// calls are as long as a program makes them.
type tarjan struct {
	p       *Plan
	number  []int32
	low     []int32
	on      []bool
	stack   []callgraph.FuncID
	counter int32
	found   [][]callgraph.FuncID
}

type frame struct {
	id   callgraph.FuncID
	next []callgraph.FuncID
}

// needs lists what has to be async before a function, or with it: what it calls, the methods that share its name, its
// lambdas.
func (p *Plan) needs(id callgraph.FuncID) []callgraph.FuncID {
	x := p.index
	var out []callgraph.FuncID
	for _, i := range x.out[id] {
		if e := &x.edges[i]; e.Certain && p.Colours[e.To] == Must && e.Reason != callgraph.Wrapped && x.transmits(e) {
			out = append(out, e.To)
		}
	}
	if group := x.groups[id]; group != callgraph.None {
		for _, other := range x.g.Groups[group] {
			if p.Colours[other] == Must {
				out = append(out, other)
			}
		}
	}
	// A lambda is a line of the function around it: they change together.
	for _, lambda := range x.lambdas[id] {
		if p.Colours[lambda] == Must {
			out = append(out, lambda)
		}
	}
	if f := &x.g.Funcs[id]; f.Kind == callgraph.Lambda && f.Outer != callgraph.None && p.Colours[f.Outer] == Must {
		out = append(out, f.Outer)
	}
	return out
}

func (t *tarjan) open(id callgraph.FuncID) frame {
	t.counter++
	t.number[id], t.low[id], t.on[id] = t.counter, t.counter, true
	t.stack = append(t.stack, id)
	return frame{id, t.p.needs(id)}
}

func (t *tarjan) visit(root callgraph.FuncID) {
	frames := []frame{t.open(root)}
	for len(frames) > 0 {
		f := &frames[len(frames)-1]
		if len(f.next) > 0 {
			to := f.next[0]
			f.next = f.next[1:]
			switch {
			case t.number[to] == 0:
				frames = append(frames, t.open(to))
			case t.on[to]:
				t.low[f.id] = min(t.low[f.id], t.number[to])
			}
			continue
		}
		id := f.id
		frames = frames[:len(frames)-1]
		if len(frames) > 0 {
			above := frames[len(frames)-1].id
			t.low[above] = min(t.low[above], t.low[id])
		}
		if t.low[id] == t.number[id] {
			t.close(id)
		}
	}
}

func (t *tarjan) close(root callgraph.FuncID) {
	var component []callgraph.FuncID
	for {
		id := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.on[id] = false
		component = append(component, id)
		if id == root {
			break
		}
	}
	slices.Sort(component)
	t.found = append(t.found, component)
}
