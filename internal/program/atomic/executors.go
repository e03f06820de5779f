package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// nested looks for functions that run in a bounded executor, submit to it and wait for the result.
func (a *analysis) nested() {
	byExecutor := map[string][]submission{}
	for id, f := range a.fns {
		if f == nil {
			continue
		}
		for i := range f.Calls {
			c := &f.Calls[i]
			if key := a.submitsTo(callgraph.FuncID(id), c); key != "" {
				byExecutor[key] = append(byExecutor[key], submission{callgraph.FuncID(id), c})
			}
		}
	}
	seen := map[callgraph.FuncID]bool{}
	for i := range a.g.Starts {
		s := &a.g.Starts[i]
		c := a.callNamed(s.From, s.Pos, s.Name)
		if c == nil || !submits(s.Name[strings.LastIndexByte(s.Name, '.')+1:]) {
			continue
		}
		given, wrapper := a.wrappedIn(s)
		if !wrapper {
			given = []callgraph.FuncID{s.To}
		}
		for _, fn := range given {
			if in, key := a.submittedIn(s, c, fn); key != "" && !seen[fn] {
				seen[fn] = true
				a.nestedIn(in, key, byExecutor[key])
			}
		}
	}
}

// submittedIn tells where a function is given to an executor, and to which: where it starts, or where it is handed to a
// helper that submits what it is given.
func (a *analysis) submittedIn(s *callgraph.Start, c *Call, fn callgraph.FuncID) (in inside, key string) {
	if key := a.submitsTo(s.From, c); key != "" {
		return inside{fn, s.From, s.Line}, key
	}
	h, ok := a.hands[fn]
	if !ok {
		return inside{}, ""
	}
	return inside{fn, h.fn, a.lineAt(h.fn, h.call.Start)}, a.handsOn(h.fn, h.call, 0)
}

// inside is a function that runs in an executor, and where it is given to it.
type inside struct {
	fn, from callgraph.FuncID
	line     int
}

// submitsTo names the executor that a call gives work to, itself or as what it hands to a helper; "" for none.
func (a *analysis) submitsTo(fn callgraph.FuncID, c *Call) string {
	switch {
	case submits(c.Method):
		return a.executor(fn, c.Recv, c.RecvCall)
	case c.Submits.Method != "":
		return a.executor(fn, c.Submits.Recv, c.Submits.RecvCall)
	}
	return ""
}

// handsOn names the one executor to which the helpers behind a call give what the call hands them; "" for none.
func (a *analysis) handsOn(fn callgraph.FuncID, c *Call, depth int) string {
	const most = 4
	if key := a.submitsTo(fn, c); key != "" || depth > most {
		return key
	}
	found := ""
	for _, e := range a.calleesAt(fn, c.Start) {
		f := a.fns[e.To]
		if f == nil || e.Kind != callgraph.Call {
			continue
		}
		for i := range f.Calls {
			if d := &f.Calls[i]; d.Params {
				if key := a.handsOn(e.To, d, depth+1); key != "" && found != "" && key != found {
					return ""
				} else if key != "" {
					found = key
				}
			}
		}
	}
	return found
}

// submission is a call that gives work to an executor.
type submission struct {
	fn   callgraph.FuncID
	call *Call
}

func submits(method string) bool {
	switch method {
	case "submit", "spawn", "spawn_n", "map", "imap", "starmap", "apply_async", "map_async":
		return true
	}
	return false
}

var poolWords = []string{"Executor", "Pool", "GreenPool", "ThreadPool", "GreenPile"}

// executor names an executor, by the state that holds it or the call that gives it; "" for none.
func (a *analysis) executor(fn callgraph.FuncID, recv Ref, recvCall uint32) string {
	if recv.Kind != NoRef {
		s := a.state(fn, recv)
		k := a.kindOf(s)
		if len(k.makers) == 1 && slices.ContainsFunc(k.made, isPool) {
			return a.show(s) + " of " + a.home(s)
		}
		return ""
	}
	if recvCall == 0 {
		return ""
	}
	for _, e := range a.calleesAt(fn, recvCall) {
		if s, ok := a.getter(e.To); ok {
			return a.show(s) + " of " + a.home(s)
		}
	}
	return ""
}

func isPool(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return slices.ContainsFunc(poolWords, func(word string) bool { return strings.HasSuffix(last, word) }) &&
		!strings.Contains(name, "Process")
}

// getter gives the pool that a function makes when it is first asked for, and returns.
func (a *analysis) getter(fn callgraph.FuncID) (State, bool) {
	f := a.fns[fn]
	if f == nil {
		return State{}, false
	}
	for i := range f.Accesses {
		if b := &f.Accesses[i]; b.Act == Load || b.Act == Store {
			if s := a.state(fn, b.Ref); s.Kind != NoRef && slices.ContainsFunc(a.kindOf(s).made, isPool) {
				return s, true
			}
		}
	}
	return State{}, false
}

