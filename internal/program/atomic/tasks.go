package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// task is something that runs beside the rest: what a thread, a pool, a timer or a server runs.
type task struct {
	root    callgraph.FuncID
	from    callgraph.FuncID // who starts it, or hands it to a helper that does; None for a server's
	starter callgraph.FuncID // whose code has the start in it
	line    int
	pos     uint32
	name    string // of the starter
	many    bool   // several of it run at once
	same    bool   // those share the object whose method it is
	both    bool   // one start makes several that share it
	waited  bool   // who starts it waits until it has ended
}

// mainTask is the number of what is no task: the rest of the program.
const mainTask = -1

// maxTasks bounds how many tasks are kept for a function: two that differ are enough.
const maxTasks = 3

// threadStarters run what they are given in a thread of the process, by the last part of their name.
var threadStarters = map[string]bool{
	"Thread": true, "Timer": true, "start_new_thread": true, "spawn": true, "spawn_n": true, "spawn_after": true,
	"spawn_after_local": true, "spawn_later": true, "submit": true, "imap": true, "starmap": true, "imap_unordered": true,
	"map_async": true, "apply_async": true, "execute": true, "serve": true, "server": true,
	"add_thread": true, "add_timer": true, "add_dynamic_timer": true, "start_background_task": true, "to_thread": true,
	"run_in_executor": true, "FixedIntervalLoopingCall": true, "DynamicLoopingCall": true,
	"FixedIntervalWithTimeoutLoopingCall": true, "BackOffLoopingCall": true,
	"schedule_call_global": true, "schedule_call_local": true, "start": true, "__init__": true, "map": true,
	"run_in_thread": true,
}

// loopStarters run what they are given as a task of an event loop.
var loopStarters = map[string]bool{
	"create_task": true, "ensure_future": true, "run_coroutine_threadsafe": true, "gather": true, "start_server": true,
	"start_unix_server": true, "start_soon": true, "call_soon": true, "call_later": true, "call_at": true,
	"call_soon_threadsafe": true, "add_reader": true, "add_writer": true,
}

// runsBeside reports whether a starter runs what it is given beside the code that starts it, in the same memory.
func (a *analysis) runsBeside(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch {
	case strings.HasPrefix(name, "multiprocessing.") && !strings.Contains(name, ".dummy.") &&
		!strings.Contains(name, "ThreadPool"),
		strings.Contains(name, "Process"), strings.HasPrefix(name, "atexit."), strings.HasPrefix(name, "signal."):
		return false
	case a.target == Asyncio:
		return loopStarters[last]
	}
	if !threadStarters[last] {
		return false
	}
	if last == "start" || last == "__init__" {
		return strings.Contains(name, "Thread") || strings.Contains(name, "Timer") || strings.Contains(name, "Loop") ||
			strings.Contains(name, "Greenlet")
	}
	if last == "map" {
		return strings.Contains(name, "Executor") || strings.Contains(name, "Pool")
	}
	return true
}

// findTasks finds what is run as a task of its own.
func (a *analysis) findTasks() {
	g := a.g
	a.hands = a.handedOut()
	byRoot := map[callgraph.FuncID]int{}
	for i := range g.Starts {
		s := &g.Starts[i]
		if !a.runsBeside(s.Name) || g.Funcs[s.To].Flags&callgraph.Test != 0 || a.fns[s.To] == nil {
			continue
		}
		if g.Funcs[s.To].Flags&callgraph.Async != 0 && a.target == Threads || a.alternatives(i) {
			continue
		}
		for _, t := range a.started(s) {
			a.addTask(byRoot, t)
		}
	}
	if a.target == Threads {
		a.findServers(byRoot)
	} else {
		a.findLoopTasks(byRoot)
	}
	for i := range a.tasks {
		a.roots[a.tasks[i].root] = int32(i)
	}
}

// alternatives reports whether what is started is one of several methods of one name on objects of several classes:
// which of them an object has, only the place that made it knows.
func (a *analysis) alternatives(i int) bool {
	s := &a.g.Starts[i]
	f := &a.g.Funcs[s.To]
	if c := a.callNamed(s.From, s.Pos, s.Name); f.Class < 0 || c != nil && slices.Contains(c.Self, lastName(f)) {
		return false // a method of the object itself, or one that overrides it
	}
	other := func(k int) bool {
		o := &a.g.Starts[k]
		g := &a.g.Funcs[o.To]
		return o.From == s.From && o.Pos == s.Pos && g.Class >= 0 && g.Class != f.Class && lastName(g) == lastName(f)
	}
	for k := i - 1; k >= 0 && a.g.Starts[k].From == s.From && a.g.Starts[k].Pos == s.Pos; k-- {
		if other(k) {
			return true
		}
	}
	for k := i + 1; k < len(a.g.Starts) && a.g.Starts[k].From == s.From && a.g.Starts[k].Pos == s.Pos; k++ {
		if other(k) {
			return true
		}
	}
	return false
}

