package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// relocked looks for locks that are taken by who has them already, and that nobody can take twice.
func (a *analysis) relocked() {
	takes := map[callgraph.FuncID][]taken{}
	for id, f := range a.fns {
		if f != nil && (len(f.Locks) > 0 || len(f.Decorators) > 0) {
			if list := a.takenBy(callgraph.FuncID(id)); len(list) > 0 {
				takes[callgraph.FuncID(id)] = list
			}
		}
	}
	for id := range a.fns {
		a.takenInside(callgraph.FuncID(id), takes[callgraph.FuncID(id)])
		for i := range takes[callgraph.FuncID(id)] {
			a.takenAgain(callgraph.FuncID(id), &takes[callgraph.FuncID(id)][i], takes)
		}
	}
}

// takenInside looks for a lock that a function takes again in the block that holds it.
func (a *analysis) takenInside(fn callgraph.FuncID, list []taken) {
	for i := range list {
		for k := range list {
			t, again := &list[i], &list[k]
			if t.key != again.key || again.pos <= t.start || again.pos >= t.end || a.releasedBefore(fn, again.pos, t) ||
				a.asksFirst(fn, again.pos, t) {
				continue
			}
			a.report(Finding{
				Code: Relocked, Fn: fn, Start: again.pos, End: a.endOfLine(fn, again.pos), Certain: !again.branch,
				Message: fmt.Sprintf("the lock %s is held here, and taken again: whoever gets here waits for itself", t.name),
				Help:    "take it once, or make it a lock that its owner can take again",
			})
		}
	}
}

// taken is a lock that a function takes: which, and where it has it.
type taken struct {
	key        string
	name       string // as users know it
	start, end uint32
	pos        uint32
	self       bool             // a lock of the object
	branch     bool             // taken on a condition only
	outer      callgraph.FuncID // the function whose variable the lock is, or None
}

func (a *analysis) takenBy(fn callgraph.FuncID) []taken {
	f := a.fns[fn]
	var list []taken
	for _, d := range f.Decorators {
		if d.Arg == "" || d.Fair || !namedLock(d.Name) {
			continue
		}
		list = append(list,
			taken{"name:" + a.prefix(fn, d.Name) + d.Arg, fmt.Sprintf("%q", d.Arg), f.Start, f.End, d.Pos, false, false,
				callgraph.None})
	}
	for i := range f.Locks {
		l := &f.Locks[i]
		if l.Flags&lockFair != 0 || l.Flags&lockWith == 0 && !a.acquired(fn, l) {
			continue
		}
		if l.Arg != "" && namedLock(l.Name) {
			list = append(list,
				taken{"name:" + a.prefix(fn, l.Name) + l.Arg, fmt.Sprintf("%q", l.Arg), l.Start, l.End, l.Pos, false,
					l.Flags&lockBranch != 0, callgraph.None})
			continue
		}
		s := a.state(fn, l.Ref)
		if s.Kind == NoRef || l.Name != "" || !a.plainLock(s) {
			continue
		}
		outer := callgraph.FuncID(callgraph.None)
		if s.Kind == Closure {
			outer = callgraph.FuncID(s.Owner)
		}
		list = append(list,
			taken{a.lockKey(s), a.show(s), l.Start, l.End, l.Pos, s.Kind == SelfAttr && !a.classLevel(s),
				l.Flags&lockBranch != 0, outer})
	}
	return list
}

// acquired reports whether a function takes a lock by a bare acquire() and gives it back itself, and has not given it
// back before: not what it was called with, and no lock by which one tells another something.
func (a *analysis) acquired(fn callgraph.FuncID, l *Lock) bool {
	bare := slices.ContainsFunc(a.fns[fn].Calls, func(c Call) bool {
		return c.Start == l.Pos && c.Method == "acquire" && c.End == c.Paren+uint32(len("()")) && !a.limited(fn, &c)
	})
	after, before := false, false
	for _, c := range a.fns[fn].Calls {
		if c.Method == "release" && c.Text == l.Text {
			after, before = after || c.Start >= l.Start, before || c.End <= l.Pos
		}
	}
	return bare && after && !before && !a.givenBackByOthers(a.state(fn, l.Ref)) && slices.Equal(a.kindOf(a.state(fn, l.Ref)).made, []string{a.mutex()})
}