// nestedIn looks whether a task that runs in an executor comes to a place that gives it more, and waits for that.
func (a *analysis) nestedIn(s inside, key string, given []submission) {
	if len(given) == 0 {
		return
	}
	from := map[callgraph.FuncID]callgraph.FuncID{s.fn: callgraph.None}
	work := []callgraph.FuncID{s.fn}
	for len(work) > 0 && len(from) < 5000 {
		at := work[0]
		work = work[1:]
		for _, i := range a.out[at] {
			if e := &a.g.Edges[i]; !a.later(e) && a.goesOn(i, s.fn) {
				if _, seen := from[e.To]; !seen {
					from[e.To] = at
					work = append(work, e.To)
				}
			}
		}
	}
	for _, g := range given {
		if _, reached := from[g.fn]; !reached {
			continue
		}
		waiter, at := a.waiter(g, from)
		if waiter == callgraph.None {
			continue
		}
		var chain []string
		for fn := waiter; fn != callgraph.None; fn = from[fn] {
			chain = append(chain, a.g.Funcs[fn].Name())
		}
		slices.Reverse(chain)
		pool, _, _ := strings.Cut(key, " of ")
		a.report(Finding{
			Code: Nested, Fn: waiter, Start: at, End: a.endOfLine(waiter, at), Certain: !a.givesUp(waiter, at),
			Message: fmt.Sprintf(
				"`%s` runs in the executor %s, gives it work here and waits for that: when all its workers do so, none is left to do it",
				a.g.Funcs[s.fn].Qual,
				pool,
			),
			Help: "use an executor of its own for the inner work, or do it here",
			Why: []string{
				fmt.Sprintf("%s is given to %s by %s in line %d", a.g.Funcs[s.fn].Name(), pool, a.g.Funcs[s.from].Name(), s.line),
				strings.Join(chain, " -> ")},
		})
	}
}

// givesUp reports whether a function waits for a result no longer than it says.
func (a *analysis) givesUp(fn callgraph.FuncID, at uint32) bool {
	const bare = uint32(len("()"))
	return slices.ContainsFunc(a.fns[fn].Calls, func(c Call) bool {
		return c.Start >= at && (c.Method == "result" || c.Method == "exception") && c.End > c.Paren+bare
	})
}

// waiter gives the function among those reached that waits for what a submission gives, and where: the one that
// submits, one that calls a helper that does, or a method of an object that keeps the future.
func (a *analysis) waiter(g submission, from map[callgraph.FuncID]callgraph.FuncID) (callgraph.FuncID, uint32) {
	if at, ok := a.waitsFor(g.fn, g.call.Start, g.call, from); ok {
		return g.fn, at
	}
	for _, i := range a.in[g.fn] {
		e := &a.g.Edges[i]
		if _, reached := from[e.From]; !reached || !e.Certain {
			continue
		}
		c := a.callAt(e.From, e.Pos)
		if c == nil {
			continue
		}
		if at, ok := a.waitsFor(e.From, e.Pos, c, from); ok {
			return e.From, at
		}
	}
	return callgraph.None, 0
}

var resultMethods = map[string]bool{"result": true, "wait": true, "exception": true}

// mapping are methods of executors whose result waits while it is gone through.
var mapping = map[string]bool{"map": true, "imap": true, "starmap": true}

// consumers are builtins and methods that go through all of what they are given.
var consumers = map[string]bool{
	"list": true, "tuple": true, "set": true, "frozenset": true, "dict": true, "sorted": true, "sum": true, "min": true, "max": true, "any": true, "all": true,
	"join": true, "extend": true, "update": true, "deque": true, "Counter": true,
}

// isWait reports whether a call waits for futures that it is given.
func (a *analysis) isWait(fn callgraph.FuncID, c *Call) bool {
	return strings.Contains(c.Text, "futures") || slices.ContainsFunc(a.sitesAt(fn, c.Start), func(name string) bool {
		return name == "concurrent.futures.wait" || name == "futurist.waiters.wait_for_all"
	})
}

// waitsFor reports whether the result of a call is waited for.
func (a *analysis) waitsFor(fn callgraph.FuncID, pos uint32, c *Call,
	from map[callgraph.FuncID]callgraph.FuncID) (uint32, bool) {
	f := a.fns[fn]
	if mapping[c.Method] && c.Iterated {
		return pos, true
	}
	for i := range f.Calls {
		d := &f.Calls[i]
		switch {
		case resultMethods[d.Method] && d.Ctor == pos:
			return pos, true
		case (d.Start > pos || d.End > c.End) && (d.Method == "as_completed" || d.Method == "wait" && a.isWait(fn, d) || d.Method == "wait_for_all" || d.Method == "waitall"):
			return pos, true
		case (d.Start > pos || d.Comp > pos) && d.Method == "result" && d.Loop && d.Ctor == 0 && d.Recv.Kind == NoRef && c.Assigned.Kind == NoRef:
			return pos, true
		case mapping[c.Method] && d.Start < pos && d.End > pos && consumers[d.Method]:
			return pos, true
		}
	}
	if c.Assigned.Kind == NoRef {
		return 0, false
	}
	kept := a.state(fn, c.Assigned)
	for reached := range from {
		f := a.fns[reached]
		if f == nil {
			continue
		}
		for i := range f.Calls {
			if d := &f.Calls[i]; resultMethods[d.Method] && d.Recv.Kind != NoRef && a.state(reached, d.Recv) == kept {
				return pos, true
			}
		}
	}
	return 0, false
}