// addTask adds a task, or what is new of one that is known.
func (a *analysis) addTask(byRoot map[callgraph.FuncID]int, t task) {
	t.both = t.many && t.same
	at, ok := byRoot[t.root]
	if !ok {
		byRoot[t.root] = len(a.tasks)
		a.tasks = append(a.tasks, t)
		return
	}
	old := &a.tasks[at]
	old.many = old.many || t.many
	old.same = old.same || t.same
	old.both = old.both || t.both
	old.waited = old.waited && t.waited
}

// started gives the tasks of a start. A helper that runs the function it is given starts one for each of those.
func (a *analysis) started(s *callgraph.Start) []task {
	c := a.callNamed(s.From, s.Pos, s.Name)
	name := lastName(&a.g.Funcs[s.To])
	t := task{root: s.To, from: s.From, starter: s.From, line: s.Line, pos: s.Pos, name: s.Name, many: perItem(s.Name),
		waited: c != nil && c.Awaited && !perItem(s.Name) && !strings.HasSuffix(s.Name, "gather") ||
			strings.HasSuffix(s.Name, "tpool.execute")}
	if c != nil &&
		(slices.Contains(c.Self, name) || slices.Contains(c.Given, name) || a.g.Funcs[s.To].Kind == callgraph.Lambda) {
		if given := a.passedOn(s.To); a.g.Funcs[s.To].Outer == s.From && len(given) > 0 {
			return a.handedIn(t, given)
		}
		t.many = t.many || c.Loop || c.Params && a.perCall(s.From)
		if strings.HasSuffix(s.Name, "tpool.execute") { // who calls it waits for it
			t.many = false
		}
		t.same = a.sameObject(s, c)
		return []task{t}
	}
	if given, wrapper := a.wrappedIn(s); wrapper {
		return a.handedIn(t, given)
	}
	if h, ok := a.hands[s.To]; !ok || h.fn == s.From {
		t.many = t.many || c != nil && c.Loop
		return []task{t}
	}
	return a.handedIn(t, []callgraph.FuncID{s.To})
}

// passedOn gives the functions that a wrapper calls because they were handed to the function around it.
func (a *analysis) passedOn(wrapper callgraph.FuncID) []callgraph.FuncID {
	var given []callgraph.FuncID
	for _, i := range a.out[wrapper] {
		if e := &a.g.Edges[i]; (e.Reason == callgraph.Passed ||
			e.Reason == callgraph.Parameter && e.Kind == callgraph.Call) && a.fns[e.To] != nil && !slices.Contains(given, e.To) {
			given = append(given, e.To)
		}
	}
	return given
}

// wrappedIn gives the functions that a wrapper made by a helper, start(wrap(f)), calls because they were handed to the
// helper, and whether what is started is such a wrapper. A helper with several callers makes one for each, so that only
// what the starter itself hands over is known to be started.
func (a *analysis) wrappedIn(s *callgraph.Start) (given []callgraph.FuncID, wrapper bool) {
	f := &a.g.Funcs[s.To]
	if _, handed := a.hands[s.To]; handed || f.Class >= 0 || f.Outer == callgraph.None ||
		a.g.Funcs[f.Outer].Kind == callgraph.ModuleBody {
		return nil, false
	}
	given = a.passedOn(s.To)
	wrapper = len(given) > 0
	callers := 0
	for _, i := range a.in[f.Outer] {
		if e := &a.g.Edges[i]; e.Kind == callgraph.Call && a.g.Funcs[e.From].Flags&callgraph.Test == 0 {
			callers++
		}
	}
	if callers > 1 {
		given = slices.DeleteFunc(given, func(f callgraph.FuncID) bool { return !a.handsOver(s.From, f) })
	}
	return given, wrapper
}

// handsOver reports whether a function hands another one to somebody, by its name.
func (a *analysis) handsOver(from, f callgraph.FuncID) bool {
	name := lastName(&a.g.Funcs[f])
	return slices.ContainsFunc(a.fns[from].Calls, func(c Call) bool {
		return slices.Contains(c.Given, name) || slices.Contains(c.Self, name)
	})
}

