// Package ah606 is the rule AH606, async-contract.
package ah606

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	stayed   = "is not async, and overrides"
	became   = "is async, and overrides"
	sync     = "is a coroutine function, and is handed to"
	awaited  = "is awaited, and can be"
	unwaited = "is not awaited, and can be"
)

// Rule finds functions of one world where the other is wanted.
var Rule = rule.OfGraph("AH606", check, stayed, became, sync, awaited, unwaited)

func check(p *rule.Pass) {
	overrides(p)
	callbacks(p)
	calls(p)
}

func overrides(p *rule.Pass) {
	g := p.Program.Graph
	for _, o := range g.Overrides {
		low := p.Func(o.Low)
		if low.File != p.File() {
			continue
		}
		def, ok := p.Defs()[o.Low]
		if !ok {
			continue
		}
		how := stayed
		if low.Flags&callgraph.Async != 0 {
			how = became
		}
		p.Name(def, fmt.Sprintf("`%s` %s %s", low.Qual, how, p.Where(o.High)))
		if how == became && !calledAlike(p, o) || saysSo(low.Qual) || lookedAt(p, o) || dispatched(p, o) ||
			runsIt(p, o) || ignored(p, def) {
			p.Possible() // a class for the other world, whose users know it
		}
	}
}

// saysSo tells whether a method's class is called after its world, as AsyncStore below Store is.
func saysSo(qual string) bool {
	class, _, _ := strings.Cut(qual, ".")
	class = strings.ToLower(class)
	return strings.Contains(class, "sync") || strings.Contains(class, "aio")
}

// runsIt tells whether the plain one of two methods runs the coroutine of the other to its end: it is there for callers
// that cannot await.
func runsIt(p *rule.Pass, o callgraph.Override) bool {
	return slices.ContainsFunc(p.Program.Graph.Runs,
		func(r callgraph.Run) bool { return r.From == o.Low && r.To == o.High })
}

// ignored tells whether a comment says to a type checker that a method does not fit what it overrides.
func ignored(p *rule.Pass, def pysyntax.Node) bool {
	line, _, _ := strings.Cut(string(p.Src[p.Tree.IdentRange(def).Start:]), "\n")
	_, comment, _ := strings.Cut(line, "#")
	return strings.Contains(comment, "ignore[override") || strings.Contains(comment, "reportIncompatibleMethodOverride")
}

// lookedAt tells whether a caller of one of the methods asks what it has got before it awaits it.
func lookedAt(p *rule.Pass, o callgraph.Override) bool {
	for _, f := range []callgraph.FuncID{o.Low, o.High} {
		for _, i := range p.Program.Callers(f) {
			if p.LooksAtNature(p.Program.Graph.Edges[i].From) {
				return true
			}
		}
	}
	return false
}

// dispatched tells whether nothing in the tree calls the methods by their names, while something in it awaits what
// turns out to be awaitable: handlers that are looked up by name may be of either world.
func dispatched(p *rule.Pass, o callgraph.Override) bool {
	for _, f := range []callgraph.FuncID{o.Low, o.High} {
		for _, i := range p.Program.Callers(f) {
			switch p.Program.Graph.Edges[i].Reason {
			case callgraph.Super, callgraph.Getattr, callgraph.UniqueName, callgraph.AmongNames:
			default:
				return false
			}
		}
	}
	for i := range p.Program.Graph.Sites {
		if s := &p.Program.Graph.Sites[i]; s.Name == "inspect.isawaitable" || s.Name == "asyncio.iscoroutine" ||
			s.Name == "inspect.iscoroutine" {
			return true
		}
	}
	return false
}

// calledAlike tells whether some call that is not awaited can mean both methods.
func calledAlike(p *rule.Pass, o callgraph.Override) bool {
	for _, i := range p.Program.Callers(o.Low) {
		e := &p.Program.Graph.Edges[i]
		if e.Awaited || !e.Certain || e.Reason == callgraph.Super {
			continue
		}
		for _, other := range p.Program.Edges(e.From) {
			if other.To == o.High && other.Pos == e.Pos && other.End == e.End && other.Certain {
				return true
			}
		}
	}
	return false
}

// plain are what calls a function that it is given, and does not await what it returns; "*.x" is a method of anything.
var plain = map[string]bool{
	"threading.Thread": true, "threading.Timer": true, "multiprocessing.Process": true, "signal.signal": true,
	"atexit.register": true, "_thread.start_new_thread": true, "asyncio.to_thread": true, "weakref.finalize": true,
	"functools.reduce": true, "builtins.map": true, "builtins.filter": true,
}

