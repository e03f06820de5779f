package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// Two tasks meet at a state if both can be there at once, and no lock keeps them apart.

// opponent is an access that can come in between.
type opponent struct {
	spot
	mine, other int32 // the tasks
	free        bool  // one of the two holds no lock at all
}

// point is a place in a function.
type point struct {
	fn  callgraph.FuncID
	pos uint32
}

// opponent finds an access of a state that another task can make at the same time. pos is where the region starts.
func (a *analysis) opponent(v *view, fn callgraph.FuncID, s State, pos uint32, locks lockset,
	conflicts func(*Access) bool) *opponent {
	mine := a.running(v, fn, pos)
	if len(mine) == 0 {
		return nil
	}
	var best *opponent
	for _, at := range a.spots[s] {
		b := a.accessOf(at)
		if !conflicts(b) || a.unseen(v, at.fn) {
			continue
		}
		for _, t := range a.running(v, at.fn, b.Start) {
			m, ok := a.beside(mine, t, v)
			theirs := a.held(at.fn, b.Start, b.End)
			if !ok || locks.excludes(theirs) {
				continue
			}
			o := &opponent{at, m, t,
				(m != t || a.seenTwice(v, m)) && noLock(locks, theirs, m, t) && !a.insteadOf(m, t) && a.overlap(m, t) && !a.waitedFor(fn, pos) &&
					!a.waitedFor(at.fn, b.Start) && !a.doubtful(v, s, point{fn, pos}, at.fn, m, t) &&
					!a.doubtful(v, s, point{at.fn, b.Start}, fn, t, m)}
			if best == nil || a.weight(o, fn) > a.weight(best, fn) {
				best = o
			}
			break
		}
	}
	return best
}

// noLock reports whether no lock can keep two accesses apart. A task that takes one against the rest of the program,
// which takes none, may do so for others.
func noLock(mine, theirs lockset, task, other int32) bool {
	switch {
	case task == mainTask:
		return len(theirs) == 0
	case other == mainTask:
		return len(mine) == 0
	}
	return len(mine) == 0 || len(theirs) == 0
}

// seenTwice reports whether a task is seen to run several times at once on the state that is looked at. Each call of a
// function has variables of its own: several tasks share these only if one call starts them, in a loop or for each of
// many things.
func (a *analysis) seenTwice(v *view, t int32) bool {
	k := &a.tasks[t]
	if v.d == nil || v.d.class >= 0 {
		return a.seenOften(t)
	}
	if k.from == callgraph.None || perItem(k.name) {
		return true
	}
	c := a.callAt(k.from, k.pos)
	return c != nil && c.Loop
}

// overlap reports whether two tasks are seen to run at one time, as far as who starts them goes. One that its starter
// waits for, as `await to_thread(f)` does, runs beside another such only if several tasks come to their starters.
func (a *analysis) overlap(t, other int32) bool {
	waited := func(t int32) bool { return t != mainTask && a.tasks[t].waited }
	often := func(t int32) bool {
		tasks := a.reach.tasks[node2{-1, a.tasks[t].from}]
		return len(tasks) > 1 || len(tasks) == 1 && tasks[0] != mainTask && a.tasks[tasks[0]].many
	}
	if t != mainTask && other != mainTask && t != other &&
		(a.endsOthers(t) || a.endsOthers(other)) {
		return false
	}
	switch {
	case !waited(t) && !waited(other):
		return true
	case t == mainTask || other == mainTask:
		return false
	case waited(t) && waited(other):
		return often(t) && often(other)
	}
	return true
}

// endsOthers reports whether the function that starts a task ends others before it does: those that ran until then.
func (a *analysis) endsOthers(t int32) bool {
	k := &a.tasks[t]
	return k.from != callgraph.None && a.fns[k.from] != nil && slices.ContainsFunc(a.fns[k.from].Calls, func(c Call) bool {
		return c.End <= k.pos && (c.Method == "cancel" || c.Method == "join" && (c.Recv.Kind != NoRef || c.Ctor != 0))
	})
}

// insteadOf reports whether two tasks are started by two classes that do the same in two ways, as one for threads
// and one for coroutines: an object of one of them is all that a program has.
func (a *analysis) insteadOf(t, other int32) bool {
	if t == mainTask || other == mainTask || t == other || a.tasks[t].from == callgraph.None ||
		a.tasks[other].from == callgraph.None {
		return false
	}
	return a.siblings(a.around(a.tasks[t].starter), a.around(a.tasks[other].starter)) ||
		a.siblings(a.around(a.tasks[t].root), a.around(a.tasks[other].root))
}

// siblings reports whether two classes have one above both, and neither derives from the other: no object is of both.
func (a *analysis) siblings(x, y int32) bool {
	if x < 0 || y < 0 || slices.Contains(a.mro(x), y) || slices.Contains(a.mro(y), x) {
		return false
	}
	return slices.ContainsFunc(a.mro(x), func(base int32) bool { return slices.Contains(a.mro(y), base) })
}

