// Package hold is what the rules about calls that hold up an event loop share: where such a call is reported, and how
// its chain is told.
package hold

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/onloop"
	"aiohub/internal/rules/rule"
)

// Sentences are what is said of a call in a coroutine function itself, and of one that leads to such a call.
type Sentences struct{ Direct, Through string }

// Check reports in the coroutine functions of a file the calls that hold up the loop in one of some manners, and the
// calls of plain functions that lead to one. possible says that these are only possible findings.
func Check(p *rule.Pass, say Sentences, holds []knowledge.Hold, possible bool) {
	way := p.Program.Way(holds...)
	possible = possible || drivesByHand(p)
	from, to := p.Program.Funcs(p.File())
	for f := from; f < to; f++ {
		if p.Func(f).Flags&callgraph.Async == 0 && !calledByLoop(p, f) {
			continue
		}
		direct(p, f, say.Direct, holds, possible)
		through(p, f, say.Through, way, possible)
	}
}

func direct(p *rule.Pass, f callgraph.FuncID, sentence string, holds []knowledge.Hold, possible bool) {
	sites := p.Program.Sites(f)
	last, told := 0, false
	for i := range sites {
		s := &sites[i]
		if s.Awaited || s.End == 0 && s.Kind != callgraph.With && s.Kind != callgraph.Iterate ||
			!contains(holds, rule.Holds(s)) {
			continue
		}
		end := s.End
		if end == 0 {
			end = s.Pos + 1
		}
		if told && sites[last].Pos == s.Pos && sites[last].Kind == s.Kind {
			continue // another name of the same call: one of several classes, or the other end of a with block
		}
		last, told = i, true
		p.Report(int(s.Pos), int(end), fmt.Sprintf("`%s` %s", s.Name, sentence), "")
		if possible || !s.Certain || s.Borrowed || asksEmpty(p, f, s.Name) || givenToLoop(p, s.Pos, s.End) || askedAfter(p, s.Pos, s.End) ||
			awaitsInside(p, s) || awaitsItsOthers(p, s) ||
			p.RuledOut(s.Pos, s.End) {
			p.Possible()
		}
	}
}

// awaitsItsOthers tells whether the function awaits other calls of the same object, or goes through what the call gives
// with `async for`: then the object is not of the class that it is taken for.
func awaitsItsOthers(p *rule.Pass, s *callgraph.Site) bool {
	t := p.Tree
	call := p.NodeAt(s.Pos, s.End)
	for call != 0 && t.Kind(call) != pysyntax.Call && t.Child(call) != 0 {
		call = t.Child(call) // a statement alone in its block has its range
	}
	if s.Kind != callgraph.Call || call == 0 || t.Kind(call) != pysyntax.Call ||
		t.Kind(t.Child(call)) != pysyntax.Attribute {
		return false
	}
	object, name := p.Text(t.Child(t.Child(call))), ""
	if outer := t.Parents()[call]; t.Kind(outer) == pysyntax.Assign {
		name = p.Text(t.Child(outer))
	}
	ofObject := func(n pysyntax.Node) bool {
		return t.Kind(n) == pysyntax.Call && t.Kind(t.Child(n)) == pysyntax.Attribute &&
			p.Text(t.Child(t.Child(n))) == object
	}
	found := false
	t.Walk(rule.Enclosing(p, call, pysyntax.FunctionDef), func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.Await:
			found = found || ofObject(t.Child(n))
		case pysyntax.For:
			through := t.Next(t.Child(n))
			found = found || t.Has(n, pysyntax.FlagAsync) && (ofObject(through) || p.Text(through) == name)
		}
		return !found
	}, nil)
	return found
}

// awaitsInside tells whether what waits is the end of a with block over an executor which awaits what that does: the
// work is done by then.
func awaitsInside(p *rule.Pass, s *callgraph.Site) bool {
	if s.Kind != callgraph.With || !strings.HasSuffix(s.Name, "Executor.__exit__") {
		return false
	}
	t := p.Tree
	for n := range t.All() {
		if t.Kind(n) != pysyntax.With || t.Start(n) > s.Pos || t.End(n) < s.Pos ||
			!slices.ContainsFunc(slices.Collect(t.Children(n)), func(c pysyntax.Node) bool {
				return t.Kind(c) == pysyntax.WithItem && t.Start(c) == s.Pos
			}) {
			continue
		}
		found := false
		t.Walk(n, func(inner pysyntax.Node) bool {
			found = found || t.Kind(inner) == pysyntax.Call && awaitedWork[string(t.Ident(t.Child(inner)))]
			return !found
		}, nil)
		return found
	}
	return false
}

