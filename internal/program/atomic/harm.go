package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// What another task does in a region does not always harm: a value that is computed twice, a flag that is set in turn.

// collides reports whether what another task does spoils a region for certain. One that only binds the state to
// something comes, as far as anybody can tell, before or after it; one that changes elements, or decides by what it
// reads as well, does not.
func (a *analysis) collides(fn callgraph.FuncID, c *Check, o *opponent) bool {
	act := &a.fns[fn].Accesses[c.Act]
	b := a.accessOf(o.spot)
	if act.Act == Store && act.Value >= 0 && o.fn != fn {
		if k := a.files[a.g.Funcs[fn].File].Values[act.Value].Kind; k == Constant || k == Nothing {
			return false // two flags that are set in turn
		}
	}
	if c.Form == TestThenAct && act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Rest {
		return false // it takes away what it has dealt with, whatever others have added behind that
	}
	if v := a.valueOf(o.spot); c.Form == TestThenAct && act.Act == SetItem && b.Act == SetItem && o.fn != fn && v != nil &&
		v.Kind == Nothing {
		return false // who frees a place takes none
	}
	if a.isClock(fn, act) && (!b.Act.writes() || b.Act == act.Act && a.isClock(o.fn, b)) {
		return false // the later time is as good as the other
	}
	if c.Form == TestThenAct && act.Act == Store && o.fn == fn && !a.storesOne(fn, c) {
		return false
	}
	if c.Loop && act.Act == Store && a.endsLoop(fn, act) {
		return false
	}
	if act.Act == Store && len(a.heldIn(fn, a.fns[fn].Accesses[c.Test].Start, act.End)) > 0 {
		return false // a lock that the other does not take: it may not have to
	}
	if act.Act.changesElements() || act.Act == Item || b.Act != Store {
		return true
	}
	if v := a.valueOf(o.spot); v != nil && v.Kind == Nothing && c.Form == TestThenAct && a.makesMissing(fn, act) {
		return false // who takes it away finds nothing yet, or comes after it
	}
	return a.decides(o.spot)
}

// isClock reports whether an access stores what time it is.
func (a *analysis) isClock(fn callgraph.FuncID, b *Access) bool {
	if b.Value < 0 {
		return false
	}
	v := &a.files[a.g.Funcs[fn].File].Values[b.Value]
	return v.Kind == Made && clocks[v.Name]
}

var clocks = map[string]bool{
	"time.time": true, "time.monotonic": true, "time.perf_counter": true, "time.time_ns": true, "time.monotonic_ns": true,
	"datetime.datetime.now": true, "datetime.datetime.utcnow": true,
}

// storesOne reports whether it matters which of two tasks in one function stores its value: one is as good as another
// of its kind, but for objects with a state. None over something that both have only used before they waited is the end
// of it for both.
func (a *analysis) storesOne(fn callgraph.FuncID, c *Check) bool {
	act := &a.fns[fn].Accesses[c.Act]
	if act.Value < 0 {
		return false // a part of what was computed
	}
	switch v := &a.files[a.g.Funcs[fn].File].Values[act.Value]; v.Kind {
	case Other:
		return false
	case Made:
		return a.hasState(fn, v)
	case Nothing:
		return a.target != Asyncio || a.awaits != nil || a.usedAfterAwait(fn, c)
	}
	return true
}

// usedAfterAwait reports whether a state is used between a test and an act when others have run since the test.
func (a *analysis) usedAfterAwait(fn callgraph.FuncID, c *Check) bool {
	f := a.fns[fn]
	test, act := &f.Accesses[c.Test], &f.Accesses[c.Act]
	return slices.ContainsFunc(f.Accesses[c.Test+1:c.Act], func(b Access) bool {
		return b.Ref == act.Ref && b.Act != Load && a.suspended(fn, test.End, b.Start)
	})
}

// endsLoop reports whether a store in a loop over its own flag ends that loop: it stores what is there already, and
// makes nothing.
func (a *analysis) endsLoop(fn callgraph.FuncID, act *Access) bool {
	return act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind != Made
}

