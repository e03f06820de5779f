package atomic

import (
	"strings"

	"aiohub/internal/program/callgraph"
)

// countConstructs counts the places where objects of each class are made, by calls of its own __init__, and notes those
// that tasks make.
func (a *analysis) countConstructs() []int {
	counts := make([]int, len(a.g.Classes))
	a.perTask = make([]bool, len(a.g.Classes))
	var last callgraph.Edge
	for i := range a.g.Edges {
		e := &a.g.Edges[i]
		if e.Kind != callgraph.Construct || a.g.Funcs[e.To].Class < 0 || a.g.Funcs[e.From].Flags&callgraph.Test != 0 {
			continue
		}
		if e.From == last.From && e.Pos == last.Pos && e.To == last.To {
			continue
		}
		last = *e
		counts[a.g.Funcs[e.To].Class]++
		// One that is made where a task comes by, or in a loop, is one of several.
		inTask := len(a.reach.tasks[node2{-1, e.From}]) > 0
		a.perTask[a.g.Funcs[e.To].Class] = a.perTask[a.g.Funcs[e.To].Class] || inTask
		if c := a.callAt(e.From, e.Pos); c != nil && c.Loop || inTask || !a.once(e.From) {
			counts[a.g.Funcs[e.To].Class]++
		}
	}
	return counts
}

// countInstances counts the objects that bodies of modules make of classes without an __init__ of their own, which no
// edge shows, and notes the classes of which a module has the object.
func (a *analysis) countInstances() {
	elsewhere := map[int32]bool{}
	a.inModule = make([]bool, len(a.g.Classes))
	for _, m := range a.g.Instances {
		from := &a.g.Funcs[m.From]
		switch c := a.callAt(m.From, m.Pos); {
		case from.Flags&callgraph.Test != 0:
		case from.Kind != callgraph.ModuleBody || c == nil || c.Loop:
			elsewhere[m.Class] = true
		default:
			a.inModule[m.Class] = a.inModule[m.Class] || c.Assigned.Kind == Global
			if _, own := a.methods[m.Class]["__init__"]; !own {
				a.constructs[m.Class]++
			}
		}
	}
	for c := range elsewhere {
		a.inModule[c] = false
		if _, own := a.methods[c]["__init__"]; !own {
			a.constructs[c] = 0
		}
	}
}

// once reports whether a function runs once, or once for each object of its class. One that makes or opens something
// does so for whoever asks.
func (a *analysis) once(fn callgraph.FuncID) bool {
	f := &a.g.Funcs[fn]
	return f.Kind == callgraph.ModuleBody || lastName(f) == "__init__" || startsUp(lastName(f)) && !makes(lastName(f))
}

// makes reports whether a function gives a new object to each caller, as its name says.
func makes(name string) bool {
	for _, begin := range []string{"create", "new", "open", "load", "enter", "connect"} {
		if strings.HasPrefix(strings.TrimLeft(strings.ToLower(name), "_"), begin) {
			return true
		}
	}
	return false
}

// namedByModule reports whether a name of a module holds the one object of a class, so that whoever calls its methods by
// that name comes to that object.
func (a *analysis) namedByModule(c int32) bool {
	return a.constructs[c] == 1 && a.inModule[c]
}
