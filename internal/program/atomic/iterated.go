package atomic

import (
	"fmt"
	"slices"

	"aiohub/internal/program/callgraph"
)

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
		Code: Iterated, Fn: fn, Start: it.Start, End: min(it.End, a.endOfLine(fn, it.Start)), Certain: o.free && a.resizes(v, s, o.spot),
		Message: fmt.Sprintf("%s is gone through here while another task can change it (%s): %s", a.show(s), a.lineIn(o.spot),
			a.pair(o)),
		Help: "go through a copy that is taken at once, `list(...)`, or hold the lock of those who change it",
		Why:  a.why(v, fn, o),
	})
}

// resizes reports whether an access is known to change how many elements a container has. What is put under a key may
// replace what is there. That keys of an object's dict come and go is seen if some method takes one away, or asks whether
// there is one; a dict that is only filled is mostly full by the time coroutines go through it.
func (a *analysis) resizes(v *view, s State, at spot) bool {
	if b := a.accessOf(at); a.target != Asyncio || b.Act != SetItem || b.Deep || v.d == nil {
		return true
	}
	return slices.ContainsFunc(a.spots[s], func(other spot) bool {
		switch b := a.accessOf(other); b.Act {
		case Remove, DelItem, Clear:
			return !a.constructing(other.fn)
		case Has:
			return other.fn == at.fn && b.Method != "get"
		}
		return false
	})
}