// handedIn makes a task of each function that is handed to a helper which starts it.
func (a *analysis) handedIn(t task, given []callgraph.FuncID) []task {
	var list []task
	for _, f := range given {
		u := t
		u.root = f
		h, ok := a.hands[f]
		if ok {
			u.from, u.line, u.pos = h.fn, a.lineAt(h.fn, h.call.Start), h.call.Start
			u.many = u.many || h.call.Loop || h.call.Params && a.perCall(h.fn)
			u.same = slices.Contains(h.call.Self, lastName(&a.g.Funcs[f])) ||
				a.g.Funcs[f].Class < 0 && a.g.Funcs[f].Outer != callgraph.None &&
					a.g.Funcs[a.g.Funcs[f].Outer].Kind != callgraph.ModuleBody
		}
		list = append(list, u)
	}
	return list
}

// perCall reports whether a function that starts a task with one of its own parameters does so for each of several
// calls: one that sets things up is called once.
func (a *analysis) perCall(fn callgraph.FuncID) bool {
	name := strings.TrimLeft(lastName(&a.g.Funcs[fn]), "_")
	return name != "init__" && !startsUp(name)
}

// startsUp reports whether a function is called once, before there is anything beside it, as its name says.
func startsUp(name string) bool {
	for _, begin := range []string{"start", "run", "setup", "set_up", "init", "open", "connect", "main", "launch", "serve",
		"configure", "prepare", "enter", "load", "create", "begin", "boot", "listen", "new"} {
		if strings.HasPrefix(strings.TrimLeft(strings.ToLower(name), "_"), begin) {
			return true
		}
	}
	return false
}

// callsAt gives the indexes of the calls of a function that begin at a place. A generated function has 10,000s of calls,
// and each is asked for.
func (p *program) callsAt(fn callgraph.FuncID, pos uint32) []int32 {
	places, ok := p.at[fn]
	if !ok {
		places = map[uint32][]int32{}
		for i := range p.fns[fn].Calls {
			start := p.fns[fn].Calls[i].Start
			places[start] = append(places[start], int32(i))
		}
		if p.at == nil {
			p.at = map[callgraph.FuncID]map[uint32][]int32{}
		}
		p.at[fn] = places
	}
	return places[pos]
}

// callAt gives the call at a place.
func (p *program) callAt(fn callgraph.FuncID, pos uint32) *Call {
	if p.fns[fn] == nil {
		return nil
	}
	var found *Call
	for _, i := range p.callsAt(fn, pos) {
		if c := &p.fns[fn].Calls[i]; found == nil || c.End > found.End {
			found = c
		}
	}
	return found
}

// callNamed gives the call at a place that is of a dotted name: f(x) and f(x).start() begin at the same place.
func (p *program) callNamed(fn callgraph.FuncID, pos uint32, name string) *Call {
	if p.fns[fn] == nil {
		return nil
	}
	last := strings.TrimSuffix(name, ".__init__")
	last = last[strings.LastIndexByte(last, '.')+1:]
	var found *Call
	for _, i := range p.callsAt(fn, pos) {
		c := &p.fns[fn].Calls[i]
		if c.Method == last {
			return c
		}
		if found == nil || c.End < found.End {
			found = c
		}
	}
	return found
}

// sameObject reports whether the method that a start runs is that of the object whose method starts it.
func (a *analysis) sameObject(s *callgraph.Start, c *Call) bool {
	to := &a.g.Funcs[s.To]
	if to.Class < 0 {
		return to.Outer != callgraph.None && a.g.Funcs[to.Outer].Kind != callgraph.ModuleBody
	}
	return c != nil && slices.Contains(c.Self, lastName(to))
}

// threadClass names the starter of threads that are objects of a class of the tree.
const threadClass = "threading.Thread.start"

// describe says what a task is.
func (a *analysis) describe(t int32) string {
	if t == mainTask {
		return "whoever calls it"
	}
	k := &a.tasks[t]
	name := "`" + a.g.Funcs[k.root].Qual + "`"
	many := ""
	if k.many {
		many = ", several at once"
	}
	switch {
	case k.from == callgraph.None && k.name == threadClass:
		return "the thread " + name + many
	case k.from == callgraph.None:
		return name + ", run by the " + k.name + many
	}
	return fmt.Sprintf("%s, started by `%s` in line %d%s", name, knowledge.Canon(k.name), k.line, many)
}
