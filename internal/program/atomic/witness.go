package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// A finding is certain if both of its tasks are seen. The rest of the program is a task that nobody sees begin. What
// its caller does, and when, is a guess, unless the tree itself bears witness that others come to the object while the
// task runs.

// witnessed reports whether something in the tree shows that the rest of the program comes to a place while a task
// runs, which is at the same state in another function.
func (a *analysis) witnessed(v *view, s State, at point, meets callgraph.FuncID, beside int32) bool {
	if v.d == nil || v.d.class < 0 {
		return true // it has started the task itself, and goes on
	}
	if a.startsHere(v.d, at, beside) {
		return true
	}
	entry, called := a.entryOf(v.d, at.fn)
	if called {
		if may, seen := a.beginsOutside(v.d, entry, beside); seen || !may {
			return seen
		}
	}
	if f := &a.g.Funcs[entry]; strings.HasPrefix(lastName(f), "_") || slices.ContainsFunc(f.Decorators, registers) {
		return false // for itself, or for whoever the decorator hands it to, who may be the task
	}
	return a.lockedSomewhere(v.d, s) || a.startedInConstructor(v.d, beside) || a.sharedByStarter(v.d, s, beside) ||
		a.signals(at.fn, meets)
}

// startsHere reports whether a function starts a task of its object for certain before it comes to a place.
func (a *analysis) startsHere(d *domain, at point, t int32) bool {
	before, ok := d.before[at.fn]
	return ok && t != mainTask && a.tasks[t].from == at.fn && at.pos > before
}

// entryOf gives the method by which the rest of the program comes to a function of a domain, and whether the tree calls
// that method.
func (a *analysis) entryOf(d *domain, f callgraph.FuncID) (entry callgraph.FuncID, called bool) {
	at := reached{node2{d.ctx, f}, mainTask}
	for range 30 {
		if outer := a.held2[at.ctx]; outer != nil {
			d = outer
		}
		by, ok := d.from[at]
		if !ok || by.by.ctx == -2 {
			break
		}
		at.node2 = by.by
	}
	return at.fn, d.called[at.fn]
}

// lockedSomewhere reports whether a method holds a lock while it works on a state: who wrote that knew of two tasks.
func (a *analysis) lockedSomewhere(d *domain, s State) bool {
	return slices.ContainsFunc(a.spots[s], func(at spot) bool {
		b := a.accessOf(at)
		return d.members[at.fn] && !a.constructing(at.fn) && len(a.held(at.fn, b.Start, b.End)) > 0
	})
}

// startedInConstructor reports whether a task runs as soon as there is the object, so that whatever is done to it from
// outside is done beside the task.
func (a *analysis) startedInConstructor(d *domain, t int32) bool {
	if t == mainTask {
		return false
	}
	return slices.ContainsFunc(d.order, func(fn callgraph.FuncID) bool {
		return lastName(&a.g.Funcs[fn]) == "__init__" && a.method(d.class, "__init__") == fn &&
			a.startsAlways(fn, a.tasks[t].root)
	})
}

// startsAlways reports whether a function, or one that it calls on its own object, starts a task.
func (a *analysis) startsAlways(fn, root callgraph.FuncID) bool {
	starts := func(fn callgraph.FuncID) bool {
		f := a.fns[fn]
		return f != nil &&
			slices.ContainsFunc(f.Calls, func(c Call) bool { return slices.Contains(a.startedBy(fn, &c), root) })
	}
	return starts(fn) ||
		slices.ContainsFunc(a.out[fn],
			func(i int32) bool { return a.g.Edges[i].Reason == callgraph.Self && starts(a.g.Edges[i].To) })
}

// sharedByStarter reports whether a task is started again and again, and the function that starts it works on a state:
// whoever calls that is back while earlier ones run.
func (a *analysis) sharedByStarter(d *domain, s State, t int32) bool {
	if t == mainTask || !a.tasks[t].many || !d.members[a.tasks[t].from] {
		return false
	}
	return slices.ContainsFunc(a.spots[s], func(at spot) bool { return at.fn == a.tasks[t].from })
}

// signals reports whether two functions tell each other something by an event of their object: they are there for two
// tasks.
func (a *analysis) signals(fn, meets callgraph.FuncID) bool {
	events := func(fn callgraph.FuncID) []State {
		var list []State
		for i := range a.fns[fn].Accesses {
			if s := a.state(fn, a.fns[fn].Accesses[i].Ref); s.Kind == SelfAttr && a.isEvent(s) {
				list = append(list, s)
			}
		}
		return list
	}
	mine := events(fn)
	return slices.ContainsFunc(events(meets), func(s State) bool { return slices.Contains(mine, s) })
}

// isEvent reports whether a state holds an event or a condition.
func (a *analysis) isEvent(s State) bool {
	return slices.ContainsFunc(a.kindOf(s).made, func(name string) bool {
		return strings.HasSuffix(name, ".Event") || strings.HasSuffix(name, ".Condition")
	})
}

// registers reports whether a decorator may hand a method to somebody who calls it.
func registers(decorator string) bool {
	switch decorator[strings.LastIndexByte(decorator, '.')+1:] {
	case "property", "setter", "cached_property", "classmethod", "override", "contextmanager", "asynccontextmanager",
		"wraps", "abstractmethod":
		return false
	}
	return true
}

// seenOften reports whether a task is seen to run several times at once. Its starter is called again and again as far
// as somebody does so: it has to be the tree, in a loop, at several places or by what runs several times itself, and
// the starter does not end or wait for the one before. A pool says it by itself.
func (a *analysis) seenOften(t int32) bool {
	k := &a.tasks[t]
	if k.from == callgraph.None || perItem(k.name) {
		return true
	}
	c := a.callNamed(k.from, k.pos, k.name)
	if c == nil || c.Loop {
		return true
	}
	if a.oneAtATime(k.from, c) {
		return false
	}
	return strings.Contains(k.name, "Pool") || strings.Contains(k.name, "Executor") || a.calledOften(k.from)
}

// calledOften reports whether the tree calls a function in a loop, at several places, or where a task comes by that
// runs several times.
func (a *analysis) calledOften(fn callgraph.FuncID) bool {
	places := 0
	for _, i := range a.in[fn] {
		e := &a.g.Edges[i]
		if a.g.Funcs[e.From].Flags&callgraph.Test != 0 || a.constructing(e.From) {
			continue
		}
		places++
		c := a.callAt(e.From, e.Pos)
		if c != nil && c.Loop ||
			slices.ContainsFunc(a.reach.tasks[node2{-1, e.From}],
				func(t int32) bool { return t != mainTask && a.tasks[t].many }) {
			return true
		}
	}
	return places > 1
}

// oneAtATime reports whether a function ends the task that it has started before, or waits for the one that it starts.
func (a *analysis) oneAtATime(fn callgraph.FuncID, start *Call) bool {
	return slices.ContainsFunc(a.fns[fn].Calls, func(c Call) bool {
		return c.End <= start.Start && c.Method == "cancel" ||
			c.Start >= start.End && (c.Method == "join" || c.Method == "result") && (c.Recv.Kind != NoRef || c.Ctor != 0)
	})
}

// perItem are starters that run what they are given once for each of many things.
func perItem(name string) bool {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "imap", "starmap", "imap_unordered", "map_async", "map", "serve", "server", "start_server", "start_unix_server":
		return true
	}
	return false
}