// waitedFor reports whether a coroutine has awaited the tasks that its object keeps before it comes to a place.
func (a *analysis) waitedFor(fn callgraph.FuncID, pos uint32) bool {
	if a.target != Asyncio {
		return false
	}
	return slices.ContainsFunc(a.fns[fn].Calls, func(c Call) bool {
		return c.End <= pos && c.Awaited && (c.Method == "gather" || c.Method == "wait") && c.Text == "asyncio" &&
			len(c.Self) > 0
	}) || slices.ContainsFunc(a.fns[fn].Accesses, func(b Access) bool { return b.Awaits && b.End <= pos })
}

// doubtful reports whether it is not seen that a task comes to a place while another runs, because it is the rest of
// the program.
func (a *analysis) doubtful(v *view, s State, at point, meets callgraph.FuncID, t, other int32) bool {
	return t == mainTask && (a.alsoRuns(v, at.fn, other) || !a.witnessed(v, s, at, meets, other))
}

// alsoRuns reports whether a task comes to a function too that others call. Then the function can be one that either
// calls or leaves to the task.
func (a *analysis) alsoRuns(v *view, fn callgraph.FuncID, t int32) bool {
	return slices.Contains(v.tasks(fn), t)
}

// weight orders opponents: the clearer the better.
func (a *analysis) weight(o *opponent, fn callgraph.FuncID) int {
	w := 0
	for i, holds := range []bool{o.fn != fn, o.mine != mainTask && o.other != mainTask,
		a.accessOf(o.spot).Act.changesElements() || a.decides(o.spot), o.free} {
		if holds {
			w |= 1 << i
		}
	}
	return w
}

// decides reports whether an access is a write that depends on what was read before.
func (a *analysis) decides(at spot) bool {
	return slices.ContainsFunc(a.fns[at.fn].Checks,
		func(c Check) bool { return c.Act == at.at && c.Form != ClearThenFill })
}

// unseen reports whether what a function does to the states of a view is seen by nobody else yet. What a constructor
// does to names of modules and of classes is.
func (a *analysis) unseen(v *view, fn callgraph.FuncID) bool {
	return a.constructing(fn) && (v.d != nil || a.g.Funcs[fn].Kind == callgraph.ModuleBody)
}

// constructing reports whether a function runs before its object is known to others.
func (a *analysis) constructing(fn callgraph.FuncID) bool {
	switch lastName(&a.g.Funcs[fn]) {
	case "__init__", "__new__", "__post_init__", "__del__":
		return true
	}
	return a.g.Funcs[fn].Kind == callgraph.ModuleBody
}

// running gives the tasks that can be at a place of a function while others run.
func (a *analysis) running(v *view, fn callgraph.FuncID, pos uint32) []int32 {
	tasks := v.tasks(fn)
	if !slices.Contains(tasks, mainTask) {
		return tasks
	}
	from := a.restFrom
	if v.d != nil {
		from = v.d.before
	}
	before, starts := from[fn]
	if starts && pos < before || a.joined(fn, pos) || startsUp(lastName(&a.g.Funcs[fn])) && !starts {
		return slices.DeleteFunc(slices.Clone(tasks), func(t int32) bool { return t == mainTask })
	}
	return tasks
}

// waits are methods that return when a task has ended.
var waits = map[string]bool{"join": true, "result": true, "waitall": true, "shutdown": true, "wait": true, "kill": true}

// joined reports whether a function has waited for a task before a place.
func (a *analysis) joined(fn callgraph.FuncID, pos uint32) bool {
	return slices.ContainsFunc(a.fns[fn].Calls, func(c Call) bool {
		if c.Method == "cancel" && a.target == Asyncio {
			return c.End <= pos && c.Recv.Kind != NoRef // and then it is awaited
		}
		return c.End <= pos && waits[c.Method] &&
			(c.Recv.Kind != NoRef || c.Ctor != 0 || c.Method != "join" && c.Method != "wait") &&
			!strings.HasPrefix(c.Text, "os.")
	})
}

// beside finds a task among mine that runs at the same time as another.
func (a *analysis) beside(mine []int32, other int32, v *view) (int32, bool) {
	for _, t := range mine {
		switch {
		case t == mainTask && other == mainTask:
		case t == mainTask || other == mainTask:
			return t, true
		case t == other:
			if k := &a.tasks[t]; k.many && (v.d == nil || v.d.shared || k.both) {
				return t, true
			}
		case a.tasks[t].from == callgraph.None && a.tasks[other].from == callgraph.None &&
			a.tasks[t].name == "periodic task" && a.tasks[other].name == "periodic task":
			// One thread runs them one after the other.
		default:
			return t, true
		}
	}
	return 0, false
}
