package atomic

import (
	"strings"

	"aiohub/internal/program/callgraph"
)

// besideNames run a coroutine as a task of its own, by the last part of their name.
var besideNames = map[string]bool{
	"create_task": true, "ensure_future": true, "gather": true, "Task": true, "start_soon": true,
	"run_coroutine_threadsafe": true, "as_completed": true, "wait": true,
	"async": true, "start_background_task": true, "spawn": true,
}

// taskCall is a call whose coroutine runs as a task.
type taskCall struct {
	from, to callgraph.FuncID
	pos      uint32
}

// findLoopTasks finds what an event loop runs as tasks of their own.
func (a *analysis) findLoopTasks(byRoot map[callgraph.FuncID]int) {
	for i := range a.g.Runs {
		if r := &a.g.Runs[i]; r.Certain && beside(r.Name) {
			a.begin(byRoot, r.From, r.To, r.Start, r.Name)
		}
	}
	for id, f := range a.fns {
		if f == nil {
			continue
		}
		for i := range f.Calls {
			if c := &f.Calls[i]; besideNames[c.Method] {
				a.beginGiven(byRoot, callgraph.FuncID(id), c)
			}
		}
	}
	for id := range a.g.Funcs {
		f := &a.g.Funcs[id]
		for _, d := range f.Decorators {
			if f.Flags&(callgraph.Async|callgraph.Test) == callgraph.Async && a.fns[id] != nil && handles(d) {
				a.addTask(byRoot,
					task{root: callgraph.FuncID(id), from: callgraph.None, line: f.Line, name: "server", many: true, same: true})
			}
		}
	}
	for i := range a.g.Escapes {
		e := &a.g.Escapes[i]
		if f := &a.g.Funcs[e.To]; f.Flags&(callgraph.Async|callgraph.Test) == callgraph.Async && a.fns[e.To] != nil &&
			strings.HasPrefix(e.Name[strings.LastIndexByte(e.Name, '.')+1:], "add_") &&
			routes[e.Name[strings.LastIndexByte(e.Name, '.')+5:]] {
			a.addTask(
				byRoot,
				task{
					root:    e.To,
					from:    e.From,
					starter: e.From,
					line:    e.Line,
					pos:     e.Pos,
					name:    e.Name,
					many:    true,
					same:    a.isHanded(e.To),
				},
			)
		}
	}
}

func beside(name string) bool { return besideNames[name[strings.LastIndexByte(name, '.')+1:]] }

// beginGiven notes the coroutines that stand among the arguments of a call which runs them, in a list or comprehension
// too.
func (a *analysis) beginGiven(byRoot map[callgraph.FuncID]int, fn callgraph.FuncID, c *Call) {
	for _, i := range a.out[fn] {
		if e := &a.g.Edges[i]; e.Pos > c.Paren && e.Pos < c.End && !e.Awaited && a.g.Funcs[e.To].Flags&callgraph.Async != 0 {
			a.begin(byRoot, fn, e.To, e.Pos, c.Method)
		}
	}
}

// begin notes that the coroutine of a call runs as a task.
func (a *analysis) begin(byRoot map[callgraph.FuncID]int, from, to callgraph.FuncID, pos uint32, name string) {
	if a.fns[to] == nil || a.g.Funcs[to].Flags&callgraph.Test != 0 || a.begun[taskCall{from, to, pos}] {
		return
	}
	t := task{root: to, from: from, starter: from, line: a.lineAt(from, pos), pos: pos, name: name}
	if c := a.callAt(from, pos); c != nil {
		t.many = c.Loop || c.Params && a.perCall(from)
	}
	for _, e := range a.calleesAt(from, pos) {
		if e.To == to &&
			(e.Reason == callgraph.Passed || e.Reason == callgraph.Parameter) { // a helper that starts what it is given
			t.many = false
			if h, ok := a.hands[to]; ok {
				t.many = h.call.Loop
				t.same = a.isHanded(to)
			}
		}
		t.same = t.same ||
			e.To == to && (e.Reason == callgraph.Self || a.g.Funcs[to].Class < 0 && a.g.Funcs[to].Outer == from)
	}
	a.begun[taskCall{from, to, pos}] = true
	a.addTask(byRoot, t)
}

// routes are what decorators that make a function a handler of requests are called, and add_ with it the methods of
// aiohttp.
var routes = map[string]bool{
	"get": true, "post": true, "put": true, "delete": true, "patch": true, "route": true, "websocket": true,
	"api_route": true, "view": true, "head": true,
}

// handles reports whether a decorator makes a function a handler that a server calls for each request.
func handles(decorator string) bool {
	end := strings.LastIndexByte(decorator, '.')
	if end < 0 || !routes[decorator[end+1:]] {
		return false
	}
	of := strings.ToLower(decorator[:end])
	return strings.Contains(of, "app") || strings.Contains(of, "rout") || strings.Contains(of, "bp") ||
		strings.Contains(of, "blueprint")
}

// beginsTask reports whether an edge is of a call whose coroutine runs as a task of its own.
func (a *analysis) beginsTask(e *callgraph.Edge) bool {
	return len(a.begun) > 0 && a.begun[taskCall{e.From, e.To, e.Pos}]
}

// becomesAwait reports whether a call in a region becomes an await.
func (a *analysis) becomesAwait(fn callgraph.FuncID, start, end uint32) bool {
	for _, i := range a.callsOf(fn) {
		if pos := a.g.Edges[i].Pos; pos >= start && pos < end && a.awaits(fn, pos) {
			return true
		}
	}
	for _, i := range a.sites[fn] {
		if pos := a.g.Sites[i].Pos; pos >= start && pos < end && a.awaits(fn, pos) {
			return true
		}
	}
	return false
}

// Splits gives the regions of a program on green threads that a port to asyncio would split: those in which a test and
// the act that depends on it have a call between them that becomes an await. awaits says so of a call, by the function
// and the byte where it begins.
func Splits(in Input, awaits func(fn callgraph.FuncID, pos uint32) bool) []Finding {
	in.Target = Threads
	a := newAnalysis(in)
	a.awaits = awaits
	a.findTasks()
	a.spread()
	a.objects()
	a.regions()
	for i := range a.found {
		a.found[i].Code = Split
	}
	return a.sorted()
}
