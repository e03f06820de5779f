package atomic

import (
	"slices"

	"aiohub/internal/program/callgraph"
)

// split reports whether other tasks can run in the middle of a region. Threads are switched anywhere.
func (a *analysis) split(fn callgraph.FuncID, start, end uint32) bool {
	if a.awaits != nil {
		return a.becomesAwait(fn, start, end)
	}
	return a.target == Threads || a.fns[fn].Async && a.suspended(fn, start, end)
}

// suspended reports whether a coroutine can be suspended between two places of it.
func (a *analysis) suspended(fn callgraph.FuncID, start, end uint32) bool {
	return slices.ContainsFunc(a.fns[fn].Awaits, func(w Await) bool {
		return w.At > start && w.At < end && end <= w.Until && a.lets(fn, &w)
	})
}

// askedAfter reports whether the state is tested once more after the last await before the act.
func (a *analysis) askedAfter(fn callgraph.FuncID, c *Check, end uint32) bool {
	f := a.fns[fn]
	last := uint32(0)
	for i := range f.Awaits {
		if w := &f.Awaits[i]; w.At < end && a.lets(fn, w) {
			last = max(last, w.At)
		}
	}
	act := &f.Accesses[c.Act]
	for i := range f.Accesses {
		if b := &f.Accesses[i]; int32(i) < c.Act && b.Ref == act.Ref && (b.Act == Test || b.Act == Has) && b.Start > last {
			return true
		}
	}
	return false
}

// lets reports whether other tasks can run at an await: not at a put to a queue without bound, and not at a call of a
// coroutine function of the tree that is never suspended itself.
func (a *analysis) lets(fn callgraph.FuncID, w *Await) bool {
	if !w.Plain {
		return true
	}
	f := a.fns[fn]
	if i := slices.IndexFunc(f.Calls, func(c Call) bool { return c.Start == w.Call && c.End == w.At+1 }); i >= 0 &&
		f.Calls[i].Method == "put" && a.unbounded(fn, f.Calls[i].Recv) {
		return false
	}
	called := false
	for _, i := range a.callsOf(fn) {
		e := &a.g.Edges[i]
		if e.Pos != w.Call || e.End != w.At+1 {
			continue
		}
		called = true
		if !e.Certain || e.Kind != callgraph.Call || a.suspends(e.To) {
			return true
		}
	}
	return !called ||
		slices.ContainsFunc(a.sites[fn], func(i int32) bool { s := &a.g.Sites[i]; return s.Pos == w.Call && s.End == w.At+1 })
}

// unbounded reports whether a state is a queue of asyncio that takes any number of things.
func (a *analysis) unbounded(fn callgraph.FuncID, queue Ref) bool {
	if queue.Kind == NoRef {
		return false
	}
	k := a.kindOf(a.state(fn, queue))
	return len(k.makers) > 0 && !k.other && !slices.ContainsFunc(k.makers, func(at spot) bool {
		v := a.valueOf(at)
		return !v.Bare ||
			!slices.ContainsFunc(append(a.sitesAt(at.fn, v.Call), v.Name),
				func(name string) bool { return name == "asyncio.Queue" })
	})
}

// suspends reports whether a function of the tree is a coroutine function that can be suspended, or something else to
// await.
func (a *analysis) suspends(fn callgraph.FuncID) bool {
	f := a.fns[fn]
	if f == nil || !f.Async ||
		a.g.Funcs[fn].Flags&(callgraph.Generator|callgraph.Decorated|callgraph.Abstract|callgraph.Stub) != 0 {
		return true
	}
	known, ok := a.suspending[fn]
	if !ok {
		a.suspending[fn] = false // for what leads back to it
		known = slices.ContainsFunc(f.Awaits, func(w Await) bool { return a.lets(fn, &w) })
		a.suspending[fn] = known
	}
	return known
}
