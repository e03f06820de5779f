package atomic

import (
	"fmt"

	"aiohub/internal/program/callgraph"
)

// flagged looks at `things.append(x); if finished: ...` where another task sets the flag and then goes through the
// things.
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
		Message: fmt.Sprintf(
			"%s is added to, and then %s tested (%s); the task that sets it goes through %s: what is added in between is taken twice, or never: %s",
			a.show(things),
			a.show(flag),
			a.lineOf(fn, test.Start),
			a.show(things),
			a.pair(o),
		),
		Help: "hold one lock over adding and testing, and the same over setting and going through", Why: a.why(v, fn, o),
	})
}

// goesThrough reports whether a function looks at all of a container after a place.
func (a *analysis) goesThrough(after spot, things State) bool {
	f := a.fns[after.fn]
	for i := int(after.at) + 1; i < len(f.Accesses); i++ {
		if b := &f.Accesses[i]; (b.Act == Iterate || b.Act == View || b.Act == Remove || b.Act == Load) &&
			a.state(after.fn, b.Ref) == things {
			return true
		}
	}
	return false
}
