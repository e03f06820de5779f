// Package ah611 is the rule AH611, task-per-event.
package ah611

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	callback = "makes a task for each event: the next one can overtake it"
	loop     = "makes a task for each round of the loop: the next one can overtake it"
)

// Rule finds tasks that are made one for each event of a stream.
var Rule = rule.OfGraph("AH611", check, callback, loop)

// receivers are methods that protocols get data by.
var receivers = map[string]bool{
	"data_received": true, "datagram_received": true, "buffer_updated": true, "pipe_data_received": true,
	"line_received": true, "message_received": true, "frame_received": true,
}

func check(p *rule.Pass) {
	from, to := p.Program.Funcs(p.File())
	for _, r := range p.Program.Graph.Runs {
		if r.From < from || r.From >= to || !makesTask(r.Name) {
			continue
		}
		coroutine := p.NodeAt(r.Start, r.End)
		if coroutine == 0 || p.Tree.Kind(coroutine) != pysyntax.Call {
			continue
		}
		switch {
		case (isReceiver(p, r.From) || helpsReceiver(p, r.From)) && usesLocals(p, r.From, coroutine):
			p.Node(coroutine, p.Quote(r.Start, r.End)+" "+callback, "")
		case inReadingLoop(p, coroutine):
			p.Node(coroutine, p.Quote(r.Start, r.End)+" "+loop, "")
			p.Possible()
		}
	}
}

func makesTask(name string) bool {
	return strings.HasSuffix(name, "create_task") || strings.HasSuffix(name, "ensure_future") ||
		strings.HasSuffix(name, "run_coroutine_threadsafe")
}

// isReceiver tells whether a function is called for each piece of a stream of data.
func isReceiver(p *rule.Pass, id callgraph.FuncID) bool {
	f := p.Func(id)
	if f.Class != callgraph.None && receivers[f.Qual[strings.LastIndexByte(f.Qual, '.')+1:]] {
		return true
	}
	return slices.ContainsFunc(p.Program.StartedBy(id),
		func(i int32) bool { return strings.HasSuffix(p.Program.Graph.Starts[i].Name, ".add_reader") })
}

// helpsReceiver tells whether only such functions call a function.
func helpsReceiver(p *rule.Pass, id callgraph.FuncID) bool {
	callers := p.Program.Callers(id)
	return len(callers) > 0 && p.Func(id).Flags&callgraph.Async == 0 && !slices.ContainsFunc(callers, func(i int32) bool {
		e := &p.Program.Graph.Edges[i]
		return !e.Certain || e.Indirect || e.Kind != callgraph.Call || !isReceiver(p, e.From)
	})
}

// usesLocals tells whether a call is given a name that its function binds, or one of its parameters: what has come in.
func usesLocals(p *rule.Pass, id callgraph.FuncID, call pysyntax.Node) bool {
	def, ok := p.Defs()[id]
	if !ok {
		return false
	}
	bound := map[string]bool{}
	p.Tree.Walk(def, func(n pysyntax.Node) bool {
		switch p.Tree.Kind(n) {
		case pysyntax.Name:
			if p.Tree.Has(n, pysyntax.FlagStore) {
				bound[string(p.Tree.Ident(n))] = true
			}
		case pysyntax.Param:
			if receivers[string(p.Tree.Ident(def))] || helpsReceiver(p, id) {
				bound[string(p.Tree.Ident(n))] = true
			}
		}
		return true
	}, nil)
	delete(bound, "self")
	used := false
	for arg := p.Tree.Next(p.Tree.Child(call)); arg != 0; arg = p.Tree.Next(arg) {
		p.Tree.Walk(arg, func(n pysyntax.Node) bool {
			used = used || p.Tree.Kind(n) == pysyntax.Name && bound[string(p.Tree.Ident(n))]
			return true
		}, nil)
	}
	return used
}

// inReadingLoop tells whether a node stands in a loop that waits for the next piece and hands it to the call.
func inReadingLoop(p *rule.Pass, call pysyntax.Node) bool {
	around := rule.Enclosing(p, call, pysyntax.For, pysyntax.While)
	if around == 0 {
		return false
	}
	bound := map[string]bool{}
	waits := p.Tree.Has(around, pysyntax.FlagAsync) && p.Tree.Kind(around) == pysyntax.For
	p.Tree.Walk(around, func(n pysyntax.Node) bool {
		switch p.Tree.Kind(n) {
		case pysyntax.Await:
			waits = true
		case pysyntax.Name:
			if p.Tree.Has(n, pysyntax.FlagStore) {
				bound[string(p.Tree.Ident(n))] = true
			}
		case pysyntax.FunctionDef, pysyntax.Lambda:
			return false
		}
		return true
	}, nil)
	if !waits {
		return false
	}
	for arg := p.Tree.Next(p.Tree.Child(call)); arg != 0; arg = p.Tree.Next(arg) {
		if p.Tree.Kind(arg) == pysyntax.Name && bound[string(p.Tree.Ident(arg))] {
			return true
		}
	}
	return false
}
