package atomic

import (
	"fmt"
	"slices"

	"aiohub/internal/program/callgraph"
)

// reach says by which tasks functions are reached, and from where.
type reach struct {
	tasks map[node2][]int32
	from  map[reached]step
}

// node2 is a function as a method of the objects of one class; ctx is -1 for one in itself.
type node2 struct {
	ctx int32
	fn  callgraph.FuncID
}

type reached struct {
	node2
	task int32
}

// step is how a task came to a function.
type step struct {
	by   node2
	line int
}

// spread finds which functions each task reaches by calls that are certain.
func (a *analysis) spread() {
	var queue []reached
	for i := range a.tasks {
		queue = a.visit(queue, reached{node2{-1, a.tasks[i].root}, int32(i)}, step{by: node2{-2, 0}})
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, i := range a.out[at.fn] {
			e := &a.g.Edges[i]
			if a.startsAt(e) || a.beginsTask(e) || !a.sure(i) {
				continue
			}
			queue = a.visit(queue, reached{node2{-1, e.To}, at.task}, step{at.node2, e.Line})
		}
	}
}

// sure reports whether a call has one target. Of several that one helper calls for others, or that one name means on
// different objects, it is not known which a task comes to. A decorated function and its wrapper are one.
func (p *program) sure(i int32) bool {
	e := &p.g.Edges[i]
	same := func(k int32) bool {
		o := &p.g.Edges[k]
		return o.From == e.From && o.Pos == e.Pos && o.Kind == e.Kind
	}
	for k := i - 1; k >= 0 && same(k); k-- {
		if !p.wraps(e.To, p.g.Edges[k].To) && !p.chained(e, &p.g.Edges[k]) {
			return false
		}
	}
	for k := i + 1; int(k) < len(p.g.Edges) && same(k); k++ {
		if !p.wraps(e.To, p.g.Edges[k].To) && !p.chained(e, &p.g.Edges[k]) {
			return false
		}
	}
	return e.Reason != callgraph.Wrapped || p.single(e)
}

// chained reports whether two edges at one place are of two calls that begin there, as in f().g().
func (p *program) chained(e, o *callgraph.Edge) bool {
	f := p.fns[e.From]
	x, y := lastName(&p.g.Funcs[e.To]), lastName(&p.g.Funcs[o.To])
	if f == nil || x == y {
		return false
	}
	calls := func(name string) bool {
		return slices.ContainsFunc(f.Calls, func(c Call) bool { return c.Start == e.Pos && c.Method == name })
	}
	return calls(x) && calls(y)
}

// single reports whether a wrapper wraps one function only.
func (p *program) single(e *callgraph.Edge) bool {
	for _, i := range p.out[e.From] {
		if o := &p.g.Edges[i]; o.Reason == callgraph.Wrapped && o.To != e.To {
			return false
		}
	}
	return true
}

// wraps reports whether one of two functions is what a decorator put around the other.
func (p *program) wraps(x, y callgraph.FuncID) bool {
	wrapped := func(x, y callgraph.FuncID) bool {
		return slices.ContainsFunc(p.out[x],
			func(i int32) bool { return p.g.Edges[i].To == y && p.g.Edges[i].Reason == callgraph.Wrapped })
	}
	return x == y || wrapped(x, y) || wrapped(y, x)
}

// startsAt reports whether an edge is of a call that only makes or starts a task.
func (a *analysis) startsAt(e *callgraph.Edge) bool {
	return e.Kind == callgraph.Iterate && a.g.Funcs[e.To].Flags&callgraph.Async != 0 && a.target == Threads
}

// visit notes that a task reaches a function, and queues it if that is new.
func (a *analysis) visit(queue []reached, at reached, by step) []reached {
	list := a.reach.tasks[at.node2]
	if slices.Contains(list, at.task) || len(list) >= maxTasks {
		return queue
	}
	a.reach.tasks[at.node2] = append(list, at.task)
	a.reach.from[at] = by
	return append(queue, at)
}

// chain writes how a task comes to a function.
func (a *analysis) chain(at reached) []string {
	var names []string
	for range 30 {
		by, ok := a.reach.from[at]
		name := a.g.Funcs[at.fn].Name()
		if !ok || by.by.ctx == -2 {
			names = append(names, name)
			break
		}
		names = append(names, fmt.Sprintf("%s (line %d)", name, by.line))
		at.node2 = by.by
	}
	slices.Reverse(names)
	return names
}
