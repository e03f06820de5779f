package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// The rest of the program is the task of whoever is not one of the tree's tasks. That it comes to an object while a
// task runs is seen if nobody in the tree calls a method of an object that starts tasks, so that it is there for the
// users of the object, or if the tree calls it on a way that begins in no task, or in another. A caller that is itself
// called in ways that are not seen, through a table of handlers say, may be the task.

// enterMain finds the methods that the rest of the program calls. Those that nobody in the tree calls are there for the
// users of an object that starts tasks of its own; others can be called in ways that are not seen.
func (a *analysis) enterMain(d *domain, active bool) {
	for _, f := range d.order {
		if !a.callable(d, f) {
			continue
		}
		outside, inside := false, false
		for _, i := range a.in[f] {
			e := &a.g.Edges[i]
			switch {
			case !e.Certain:
			case d.members[e.From]:
				inside = inside || e.From != f
			case a.g.Funcs[e.From].Flags&callgraph.Test == 0:
				outside = true
			}
		}
		name := lastName(&a.g.Funcs[f])
		called := outside && !strings.HasPrefix(name, "__")
		if !called && !(active && !inside && !strings.HasPrefix(name, "_")) {
			continue
		}
		tasks := []int32{}
		if a.constructs[d.class] == 1 && !a.hasBelow[d.class] {
			tasks = a.outsideTasks(d, f)
		}
		if len(tasks) == 0 {
			tasks = []int32{mainTask}
			d.called[f] = outside
		}
		for _, t := range tasks {
			a.enter(d, f, t, step{by: node2{-2, 0}})
		}
	}
}

// callable reports whether the rest of the program can call a function of a domain: a method that is not run as a task,
// and not before there is one.
func (a *analysis) callable(d *domain, f callgraph.FuncID) bool {
	fn := &a.g.Funcs[f]
	name := lastName(fn)
	if a.target == Threads && fn.Flags&callgraph.Async != 0 {
		return false // the event loop calls it
	}
	if fn.Class < 0 || a.method(d.class, name) != f || name == "__init__" || name == "__new__" || name == "__del__" ||
		startsUp(name) {
		return false
	}
	_, root := a.roots[f]
	return !root
}

// beginsOutside reports whether a way to a method from outside its domain can begin beside a task: in the body of a
// module, in main, in another task, in a method that a library calls, or in a public function that nobody in the tree
// calls. Calls that are only possible are followed to the body, to main and to the library. It is seen if each call of
// a way is certain, and somebody is known to begin it.
func (a *analysis) beginsOutside(d *domain, f callgraph.FuncID, beside int32) (may, seen bool) {
	const most = 1000 // functions to look at
	type caller struct {
		fn   callgraph.FuncID
		sure bool
	}
	var queue []caller
	known := map[callgraph.FuncID]bool{}
	callers := func(c caller) {
		for _, i := range a.in[c.fn] {
			if e := &a.g.Edges[i]; !known[e.From] && !(len(queue) == 0 && d.members[e.From]) && (e.Certain || len(queue) > 0) {
				known[e.From] = true
				queue = append(queue, caller{e.From, c.sure && e.Certain})
			}
		}
	}
	callers(caller{f, true})
	for i := 0; i < len(queue) && i < most && !seen; i++ {
		at := queue[i]
		name := lastName(&a.g.Funcs[at.fn])
		switch t, root := a.roots[at.fn]; {
		case a.g.Funcs[at.fn].Kind == callgraph.ModuleBody, name == "main", at.sure && root && t != beside:
			may, seen = true, at.sure
			continue
		case a.calledByLibrary(at.fn):
			may = true
			continue
		case root, a.isHanded(at.fn), a.g.Funcs[at.fn].Flags&callgraph.Test != 0:
			continue
		case at.sure && len(a.in[at.fn]) == 0 && !strings.HasPrefix(name, "_"):
			may = true
			continue
		}
		callers(at)
	}
	return may, seen
}

// calledByLibrary reports whether a function is a method that a library calls on an object of a class that derives from
// one of its own.
func (a *analysis) calledByLibrary(fn callgraph.FuncID) bool {
	f := &a.g.Funcs[fn]
	return f.Class >= 0 && slices.ContainsFunc(a.mro(f.Class), func(c int32) bool {
		return slices.ContainsFunc(a.g.Classes[c].Foreign,
			func(base string) bool { return knowledge.CalledOutside(base, lastName(f)) })
	})
}

// outsideTasks gives the tasks that reach a method from outside its domain.
func (a *analysis) outsideTasks(d *domain, f callgraph.FuncID) []int32 {
	var tasks []int32
	for _, i := range a.in[f] {
		e := &a.g.Edges[i]
		if !e.Certain || d.members[e.From] {
			continue
		}
		for _, t := range a.reach.tasks[node2{-1, e.From}] {
			if !slices.Contains(tasks, t) {
				tasks = append(tasks, t)
			}
		}
	}
	return tasks
}