// awaitedWork are calls whose result, when it is awaited, is that of an executor.
var awaitedWork = map[string]bool{"run_in_executor": true, "wrap_future": true}

func through(p *rule.Pass, f callgraph.FuncID, sentence string, way *onloop.Way, possible bool) {
	edges := p.Program.Edges(f)
	for i := range edges {
		e := &edges[i]
		if !onloop.Follows(e) || e.End == 0 && !implicit(e.Kind) || !way.Leads(e.To) ||
			onloop.Alternatives(p.Program.Graph, edges, i) {
			continue
		}
		steps, last := way.Chain(e.To)
		at := p.Program.Graph.Files[p.Func(last.From).File].Path
		what, end := "`"+p.Func(e.To).Qual+"`", e.Pos+1
		if e.End > 0 {
			what, end = p.Quote(e.Pos, e.End), e.End
		}
		text := fmt.Sprintf("%s %s `%s` (%s:%d)", what, sentence, last.Name, at, last.Line)
		if len(steps) > 0 {
			text += fmt.Sprintf(" in `%s`", p.Func(last.From).Qual)
		}
		p.Report(int(e.Pos), int(end), text, "")
		if possible || !way.Sure(e.To) || onloop.Serves(edges, i) || asksEmpty(p, f, last.Name) || saysNoWait(p, e) ||
			givenToLoop(p, e.Pos, e.End) || askedAfter(p, e.Pos, e.End) || p.RuledOut(e.Pos, e.End) {
			p.Possible()
		}
	}
}

// implicit tells whether an edge of a kind is a call although the source has none there.
func implicit(kind callgraph.EdgeKind) bool {
	return kind == callgraph.With || kind == callgraph.Iterate || kind == callgraph.PropertyUse
}

// calledByLoop tells whether the event loop calls a plain function: a callback, or a method of a protocol.
func calledByLoop(p *rule.Pass, f callgraph.FuncID) bool {
	if slices.ContainsFunc(p.Program.StartedBy(f), func(i int32) bool {
		name := p.Program.Graph.Starts[i].Name
		return strings.HasPrefix(name, "asyncio.") && loopCalls[name[strings.LastIndexByte(name, '.')+1:]]
	}) {
		return true
	}
	fn := p.Func(f)
	if fn.Class == callgraph.None || !protocolMethods[fn.Qual[strings.LastIndexByte(fn.Qual, '.')+1:]] {
		return false
	}
	return isProtocol(p, fn.Class, 0)
}

func isProtocol(p *rule.Pass, class int32, depth int) bool {
	const deepest = 20
	c := &p.Program.Graph.Classes[class]
	return slices.ContainsFunc(c.Foreign, func(base string) bool {
		return strings.HasPrefix(base, "asyncio.") && strings.HasSuffix(base, "Protocol")
	}) || depth < deepest && slices.ContainsFunc(c.Bases, func(base int32) bool { return isProtocol(p, base, depth+1) })
}

var loopCalls = map[string]bool{"call_soon": true, "call_later": true, "call_at": true, "call_soon_threadsafe": true,
	"add_reader": true, "add_writer": true}

// protocolMethods are what the loop calls on a protocol.
var protocolMethods = map[string]bool{
	"connection_made": true, "data_received": true, "eof_received": true, "connection_lost": true,
	"datagram_received": true, "buffer_updated": true, "error_received": true,
	"pipe_data_received": true, "process_exited": true,
}

