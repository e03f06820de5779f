package atomic

import (
	"maps"
	"slices"

	"aiohub/internal/program/callgraph"
)

// Codes of the rules.
const (
	CheckThenAct = "AH701"
	Unlocked     = "AH702" // read, then written
	Refilled     = "AH703"
	Published    = "AH704"
	Iterated     = "AH705"
	Nested       = "AH706"
	Relocked     = "AH707"
	Forked       = "AH708"
	Pickled      = "AH709"
	Lazy         = "AH710"
	ProcessWide  = "AH711"
	Shared       = "AH712"
	Split        = "AH713"
	Flagged      = "AH714"
	NoTarget     = "AH715"
)

// regions looks at all that tasks reach.
func (a *analysis) regions() {
	for _, d := range a.domains() {
		v := a.viewOf(d)
		for _, f := range d.order {
			if len(d.tasks[f]) > 0 {
				a.function(v, f)
			}
		}
	}
	v := a.plainView()
	for id := range a.fns {
		if a.fns[id] != nil && len(v.tasks(callgraph.FuncID(id))) > 0 {
			a.function(v, callgraph.FuncID(id))
		}
	}
}

// view is one way to look at functions: the tasks that reach them, and whose states count.
type view struct {
	d     *domain // nil for the whole tree
	tasks func(callgraph.FuncID) []int32
	owns  func(State) bool
}

// domains are those of classes, by their number, and those of closures.
func (a *analysis) domains() []*domain {
	var list []*domain
	for _, c := range slices.Sorted(maps.Keys(a.held2)) {
		list = append(list, a.held2[c])
	}
	return append(list, a.loose...)
}

// viewOf looks at the functions of a domain.
func (a *analysis) viewOf(d *domain) *view {
	v := &view{d: d, tasks: func(f callgraph.FuncID) []int32 { return d.tasks[f] }}
	v.owns = func(s State) bool {
		if s.Kind == Closure { // each call of a function inside has variables of its own
			return d.class < 0 && d.ctx == -3-s.Owner
		}
		return d.class >= 0 && s.Kind == SelfAttr && slices.Contains(a.mro(d.class), s.Owner) && !a.classLevel(s)
	}
	return v
}

// plainView looks at names of modules and of classes, which are the same for whoever comes.
func (a *analysis) plainView() *view {
	return &view{
		tasks: func(f callgraph.FuncID) []int32 { return a.reach.tasks[node2{-1, f}] },
		owns:  func(s State) bool { return s.Kind == Global || a.classLevel(s) },
	}
}

func (a *analysis) function(v *view, fn callgraph.FuncID) {
	f := a.fns[fn]
	for i := range f.Checks {
		a.check(v, fn, &f.Checks[i])
	}
	for i := range f.Accesses {
		if f.Accesses[i].Act == Iterate {
			a.iteration(v, fn, &f.Accesses[i])
		}
	}
}

// check looks at a test and what depends on it.
func (a *analysis) check(v *view, fn callgraph.FuncID, c *Check) {
	f := a.fns[fn]
	test, act := &f.Accesses[c.Test], &f.Accesses[c.Act]
	s := a.state(fn, test.Ref)
	if s.Kind == NoRef || !v.owns(s) || a.unseen(v, fn) {
		return
	}
	k := a.kindOf(s)
	if k.local || k.safe && act.Act != Store {
		return
	}
	if act.Caught && (act.Act == DelItem || act.Act == Remove || act.Act == Item) {
		return // that it is gone by then is what the handler is for
	}
	if c.Form == AddThenTest {
		if a.target == Asyncio || a.awaits != nil {
			return
		}
		a.flagged(v, fn, c, s)
		return
	}
	start, end := min(test.Start, act.Start), max(test.End, act.End)
	upTo := end
	if act.Value >= 0 { // the value is there before it is stored
		upTo = max(upTo, a.files[a.g.Funcs[fn].File].Values[act.Value].End)
	}
	if !a.split(fn, start, upTo) {
		return
	}
	if a.testedAgain(fn, c) || a.target == Asyncio && a.askedAfter(fn, c, upTo) {
		return
	}
	locks := a.held(fn, start, end)
	conflicts := func(b *Access) bool {
		if c.Form == ClearThenFill && b.Deep == act.Deep {
			switch b.Act {
			case Has, Item, View, Iterate, Test:
				return true
			}
		}
		if c.Form == ClearThenFill && b.Act == Store {
			return false // who binds it anew does not look
		}
		if !act.Act.writes() {
			return act.Act == Item && (b.Act == DelItem || b.Act == Remove || b.Act == Clear) && b.Deep == act.Deep ||
				act.Act == Use && (b.Act == Store || b.Act == Delete)
		}
		if test.Act == Has && !test.Deep && act.Deep {
			// What is put into the element, or beside it, leaves it there.
			return !b.Deep && (b.Act == Remove || b.Act == DelItem || b.Act == Clear || b.Act == Store)
		}
		if act.Act == Remove || act.Act == DelItem {
			// Who adds meanwhile does no harm to who takes out what is there.
			return b.Act == Remove || b.Act == DelItem || b.Act == Clear || b.Act == Store
		}
		if act.Act == Add && (act.Method == "append" || act.Method == "appendleft" || act.Method == "extend") &&
			test.Act == Test {
			return b.Act != Remove && b.Act != DelItem && b.Act.writes() && b.Act != Raise
		}
		return b.Act.writes() && b.Act != Raise
	}
	o := a.opponent(v, fn, s, start, locks, conflicts)
	if o == nil {
		return
	}
	a.reportCheck(v, fn, c, s, o)
}

// testedAgain reports whether the act of a check is guarded by a second test inside a lock.
func (a *analysis) testedAgain(fn callgraph.FuncID, c *Check) bool {
	f := a.fns[fn]
	for i := range f.Checks {
		d := &f.Checks[i]
		if d.Act != c.Act || d.Test == c.Test {
			continue
		}
		test, act := &f.Accesses[d.Test], &f.Accesses[d.Act]
		if len(a.heldIn(fn, min(test.Start, act.Start), max(test.End, act.End))) > 0 {
			return true
		}
	}
	return false
}