var plainMethods = map[string]bool{
	"call_soon": true, "call_later": true, "call_at": true, "call_soon_threadsafe": true, "add_done_callback": true,
	"add_reader": true, "add_writer": true, "add_signal_handler": true, "run_in_executor": true, "submit": true,
	"map": true, "apply_async": true,
}

func callbacks(p *rule.Pass) {
	for _, s := range p.Program.SitesOf(p.File()) {
		last := s.Name[strings.LastIndexByte(s.Name, '.')+1:]
		if !plain[s.Name] &&
			(!plainMethods[last] || (last == "submit" || last == "map") && !strings.HasPrefix(s.Name, "concurrent.")) ||
			strings.HasPrefix(s.Name, "tornado.") || s.End == 0 {
			continue
		}
		for _, f := range s.Passed {
			if inner := returned(p, f); inner != callgraph.None {
				f = inner
			}
			if fn := p.Func(f); fn.Flags&callgraph.Async != 0 &&
				fn.Flags&(callgraph.ContextManager|callgraph.Decorated|callgraph.Generator) == 0 {
				p.Report(int(s.Pos), int(s.End), fmt.Sprintf("`%s` %s `%s`, which does not await it", fn.Qual, sync, s.Name),
					"hand over a function that makes a task of it")
				if !s.Certain || len(s.Passed) > 1 || p.LooksAtNature(s.From) ||
					fn.Class != callgraph.None && fn.Flags&(callgraph.Stub|callgraph.Abstract) != 0 ||
					strings.HasPrefix(last, "call_") && !ofAsyncio(s.Name) {
					p.Possible()
				}
			}
		}
	}
}

// ofAsyncio tells whether something is a method of asyncio's own. The loop of another library, as that of tornado, may
// await what a callback returns.
func ofAsyncio(name string) bool {
	return strings.HasPrefix(name, "asyncio.") || strings.HasPrefix(name, "uvloop.")
}

// returned gives the coroutine function whose coroutine is all that a lambda gives.
func returned(p *rule.Pass, f callgraph.FuncID) callgraph.FuncID {
	edges := p.Program.Edges(f)
	if p.Func(f).Kind != callgraph.Lambda || len(edges) != 1 || edges[0].Awaited || !edges[0].Certain ||
		edges[0].Kind != callgraph.Call || p.Func(f).File != p.File() {
		return callgraph.None
	}
	call := p.NodeAt(edges[0].Pos, edges[0].End)
	if call == 0 || p.Tree.Kind(p.Tree.Parents()[call]) != pysyntax.Lambda {
		return callgraph.None
	}
	return edges[0].To
}

// calls looks for calls through a variable that lead to functions of both worlds.
func calls(p *rule.Pass) {
	from, to := p.Program.Funcs(p.File())
	for f := from; f < to; f++ {
		edges := p.Program.Edges(f)
		for i := 0; i < len(edges); {
			j := i
			for j < len(edges) && edges[j].Pos == edges[i].Pos && edges[j].End == edges[i].End {
				j++
			}
			call(p, edges[i:j])
			i = j
		}
	}
}

// call looks at all that one call leads to.
func call(p *rule.Pass, edges []callgraph.Edge) {
	if edges[0].End == 0 || len(edges) < 2 && !(edges[0].Awaited && edges[0].Indirect) {
		return
	}
	var async, sync []callgraph.FuncID
	for _, e := range edges {
		f := p.Func(e.To)
		if !e.Certain || e.Kind != callgraph.Call || e.Reason == callgraph.Wrapped ||
			f.Flags&(callgraph.Decorated|callgraph.Abstract|callgraph.Stub|callgraph.ContextManager|callgraph.Generator) != 0 ||
			f.Class != callgraph.None && e.Reason != callgraph.Element && e.Reason != callgraph.Passed {
			return
		}
		if f.Flags&callgraph.Async != 0 {
			async = append(async, e.To)
		} else {
			sync = append(sync, e.To)
		}
	}
	element := edges[0].Reason == callgraph.Element && !ofAttribute(p, edges[0].Pos, edges[0].End) ||
		ofLoop(p, edges[0].Pos, edges[0].End)
	if len(sync) == 0 || len(async) == 0 && !element || p.LooksAtNature(edges[0].From) {
		return
	}
	for _, f := range sync {
		if !returnsNothing(p, f) {
			return // it may return the coroutine of another
		}
	}
	e := &edges[0]
	switch {
	case e.Awaited:
		p.Report(int(e.Pos), int(e.End), p.Quote(e.Pos, e.End)+" "+awaited+" "+p.Where(sync[0])+", which is not async", "")
	case dropped(p, e):
		p.Report(int(e.Pos), int(e.End), p.Quote(e.Pos, e.End)+" "+unwaited+" "+p.Where(async[0])+", which is async", "")
	default:
		return
	}
	if !element || hasTwin(p, e.From) || callsBothWays(p, e) {
		p.Possible() // what a variable holds can come from where only one of the two is handed over
	}
}