// drivesByHand tells whether a file runs coroutines itself, without a loop: with `coroutine.send(None)`. Blocking
// clients are made so out of the code of async ones.
func drivesByHand(p *rule.Pass) bool {
	t := p.Tree
	for n := range t.All() {
		if t.Kind(n) != pysyntax.Call {
			continue
		}
		callee := t.Child(n)
		if arg := t.Next(callee); arg != 0 && t.Kind(callee) == pysyntax.Attribute && string(t.Ident(callee)) == "send" &&
			t.Kind(arg) == pysyntax.Constant && t.Op(arg) == pysyntax.ConstNone {
			return true
		}
	}
	return false
}

// givenToLoop tells whether what a call gives is handed to something that takes awaitables alone: then it is taken for
// a coroutine of the same name.
func givenToLoop(p *rule.Pass, start, end uint32) bool {
	call := p.NodeAt(start, end)
	if call == 0 {
		return false
	}
	outer := p.Tree.Parents()[call]
	if p.Tree.Kind(call) != pysyntax.Call || outer == 0 || p.Tree.Kind(outer) != pysyntax.Call ||
		p.Tree.Child(outer) == call {
		return false
	}
	return awaiters[string(p.Tree.Ident(p.Tree.Child(outer)))]
}

// askedAfter tells whether the function asks what a call gives whether it can be awaited: its object may be of a class
// that does not wait.
func askedAfter(p *rule.Pass, start, end uint32) bool {
	t := p.Tree
	call := p.NodeAt(start, end)
	if call == 0 || t.Kind(call) != pysyntax.Call {
		return false
	}
	parents := t.Parents()
	name := ""
	switch outer := parents[call]; t.Kind(outer) {
	case pysyntax.Assign:
		name = p.Text(t.Child(outer))
	case pysyntax.NamedExpr:
		name = p.Text(t.Child(outer))
	default:
		return false
	}
	def := parents[call]
	for def != 0 && t.Kind(def) != pysyntax.FunctionDef {
		def = parents[def]
	}
	asked := false
	t.Walk(def, func(n pysyntax.Node) bool {
		if t.Kind(n) == pysyntax.Call {
			asks := strings.ToLower(string(t.Ident(t.Child(n))))
			first := t.Next(t.Child(n))
			asked = asked || first != 0 && p.Text(first) == name &&
				(strings.Contains(asks, "awaitable") || strings.Contains(asks, "iscoroutine") ||
					strings.HasPrefix(asks, "isinstance") && strings.Contains(p.Text(n), "Awaitable") ||
					asks == "hasattr" && strings.Contains(p.Text(n), "__await__"))
		}
		return !asked
	}, nil)
	return asked
}

var awaiters = map[string]bool{"wait_for": true, "gather": true, "shield": true, "create_task": true,
	"ensure_future": true, "run_coroutine_threadsafe": true, "run_until_complete": true}

// asksEmpty tells whether a function asks a queue whether it is empty before it comes to take something from one.
func asksEmpty(p *rule.Pass, f callgraph.FuncID, name string) bool {
	queue, ok := strings.CutSuffix(name, ".get")
	if !ok || !strings.HasPrefix(queue, "queue.") {
		return false
	}
	return slices.ContainsFunc(p.Program.Sites(f), func(s callgraph.Site) bool { return s.Name == queue+".empty" })
}

// saysNoWait tells whether the call of an edge says to its callee that it is not to wait.
func saysNoWait(p *rule.Pass, e *callgraph.Edge) bool {
	t := p.Tree
	call := p.NodeAt(e.Pos, e.End)
	for call != 0 && (t.Kind(call) == pysyntax.Block || t.Kind(call) == pysyntax.ExprStmt) {
		call = t.Child(call) // a statement alone in its block has its range
	}
	if call == 0 || t.Kind(call) != pysyntax.Call {
		return false
	}
	for c := t.Next(t.Child(call)); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.Keyword && noWait[string(t.Ident(c))] && t.Kind(t.Child(c)) == pysyntax.Constant &&
			t.Op(t.Child(c)) == pysyntax.ConstFalse {
			return true
		}
	}
	return false
}

// noWait are the names that such parameters have in the standard library.
var noWait = map[string]bool{"wait": true, "block": true, "blocking": true}

func contains(list []knowledge.Hold, h knowledge.Hold) bool {
	for _, x := range list {
		if x == h {
			return true
		}
	}
	return false
}
