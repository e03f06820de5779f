package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// published looks for what is stored after the task was started that needs it.
func (a *analysis) published() {
	for id, f := range a.fns {
		if f == nil || a.constructing(callgraph.FuncID(id)) && a.g.Funcs[id].Class < 0 {
			continue
		}
		for i := range f.Calls {
			c := &f.Calls[i]
			for _, root := range a.startedBy(callgraph.FuncID(id), c) {
				a.publishedAfter(callgraph.FuncID(id), c, root)
			}
		}
	}
}

// startedBy gives the roots of tasks that run from a call on.
func (a *analysis) startedBy(fn callgraph.FuncID, c *Call) []callgraph.FuncID {
	var roots []callgraph.FuncID
	at := func(from callgraph.FuncID, pos uint32) {
		for _, i := range a.startsIn(from) {
			if s := &a.g.Starts[i]; s.Pos == pos && a.runsBeside(s.Name) && !slices.Contains(roots, s.To) {
				roots = append(roots, s.To)
			}
		}
	}
	switch c.Method {
	case "start":
		switch {
		case c.Ctor != 0:
			at(fn, c.Ctor)
		case c.Recv.Kind != NoRef:
			for _, maker := range a.kindOf(a.state(fn, c.Recv)).makers {
				at(maker.fn, a.valueOf(maker).Call)
			}
		}
		if c.Text == "self" { // a thread that is a class
			if class := a.around(fn); class >= 0 {
				if run := a.method(class, "run"); run != callgraph.None {
					if _, ok := a.roots[run]; ok {
						roots = append(roots, run)
					}
				}
			}
		}
	case "__init__":
	default:
		for _, i := range a.startsIn(fn) { // super().__init__(target=f) begins where super() does, and starts nothing
			if s := &a.g.Starts[i]; s.Pos == c.Start && !onlyMakes(s.Name) &&
				a.callNamed(fn, s.Pos, s.Name) == c {
				at(fn, c.Start)
			}
		}
	}
	return roots
}

// onlyMakes tells whether a starter makes an object whose start() it takes to run the task, under whatever name the code
// calls it.
func onlyMakes(starter string) bool {
	switch starter[strings.LastIndexByte(starter, '.')+1:] {
	case "Thread", "Timer", "Process", "__init__", "FixedIntervalLoopingCall", "DynamicLoopingCall":
		return true
	}
	return false
}

// startsIn gives the starts of a function.
func (p *program) startsIn(fn callgraph.FuncID) []int32 {
	lo, _ := slices.BinarySearchFunc(p.g.Starts, fn,
		func(s callgraph.Start, fn callgraph.FuncID) int { return int(s.From - fn) })
	var list []int32
	for i := lo; i < len(p.g.Starts) && p.g.Starts[i].From == fn; i++ {
		list = append(list, int32(i))
	}
	return list
}

func (a *analysis) publishedAfter(fn callgraph.FuncID, c *Call, root callgraph.FuncID) {
	needed := a.neededBy(fn, root)
	if len(needed) == 0 {
		return
	}
	f := a.fns[fn]
	for i := range f.Accesses {
		b := &f.Accesses[i]
		if b.Act != Store && b.Act != SetItem && b.Act != Add || !a.comesAfter(fn, b, c) {
			continue
		}
		s := a.state(fn, b.Ref)
		use, ok := needed[s]
		if !ok || use.whole && (b.Act != Store || a.kindOf(s).stores != 1) || a.kindOf(s).safe && b.Act == Add ||
			a.held(fn, c.Start, b.End).excludes(a.held(use.fn, a.accessOf(use.spot).Start, a.accessOf(use.spot).End)) {
			continue
		}
		if b.Act == Store && a.storedBefore(fn, s, c, i) {
			continue // it has a value that is as good: what comes is news, and nothing that is missing
		}
		a.report(Finding{
			Code: Published, Fn: fn, Start: b.Start, End: min(b.End, a.endOfLine(fn, b.Start)),
			Certain: !a.delayed(fn, c) && !use.late && !(b.Act == Store && a.accessOf(use.spot).Act == Test),
			Message: fmt.Sprintf("%s is stored after the start of `%s` in %s, which needs it (%s): the task can be there first",
				a.show(s), a.g.Funcs[root].Qual, a.lineOf(fn, c.Start), a.lineIn(use.spot)),
			Help: "store it before the task is started",
			Why: []string{
				fmt.Sprintf("%s starts %s in %s", a.g.Funcs[fn].Name(), a.g.Funcs[root].Name(), a.lineOf(fn, c.Start)),
				fmt.Sprintf("%s needs it in %s", a.g.Funcs[use.fn].Name(), a.lineIn(use.spot))},
		})
		return
	}
}

