// Package ah615 is the rule AH615, event-loop-lookup.
package ah615

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/onloop"
	"aiohub/internal/rules/rule"
)

const (
	lookup  = "is called where no loop runs: Python 3.14 raises RuntimeError, older ones make a loop that nobody runs or warn"
	running = "is called at import, where no loop runs: it raises RuntimeError"
	leads   = "is called in a coroutine, where a loop runs already, and leads to"
	nested  = "is called in a coroutine, where a loop runs already: it raises RuntimeError"
)

// Rule finds calls for the loop where there is none, or where there is one already.
var Rule = rule.OfGraph("AH615", check, lookup, running, nested, leads)

func check(p *rule.Pass) {
	rule.Calls(judge)(p)
	way := p.Program.Ways("loops", func(s *callgraph.Site) bool { return s.Name == "asyncio.run" })
	from, to := p.Program.Funcs(p.File())
	for f := from; f < to; f++ {
		if p.Func(f).Flags&callgraph.Async == 0 {
			continue
		}
		edges := p.Program.Edges(f)
		for i := range edges {
			e := &edges[i]
			if !onloop.Follows(e) || e.End == 0 || !way.Leads(e.To) || onloop.Alternatives(p.Program.Graph, edges, i) {
				continue
			}
			_, last := way.Chain(e.To)
			p.Report(int(e.Pos), int(e.End),
				fmt.Sprintf("%s %s `%s` (%s:%d)", p.Quote(e.Pos, e.End), leads, last.Name,
					p.Program.Graph.Files[p.Func(last.From).File].Path, last.Line), "")
			if !way.Sure(e.To) || e.Doubtful || p.LooksAtNature(f) || p.RuledOut(e.Pos, e.End) {
				p.Possible()
			}
		}
	}
}

// provided tells whether a call stands in a try that takes the RuntimeError.
func provided(p *rule.Pass, s *callgraph.Site) bool {
	t := p.Tree
	call := p.NodeAt(s.Pos, s.End)
	try := rule.Enclosing(p, call, pysyntax.Try)
	if try == 0 || t.Start(call) > t.End(t.ChildOf(try, pysyntax.Block)) {
		return false
	}
	for c := range t.Children(try) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			continue
		}
		caught := t.Child(c)
		if t.Kind(caught) == pysyntax.Block || strings.Contains(p.Text(caught), "RuntimeError") ||
			strings.HasSuffix(p.Text(caught), "Exception") {
			return true
		}
	}
	return false
}

func judge(p *rule.Pass, f callgraph.FuncID, s *callgraph.Site) (phrase string, possible bool) {
	fn := p.Func(f)
	async := fn.Flags&callgraph.Async != 0
	switch s.Name {
	case "asyncio.get_event_loop":
		switch {
		case async || setsLoop(p, f) || provided(p, s):
		case fn.Kind == callgraph.ModuleBody:
			return lookup, false
		case runsLoop(p, f):
			return lookup, fn.Class != callgraph.None && leavesLoop(p)
		default:
			return lookup, true
		}
	case "asyncio.get_running_loop", "asyncio.create_task", "asyncio.ensure_future":
		if fn.Kind == callgraph.ModuleBody && !provided(p, s) {
			return running, false
		}
	case "asyncio.run", "asyncio.Runner.run", "asyncio.Runner.__enter__.run",
		"asyncio.AbstractEventLoop.run_until_complete", "asyncio.AbstractEventLoop.run_forever":
		if async && !provided(p, s) {
			return nested, nests(p)
		}
	}
	return "", false
}

// nests tells whether something lets loops run inside one another.
func nests(p *rule.Pass) bool {
	return slices.ContainsFunc(p.Program.Graph.Sites,
		func(s callgraph.Site) bool { return strings.HasPrefix(s.Name, "nest_asyncio.") })
}

// leavesLoop tells whether a function of the tree sets the loop of its thread and leaves it for others to run: then one
// may be there for the methods of an object that is made after it.
func leavesLoop(p *rule.Pass) bool {
	for i := range p.Program.Graph.Sites {
		s := &p.Program.Graph.Sites[i]
		if s.Name == "asyncio.set_event_loop" && !runsLoop(p, s.From) {
			return true
		}
	}
	return false
}

// setsLoop tells whether a function makes the loop that it then asks for, itself or by a call of another.
func setsLoop(p *rule.Pass, f callgraph.FuncID) bool {
	sets := func(f callgraph.FuncID) bool {
		return slices.ContainsFunc(p.Program.Sites(f), func(s callgraph.Site) bool {
			return s.Name == "asyncio.set_event_loop" || s.Name == "asyncio.new_event_loop" ||
				s.Name == "asyncio.set_event_loop_policy"
		})
	}
	return sets(f) || slices.ContainsFunc(p.Program.Edges(f), func(e callgraph.Edge) bool { return sets(e.To) })
}

// runsLoop tells whether a function runs a loop: then none runs yet.
func runsLoop(p *rule.Pass, f callgraph.FuncID) bool {
	for _, s := range p.Program.Sites(f) {
		if strings.HasSuffix(s.Name, ".run_until_complete") || strings.HasSuffix(s.Name, ".run_forever") {
			return true
		}
	}
	return false
}