// limited reports whether a call is given to something that ends the wait for it after a time.
func (a *analysis) limited(fn callgraph.FuncID, c *Call) bool {
	return slices.ContainsFunc(a.fns[fn].Calls, func(o Call) bool {
		return (o.Method == "wait_for" || o.Method == "wait") && o.Start < c.Start && c.End < o.End
	})
}

// givenBackByOthers reports whether a function gives a lock back that it has not taken: then it is a signal, and who
// takes it a second time waits for that function.
func (a *analysis) givenBackByOthers(s State) bool {
	if s.Kind == NoRef {
		return false
	}
	gives := func(fn callgraph.FuncID, method string) bool {
		return slices.ContainsFunc(a.fns[fn].Calls,
			func(c Call) bool { return c.Method == method && c.Recv.Kind != NoRef && a.state(fn, c.Recv) == s })
	}
	return slices.ContainsFunc(a.spots[s],
		func(at spot) bool { return gives(at.fn, "release") && !gives(at.fn, "acquire") })
}

// mutex names the plain lock of the target.
func (a *analysis) mutex() string {
	if a.target == Asyncio {
		return "asyncio.Lock"
	}
	return "threading.Lock"
}

// namedLock reports whether a function takes a lock by its name, as oslo.concurrency has it.
func namedLock(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return last == "synchronized" || last == "lock" && strings.Contains(name, "lockutils")
}

// prefix gives what a function that takes named locks puts before their names, as far as is known: two of different
// functions are different locks.
func (a *analysis) prefix(fn callgraph.FuncID, name string) string {
	if strings.HasSuffix(name, "lockutils.synchronized") || strings.HasSuffix(name, "lockutils.lock") {
		return ""
	}
	if strings.Contains(name, ".") {
		return name + "|"
	}
	return a.g.Funcs[fn].Module + "." + name + "|"
}

// plainLock reports whether a state holds a lock that is no RLock, nor a condition around one.
func (a *analysis) plainLock(s State) bool {
	k := a.kindOf(s)
	if !k.lock || k.other || len(k.made) == 0 || k.stores != len(k.makers) {
		return false
	}
	return !slices.ContainsFunc(k.made, func(name string) bool {
		last := name[strings.LastIndexByte(name, '.')+1:]
		return last != "Lock" && last != "allocate_lock" && last != "Semaphore" && last != "BoundedSemaphore" ||
			strings.Contains(name, "asyncio") != (a.target == Asyncio)
	})
}

// takenAgain looks for a function that takes a lock again among those that are called while it is held.
func (a *analysis) takenAgain(fn callgraph.FuncID, t *taken, takes map[callgraph.FuncID][]taken) {
	type via struct {
		fn   callgraph.FuncID
		line int
		by   int
		told bool // False was among the arguments: what it does on a condition, it may not do
		sure bool
	}
	queue := []via{{fn, 0, -1, false, true}}
	seen := map[callgraph.FuncID]bool{}
	for n := 0; n < len(queue) && n < 500; n++ {
		at := queue[n]
		for _, i := range a.out[at.fn] {
			e := &a.g.Edges[i]
			if !a.goesOn(i, fn) || at.fn == fn && (e.Pos < t.start || e.Pos >= t.end || e.Pos == t.pos) || seen[e.To] ||
				e.Reason == callgraph.Wrapped || !a.stays(e, t) {
				continue
			}
			if a.later(e) || at.fn == fn && a.releasedBefore(fn, e.Pos, t) || at.fn != fn && a.asksFirst(at.fn, e.Pos, t) {
				continue
			}
			seen[e.To] = true
			c := a.callAt(at.fn, e.Pos)
			queue = append(queue, via{e.To, e.Line, n, at.told || c != nil && c.Refuses, at.sure && !(at.told && e.Doubtful)})
			last := queue[len(queue)-1]
			for _, again := range takes[e.To] {
				if again.key != t.key {
					continue
				}
				first := &queue[len(queue)-1]
				chain := []string{a.g.Funcs[e.To].Name()}
				for k := n; k > 0; k = queue[k].by {
					chain = append(chain, a.g.Funcs[queue[k].fn].Name())
					first = &queue[k]
				}
				chain = append(chain, a.g.Funcs[fn].Name())
				slices.Reverse(chain)
				start := a.callOnLine(fn, first.line)
				a.report(Finding{
					Code: Relocked, Fn: fn, Start: start, End: a.endOfLine(fn, start), Certain: !again.branch && last.sure,
					Message: fmt.Sprintf("the lock %s is held here, and `%s` takes it again: whoever gets there waits for itself",
						t.name, a.g.Funcs[e.To].Qual),
					Help: "let both call a function that takes no lock, or make it a lock that its owner can take again",
					Why:  []string{strings.Join(chain, " -> ")},
				})
				return
			}
		}
	}
}