// delayed reports whether a task is started for later, so that what comes after the start is there in time.
func (a *analysis) delayed(fn callgraph.FuncID, c *Call) bool {
	switch c.Method {
	case "spawn_after", "spawn_after_local", "spawn_later", "call_later":
		return true
	}
	return false
}

// comesAfter reports whether an access happens after a call, in the block of the call.
func (a *analysis) comesAfter(fn callgraph.FuncID, b *Access, c *Call) bool {
	if b.Value >= 0 && b.Act == Store {
		if v := &a.files[a.g.Funcs[fn].File].Values[b.Value]; v.Start <= c.Start && c.End <= v.End {
			return true
		}
	}
	return b.Start >= c.End && b.End <= c.BlockEnd
}

// storedBefore reports whether a state is stored in a function before a call.
func (a *analysis) storedBefore(fn callgraph.FuncID, s State, c *Call, but int) bool {
	f := a.fns[fn]
	for i := range f.Accesses {
		if b := &f.Accesses[i]; i != but && b.Act == Store && b.End <= c.Start && a.state(fn, b.Ref) == s {
			return true
		}
	}
	return false
}

// need is where a task reads a state, and whether it waits for something before it comes there.
type need struct {
	spot
	late bool
	// whole says that it works on what is stored there: that goes wrong only if nothing was stored yet.
	whole bool
}

// neededBy gives the states of the starter's object, and of its variables, that a task reads or takes from, by calls on
// the same object.
func (a *analysis) neededBy(fn, root callgraph.FuncID) map[State]need {
	class := a.around(fn)
	same := class >= 0 && a.around(root) >= 0 && slices.Contains(a.mro(class), a.around(root))
	needed := map[State]need{}
	seen := map[callgraph.FuncID]bool{root: true}
	late := map[callgraph.FuncID]bool{}
	work := []callgraph.FuncID{root}
	for len(work) > 0 && len(seen) < 200 {
		at := work[0]
		work = work[1:]
		if f := a.fns[at]; f != nil {
			for i := range f.Accesses {
				b := &f.Accesses[i]
				s := a.state(at, b.Ref)
				whole := !needs(b.Act)
				if old, known := needed[s]; known && (whole || !old.whole) || s.Kind == NoRef || b.Act == Store ||
					s.Kind == SelfAttr && !same || s.Kind == Closure && callgraph.FuncID(s.Owner) != fn {
					continue
				}
				needed[s] = need{spot{at, int32(i)}, late[at] || a.waitsBefore(at, b.Start), whole}
			}
		}
		for _, i := range a.out[at] {
			e := &a.g.Edges[i]
			ok := e.Reason == callgraph.Self && same && a.method(class, lastName(&a.g.Funcs[e.To])) == e.To ||
				e.Reason == callgraph.Name || e.Reason == callgraph.Super
			if ok && !seen[e.To] {
				seen[e.To], late[e.To] = true, late[at] || a.waitsBefore(at, e.Pos)
				work = append(work, e.To)
			}
		}
	}
	return needed
}

// needs reports whether an act goes wrong, or another way, if what it reads is not there yet.
func needs(act Act) bool {
	switch act {
	case Item, DelItem, Remove, Delete, Use, Load, Has, Test:
		return true
	}
	return false
}

// waitsBefore reports whether a function waits for something before it comes to a place: what its starter does next is
// done by then.
func (a *analysis) waitsBefore(fn callgraph.FuncID, pos uint32) bool {
	f := a.fns[fn]
	return f != nil && slices.ContainsFunc(f.Calls, func(c Call) bool {
		switch c.Method {
		case "wait", "sleep", "recv", "accept", "recvfrom", "select", "poll":
			return c.End <= pos
		case "get":
			return c.End <= pos && c.Recv.Kind != NoRef && a.kindOf(a.state(fn, c.Recv)).safe
		}
		return false
	})
}