// callsBothWays tells whether the function calls the same callee with an await in one branch and without in the other:
// it knows of both kinds, and chooses by what the graph does not see.
func callsBothWays(p *rule.Pass, e *callgraph.Edge) bool {
	t := p.Tree
	call := callAt(p, e.Pos, e.End)
	if call == 0 || t.Kind(call) != pysyntax.Call {
		return false
	}
	callee, parents := p.Text(t.Child(call)), t.Parents()
	waits := func(n pysyntax.Node) bool { return t.Kind(parents[n]) == pysyntax.Await }
	found := false
	arm := call
	for at := parents[call]; at != 0 && t.Kind(at) != pysyntax.FunctionDef && !found; arm, at = at, parents[at] {
		if t.Kind(at) != pysyntax.If {
			continue
		}
		for c := range t.Children(at) {
			if c == arm {
				continue
			}
			t.Walk(c, func(n pysyntax.Node) bool {
				found = found || t.Kind(n) == pysyntax.Call && p.Text(t.Child(n)) == callee && waits(n) != waits(call)
				return !found
			}, nil)
		}
	}
	return found
}

// hasTwin tells whether a method has one of the other world that overrides it, or is that: which functions come to it
// depends on the class of its object.
func hasTwin(p *rule.Pass, f callgraph.FuncID) bool {
	fn := p.Func(f)
	if fn.Class == callgraph.None {
		return false
	}
	name := fn.Qual[strings.LastIndexByte(fn.Qual, '.'):]
	for i := range p.Program.Graph.Funcs {
		other := &p.Program.Graph.Funcs[i]
		if other.Class != callgraph.None && other.Class != fn.Class && strings.HasSuffix(other.Qual, name) &&
			(other.Flags^fn.Flags)&callgraph.Async != 0 &&
			(derives(p, other.Class, fn.Class, 0) || derives(p, fn.Class, other.Class, 0)) {
			return true
		}
	}
	return false
}

// derives tells whether a class derives from another.
func derives(p *rule.Pass, class, base int32, depth int) bool {
	const deepest = 20
	return class == base || depth < deepest && slices.ContainsFunc(p.Program.Graph.Classes[class].Bases,
		func(b int32) bool { return derives(p, b, base, depth+1) })
}

// ofAttribute tells whether a call is of a method of an object: what else has that method may be in another place.
func ofAttribute(p *rule.Pass, start, end uint32) bool {
	call := callAt(p, start, end)
	return call != 0 && p.Tree.Kind(p.Tree.Child(call)) == pysyntax.Attribute
}

// callAt gives the call with a range, 0 if there is none.
func callAt(p *rule.Pass, start, end uint32) pysyntax.Node {
	t := p.Tree
	call := p.NodeAt(start, end)
	for call != 0 && t.Kind(call) != pysyntax.Call && t.Child(call) != 0 {
		call = t.Child(call) // a statement alone in its block has its range
	}
	return call
}

// ofLoop tells whether a call is of the variable of a loop around it: an element of what the loop goes through.
func ofLoop(p *rule.Pass, start, end uint32) bool {
	t := p.Tree
	call := callAt(p, start, end)
	if call == 0 || t.Kind(t.Child(call)) != pysyntax.Name {
		return false
	}
	name := string(t.Ident(t.Child(call)))
	for loop := rule.Enclosing(p, call, pysyntax.For); loop != 0; loop = rule.Enclosing(p, loop, pysyntax.For) {
		bound := false
		t.Walk(t.Child(loop), func(n pysyntax.Node) bool {
			bound = bound || t.Kind(n) == pysyntax.Name && string(t.Ident(n)) == name
			return !bound
		}, nil)
		if bound {
			return true
		}
	}
	return false
}

// returnsNothing tells whether a plain function has no call whose result it could return as an awaitable.
func returnsNothing(p *rule.Pass, f callgraph.FuncID) bool {
	for _, e := range p.Program.Edges(f) {
		if p.Func(e.To).Flags&callgraph.Async != 0 {
			return false
		}
	}
	for _, s := range p.Program.Sites(f) {
		if strings.HasPrefix(s.Name, "asyncio.") {
			return false
		}
	}
	return true
}

// dropped tells whether the value of a call is not used.
func dropped(p *rule.Pass, e *callgraph.Edge) bool {
	for _, u := range p.Program.Uses(p.File()) {
		if u.Start == e.Pos && u.End == e.End {
			return u.Kind == callgraph.Dropped && u.Nature == callgraph.Coroutine && !u.Certain
		}
	}
	return false
}