// goesOn reports whether a call leads on for certain: it has one target, or it is of a method on the object of the
// function that the way begins at.
func (a *analysis) goesOn(i int32, first callgraph.FuncID) bool {
	e := &a.g.Edges[i]
	if e.Reason == callgraph.Self && a.around(first) >= 0 && a.around(e.From) >= 0 &&
		slices.Contains(a.mro(a.around(first)), a.around(e.From)) {
		return a.method(a.around(first), lastName(&a.g.Funcs[e.To])) == e.To
	}
	return a.sure(i)
}

// stays reports whether a call stays on the object whose lock is held; for a lock that is no object's it does not
// matter.
func (a *analysis) stays(e *callgraph.Edge, t *taken) bool {
	if t.outer != callgraph.None {
		return a.within(e.To, t.outer) // who calls the function around makes another lock
	}
	if !t.self {
		return true
	}
	return e.Reason == callgraph.Self || e.Reason == callgraph.Super || a.g.Funcs[e.To].Outer == e.From
}

// within reports whether a function stands in another.
func (p *program) within(fn, outer callgraph.FuncID) bool {
	for fn != callgraph.None && fn != outer {
		fn = p.g.Funcs[fn].Outer
	}
	return fn == outer
}

// asksFirst reports whether a function tries a lock, without waiting for it, before a place.
func (a *analysis) asksFirst(fn callgraph.FuncID, pos uint32, t *taken) bool {
	f := a.fns[fn]
	if f == nil {
		return false
	}
	return slices.ContainsFunc(f.Calls, func(c Call) bool {
		return c.End <= pos && (c.Method == "acquire" && c.NonBlock || c.Method == "locked") && c.Recv.Kind != NoRef &&
			a.lockKey(a.state(fn, c.Recv)) == t.key
	})
}

// later reports whether an edge makes a generator or coroutine, or hands over what is called at exit: that runs at
// another time.
func (a *analysis) later(e *callgraph.Edge) bool {
	if c := a.callAt(e.From, e.Pos); c != nil && c.Text == "atexit" && c.Method == "register" {
		return true
	}
	return a.g.Funcs[e.To].Flags&callgraph.Async != 0 && !e.Awaited
}

// releasedBefore reports whether a function lets go of a lock, within the block that takes it, before a place.
func (a *analysis) releasedBefore(fn callgraph.FuncID, pos uint32, t *taken) bool {
	return slices.ContainsFunc(a.fns[fn].Calls,
		func(c Call) bool { return c.Method == "release" && c.Start >= t.start && c.End <= pos })
}

// callOnLine gives where the first call of a line begins.
func (a *analysis) callOnLine(fn callgraph.FuncID, line int) uint32 {
	for i := range a.g.Edges[a.firstEdge(fn):] {
		e := &a.g.Edges[a.firstEdge(fn)+i]
		if e.From != fn {
			break
		}
		if e.Line == line {
			return e.Pos
		}
	}
	return a.fns[fn].Start
}

func (a *analysis) firstEdge(fn callgraph.FuncID) int {
	lo, _ := slices.BinarySearchFunc(a.g.Edges, fn,
		func(e callgraph.Edge, fn callgraph.FuncID) int { return int(e.From - fn) })
	return lo
}
