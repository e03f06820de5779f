package atomic

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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
		if s.Kind == Closure {
			return d.class < 0 && d.members[callgraph.FuncID(s.Owner)]
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
	if s.Kind == NoRef || !v.owns(s) || a.constructing(fn) {
		return
	}
	k := a.kindOf(s)
	if k.local || k.safe && act.Act != Store {
		return
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
		if !act.Act.writes() {
			return act.Act == Item && (b.Act == DelItem || b.Act == Remove || b.Act == Clear) && b.Deep == act.Deep || act.Act == Use && (b.Act == Store || b.Act == Delete)
		}
		if act.Act == Remove || act.Act == DelItem {
			// Who adds meanwhile does no harm to who takes out what is there.
			return b.Act == Remove || b.Act == DelItem || b.Act == Clear || b.Act == Store
		}
		if act.Act == Add && (act.Method == "append" || act.Method == "appendleft" || act.Method == "extend") && test.Act == Test {
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

// askedAfter reports whether the state is tested once more after the last await before the act.
func (a *analysis) askedAfter(fn callgraph.FuncID, c *Check, end uint32) bool {
	f := a.fns[fn]
	last := uint32(0)
	for _, at := range f.Awaits {
		if at < end {
			last = max(last, at)
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

// opponent is an access that can come in between.
type opponent struct {
	spot
	mine, other int32 // the tasks
	free        bool  // one of the two holds no lock at all
}

// opponent finds an access of a state that another task can make at the same time. pos is where the region starts.
func (a *analysis) opponent(v *view, fn callgraph.FuncID, s State, pos uint32, locks lockset, conflicts func(*Access) bool) *opponent {
	mine := a.running(v, fn, pos)
	if len(mine) == 0 {
		return nil
	}
	var best *opponent
	for _, at := range a.spots[s] {
		b := a.accessOf(at)
		if !conflicts(b) || a.constructing(at.fn) {
			continue
		}
		for _, t := range a.running(v, at.fn, b.Start) {
			m, ok := a.beside(mine, t, v)
			theirs := a.held(at.fn, b.Start, b.End)
			if !ok || locks.excludes(theirs) {
				continue
			}
			o := &opponent{at, m, t, (len(locks) == 0 || len(theirs) == 0) && !a.doubtful(v, fn, m, t) && !a.doubtful(v, at.fn, t, m)}
			if best == nil || a.weight(o, fn) > a.weight(best, fn) {
				best = o
			}
			break
		}
	}
	return best
}

// doubtful reports whether it is not seen that a task comes to a function while another runs, because it is the rest of the program.
func (a *analysis) doubtful(v *view, fn callgraph.FuncID, t, other int32) bool {
	return t == mainTask && (a.alsoRuns(v, fn, other) || v.d != nil && a.comesUnseen(v.d, fn, other))
}

// alsoRuns reports whether a task comes to a function too that others call. Then the function can be one that either calls or leaves to the task.
func (a *analysis) alsoRuns(v *view, fn callgraph.FuncID, t int32) bool {
	return slices.Contains(v.tasks(fn), t)
}

// weight orders opponents: the clearer the better.
func (a *analysis) weight(o *opponent, fn callgraph.FuncID) int {
	w := 0
	for i, holds := range []bool{o.fn != fn, o.mine != mainTask && o.other != mainTask, a.accessOf(o.spot).Act.changesElements() || a.decides(o.spot), o.free} {
		if holds {
			w |= 1 << i
		}
	}
	return w
}

// decides reports whether an access is a write that depends on what was read before.
func (a *analysis) decides(at spot) bool {
	return slices.ContainsFunc(a.fns[at.fn].Checks, func(c Check) bool { return c.Act == at.at && c.Form != ClearThenFill })
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
	if v.d == nil || !slices.Contains(tasks, mainTask) {
		return tasks
	}
	before, starts := v.d.before[fn]
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
		return c.End <= pos && waits[c.Method] && (c.Recv.Kind != NoRef || c.Ctor != 0 || c.Method != "join" && c.Method != "wait") && !strings.HasPrefix(c.Text, "os.")
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
			if k := &a.tasks[t]; k.many && (v.d == nil || k.same) {
				return t, true
			}
		case a.tasks[t].from == callgraph.None && a.tasks[other].from == callgraph.None && a.tasks[t].name == "periodic task" && a.tasks[other].name == "periodic task":
			// One thread runs them one after the other.
		default:
			return t, true
		}
	}
	return 0, false
}

func (a *analysis) reportCheck(v *view, fn callgraph.FuncID, c *Check, s State, o *opponent) {
	f := a.fns[fn]
	test, act := &f.Accesses[c.Test], &f.Accesses[c.Act]
	k := a.kindOf(s)
	code, help := CheckThenAct, "hold one lock over both, here and wherever else it is changed"
	var message string
	name := a.show(s)
	lazy := act.Act == Store && act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind == Made && (c.Form == TryThenAct || test.Act == Test || test.Act == Load) && (k.none || c.Form == TryThenAct || k.stores == 1)
	switch {
	case lazy:
		code, help = Lazy, "make it before the tasks are started, or hold a lock over the test and the making"
		message = fmt.Sprintf("%s is made when it is first asked for: two tasks can both find it missing, and make two", name)
	case c.Form == ClearThenFill:
		code, help = Refilled, "fill a new one, and put it in place with one assignment"
		message = fmt.Sprintf("%s is emptied here and filled again from %s: whoever looks in between finds it empty", name, a.lineOf(fn, act.Start))
	case c.Form == ReadThenWrite && test == act:
		code, help = Unlocked, "hold a lock over it"
		message = fmt.Sprintf("%s is read, changed and written back in several steps: of two at once one is lost", name)
	case c.Form == ReadThenWrite:
		code, help = Unlocked, "hold a lock over both"
		message = fmt.Sprintf("%s is read here, and what is written back in %s depends on it: what comes in between is lost", name, a.lineOf(fn, act.Start))
	case act.Act == Item:
		help = "ask once: `get` with a default, or catch KeyError"
		message = fmt.Sprintf("%s is asked here, and the element taken in %s may be gone by then", name, a.lineOf(fn, act.Start))
	case act.Act == Use:
		help = "read it once into a local variable, and test that"
		message = fmt.Sprintf("%s is tested here and used in %s, when it may be another", name, a.lineOf(fn, act.Start))
	default:
		switch {
		case act.Act == DelItem:
			help = "`pop` with a default does both at once"
		case act.Act == SetItem && test.Act == Has && !act.Deep:
			help = "`setdefault` does both at once, a lock holds for more"
		}
		message = fmt.Sprintf("%s is tested here and changed in %s on that ground, and another task can change it in between", name, a.lineOf(fn, act.Start))
	}
	remembers := (lazy || code == CheckThenAct) && a.onlyRemembers(fn, c, s)
	if a.target == Asyncio && code != Refilled {
		code = Split
		message += " (an await is in between)"
	}
	a.report(Finding{
		Code: code, Fn: fn, Start: test.Start, End: min(test.End, a.endOfLine(fn, test.Start)),
		Certain: act.Act != Use && o.free && !remembers && a.collides(fn, c, o),
		Message: message + ": " + a.pair(o), Help: help, Why: a.why(v, fn, o),
	})
}

// collides reports whether what another task does spoils a region for certain. One that only binds the state to something comes, as far as anybody can
// tell, before or after it; one that changes elements, or decides by what it reads as well, does not.
func (a *analysis) collides(fn callgraph.FuncID, c *Check, o *opponent) bool {
	act := &a.fns[fn].Accesses[c.Act]
	b := a.accessOf(o.spot)
	if act.Act == Store && act.Value >= 0 && o.fn != fn {
		if k := a.files[a.g.Funcs[fn].File].Values[act.Value].Kind; k == Constant || k == Nothing {
			return false // two flags that are set in turn
		}
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

// storesOne reports whether it matters which of two tasks in one function stores its value: one is as good as another of its kind, but for
// objects with a state. None over something that both have only used before they waited is the end of it for both.
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
		return b.Ref == act.Ref && slices.ContainsFunc(f.Awaits, func(at uint32) bool { return at > test.End && at < b.Start })
	})
}

// endsLoop reports whether a store in a loop over its own flag ends that loop: it stores what is there already, and makes nothing.
func (a *analysis) endsLoop(fn callgraph.FuncID, act *Access) bool {
	return act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind != Made
}

// makesMissing reports whether a store puts an object where None was.
func (a *analysis) makesMissing(fn callgraph.FuncID, act *Access) bool {
	return act.Act == Store && act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind == Made
}

// onlyRemembers reports whether a check keeps what was computed, and two that do it at once compute it twice and nothing worse: all writes are
// here or forget it, and what is kept is no object with a state of its own.
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
		if !b.Act.writes() || at.fn == fn || a.constructing(at.fn) || b.Act == Clear || b.Act == Remove || b.Act == DelItem || b.Act == Delete {
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
var stateful = []string{"Lock", "Semaphore", "Condition", "Event", "Queue", "Thread", "Executor", "Pool", "Timer", "Session", "Connection", "Client", "Socket", "Server"}

// opening are names of functions that open something which has to be closed.
var opening = []string{"connect", "open_connection", "create_connection", "create_pool", "create_session", "create_client", "open", "connection", "login"}

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

// flagged looks at `things.append(x); if finished: ...` where another task sets the flag and then goes through the things.
func (a *analysis) flagged(v *view, fn callgraph.FuncID, c *Check, things State) {
	f := a.fns[fn]
	added, test := &f.Accesses[c.Test], &f.Accesses[c.Act]
	flag := a.state(fn, test.Ref)
	if !v.owns(flag) || a.kindOf(flag).container {
		return
	}
	locks := a.held(fn, added.Start, test.End)
	o := a.opponent(v, fn, flag, added.Start, locks, func(b *Access) bool { return b.Act == Raise || b.Act == Store })
	if o == nil || o.fn == fn || !a.goesThrough(o.spot, things) {
		return
	}
	a.report(Finding{
		Code: Flagged, Fn: fn, Start: added.Start, End: min(added.End, a.endOfLine(fn, added.Start)), Certain: o.free,
		Message: fmt.Sprintf("%s is added to, and then %s tested (%s); the task that sets it goes through %s: what is added in between is taken twice, or never: %s",
			a.show(things), a.show(flag), a.lineOf(fn, test.Start), a.show(things), a.pair(o)),
		Help: "hold one lock over adding and testing, and the same over setting and going through", Why: a.why(v, fn, o),
	})
}

// goesThrough reports whether a function looks at all of a container after a place.
func (a *analysis) goesThrough(after spot, things State) bool {
	f := a.fns[after.fn]
	for i := int(after.at) + 1; i < len(f.Accesses); i++ {
		if b := &f.Accesses[i]; (b.Act == Iterate || b.Act == View || b.Act == Remove || b.Act == Load) && a.state(after.fn, b.Ref) == things {
			return true
		}
	}
	return false
}

// pair names the two tasks.
func (a *analysis) pair(o *opponent) string {
	at := a.g.Funcs[o.fn].Qual
	if o.mine == o.other {
		return fmt.Sprintf("%s, at `%s`", a.describe(o.mine), at)
	}
	return fmt.Sprintf("%s, and %s at `%s`", a.describe(o.mine), a.describe(o.other), at)
}

// why writes the way of both tasks.
func (a *analysis) why(v *view, fn callgraph.FuncID, o *opponent) []string {
	chain := func(f callgraph.FuncID, t int32) string {
		if v.d != nil {
			return strings.Join(a.chainIn(v.d, f, t), " -> ")
		}
		return strings.Join(a.chain(reached{node2{-1, f}, t}), " -> ")
	}
	return []string{a.describe(o.mine) + ": " + chain(fn, o.mine), a.describe(o.other) + ": " + chain(o.fn, o.other)}
}

func (a *analysis) lineOf(fn callgraph.FuncID, pos uint32) string {
	return fmt.Sprintf("line %d", a.lineAt(fn, pos))
}

// iteration looks at a loop over a container.
func (a *analysis) iteration(v *view, fn callgraph.FuncID, it *Access) {
	s := a.state(fn, it.Ref)
	if s.Kind == NoRef || !v.owns(s) {
		return
	}
	k := a.kindOf(s)
	if k.safe || k.local || !k.container && !it.Deep {
		return
	}
	if !a.split(fn, it.Start, it.End) {
		return
	}
	locks := a.held(fn, it.Start, it.End)
	conflicts := func(b *Access) bool {
		if b.Deep != it.Deep {
			return false
		}
		switch b.Act {
		case DelItem, Remove, Clear:
			return true
		case SetItem:
			return k.ordered || it.Deep
		case Add:
			return k.ordered && b.Method != "append" || k.ordered && !k.listLike
		}
		return false
	}
	o := a.opponent(v, fn, s, it.Start, locks, conflicts)
	if o == nil {
		return
	}
	a.report(Finding{
		Code: Iterated, Fn: fn, Start: it.Start, End: min(it.End, a.endOfLine(fn, it.Start)), Certain: o.free,
		Message: fmt.Sprintf("%s is gone through here while another task can change it (%s): %s", a.show(s), a.lineIn(o.spot), a.pair(o)),
		Help:    "go through a copy that is taken at once, `list(...)`, or hold the lock of those who change it", Why: a.why(v, fn, o),
	})
}

func (a *analysis) lineIn(at spot) string {
	return fmt.Sprintf("line %d of %s", a.lineAt(at.fn, a.accessOf(at).Start), a.g.Files[a.g.Funcs[at.fn].File].Path)
}