// makesMissing reports whether a store puts an object where None was.
func (a *analysis) makesMissing(fn callgraph.FuncID, act *Access) bool {
	return act.Act == Store && act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind == Made
}

// onlyRemembers reports whether a check keeps what was computed, and two that do it at once compute it twice and
// nothing worse: all writes are here or forget it, and what is kept is no object with a state of its own.
func (a *analysis) onlyRemembers(fn callgraph.FuncID, c *Check, s State) bool {
	f := a.fns[fn]
	act := &f.Accesses[c.Act]
	if act.Act != Store && act.Act != SetItem && act.Act != Add {
		return false
	}
	if act.Value >= 0 && a.hasState(fn, &a.files[a.g.Funcs[fn].File].Values[act.Value]) {
		return false
	}
	for _, at := range a.spots[s] {
		b := a.accessOf(at)
		if !b.Act.writes() || at.fn == fn || a.constructing(at.fn) || b.Act == Clear || b.Act == Remove || b.Act == DelItem ||
			b.Act == Delete {
			continue
		}
		if v := a.valueOf(at); b.Act == Store && v != nil && (v.Kind == Nothing || v.Empty) {
			continue
		}
		return false
	}
	for i := range f.Accesses {
		b := &f.Accesses[i]
		if a.state(fn, b.Ref) != s {
			continue
		}
		switch b.Act {
		case Remove, DelItem, Delete:
			return false
		case Load, Item, Has, Use:
			if b.Start > act.Start || int32(i) > c.Act {
				return true
			}
		}
	}
	if c.Guard && !a.readBetween(fn, c, s) {
		return false // who comes second goes another way
	}
	// Nothing reads it afterwards: a flag, unless elements are kept under their keys.
	return act.Act == SetItem && act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind != Constant
}

// readBetween reports whether the test of a check, or what follows if it holds, takes what is there.
func (a *analysis) readBetween(fn callgraph.FuncID, c *Check, s State) bool {
	f := a.fns[fn]
	if f.Accesses[c.Test].Method == "get" {
		return true
	}
	for i := c.Test + 1; i < c.Act; i++ {
		if b := &f.Accesses[i]; b.Act == Item && a.state(fn, b.Ref) == s {
			return true
		}
	}
	return false
}

// stateful are words in the names of classes whose objects are not as good as another of their kind.
var stateful = []string{"Lock", "Semaphore", "Condition", "Event", "Queue", "Thread", "Executor", "Pool", "Timer",
	"Session", "Connection", "Client", "Socket", "Server"}

// opening are names of functions that open something which has to be closed.
var opening = []string{"connect", "open_connection", "create_connection", "create_pool", "create_session",
	"create_client", "open", "connection", "login"}

// hasState reports whether a value is an object with a state of its own, so that it matters which of two it is.
func (a *analysis) hasState(fn callgraph.FuncID, v *Value) bool {
	if v.Kind != Made {
		return false
	}
	for _, e := range a.calleesAt(fn, v.Call) {
		if e.Kind == callgraph.Construct && a.g.Funcs[e.To].Class >= 0 && a.mutable(a.g.Funcs[e.To].Class) {
			return true
		}
	}
	for _, name := range append(a.sitesAt(fn, v.Call), v.Name) {
		last := name[strings.LastIndexByte(name, '.')+1:]
		if slices.ContainsFunc(stateful, func(word string) bool { return strings.HasSuffix(last, word) }) {
			return true
		}
		last = strings.TrimLeft(strings.ToLower(last), "_")
		if slices.ContainsFunc(opening, func(word string) bool { return last == word || strings.HasPrefix(last, word+"_") }) {
			return true
		}
	}
	return false
}

// mutable reports whether methods of a class change its objects.
func (a *analysis) mutable(c int32) bool {
	if a.changes == nil {
		a.changes = map[int32]bool{}
		for s, list := range a.spots {
			if s.Kind != SelfAttr {
				continue
			}
			for _, at := range list {
				if b := a.accessOf(at); b.Act.writes() && !a.constructing(at.fn) {
					a.changes[s.Owner] = true
					break
				}
			}
		}
	}
	return slices.ContainsFunc(a.mro(c), func(k int32) bool { return a.changes[k] })
}
