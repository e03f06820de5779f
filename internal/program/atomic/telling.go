package atomic

import (
	"fmt"
	"strings"

	"aiohub/internal/program/callgraph"
)

// What is said of a region: what happens, to which state, by whom, and what to do.

func (a *analysis) reportCheck(v *view, fn callgraph.FuncID, c *Check, s State, o *opponent) {
	f := a.fns[fn]
	test, act := &f.Accesses[c.Test], &f.Accesses[c.Act]
	k := a.kindOf(s)
	code, help := CheckThenAct, "hold one lock over both, here and wherever else it is changed"
	var message string
	name := a.show(s)
	lazy := act.Act == Store && act.Value >= 0 && a.files[a.g.Funcs[fn].File].Values[act.Value].Kind == Made &&
		(c.Form == TryThenAct || test.Act == Test || test.Act == Load) && (k.none || c.Form == TryThenAct || k.stores == 1)
	switch {
	case lazy:
		code, help = Lazy, "make it before the tasks are started, or hold a lock over the test and the making"
		message = fmt.Sprintf("%s is made when it is first asked for: two tasks can both find it missing, and make two", name)
	case c.Form == ClearThenFill:
		code, help = Refilled, "fill a new one, and put it in place with one assignment"
		message = fmt.Sprintf("%s is emptied here and filled again from %s: whoever looks in between finds it empty", name,
			a.lineOf(fn, act.Start))
	case c.Form == ReadThenWrite && test == act:
		code, help = Unlocked, "hold a lock over it"
		message = fmt.Sprintf("%s is read, changed and written back in several steps: of two at once one is lost", name)
	case c.Form == ReadThenWrite:
		code, help = Unlocked, "hold a lock over both"
		message = fmt.Sprintf("%s is read here, and what is written back in %s depends on it: what comes in between is lost",
			name, a.lineOf(fn, act.Start))
	case act.Act == Item:
		help = "ask once: `get` with a default, or catch KeyError"
		message = fmt.Sprintf("%s is asked here, and the element taken in %s may be gone by then", name,
			a.lineOf(fn, act.Start))
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
		message = fmt.Sprintf("%s is tested here and changed in %s on that ground, and another task can change it in between",
			name, a.lineOf(fn, act.Start))
	}
	remembers := (lazy || code == CheckThenAct) && a.onlyRemembers(fn, c, s)
	if a.target == Asyncio && code != Refilled {
		code = Split
		message += " (an await is in between)"
	}
	a.report(Finding{
		Code: code, Fn: fn, Start: test.Start, End: min(test.End, a.endOfLine(fn, test.Start)),
		Certain: act.Act != Use && o.free && !remembers && !(lazy && a.runsIn(o.mine, fn, s)) && a.collides(fn, c, o),
		Message: message + ": " + a.pair(o), Help: help, Why: a.why(v, fn, o),
	})
}

// runsIn reports whether a task was started by the object that a state holds, read as it is or by the property that
// makes it: when it comes there, the object has been made.
func (a *analysis) runsIn(t int32, fn callgraph.FuncID, s State) bool {
	if t == mainTask || a.tasks[t].from == callgraph.None {
		return false
	}
	k := &a.tasks[t]
	c := a.callNamed(k.from, k.pos, k.name)
	if c == nil {
		return false
	}
	by := c.Text[strings.LastIndexByte(c.Text, '.')+1:]
	return by == s.Name || a.g.Funcs[fn].Flags&callgraph.Property != 0 && by == lastName(&a.g.Funcs[fn])
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

func (a *analysis) lineIn(at spot) string {
	return fmt.Sprintf("line %d of %s", a.lineAt(at.fn, a.accessOf(at).Start), a.g.Files[a.g.Funcs[at.fn].File].Path)
}
