// Package ah620 is the rule AH620, left-before-it-ran.
package ah620

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	tried   = "is returned out of a `try` before it runs: the handlers see none of its errors"
	entered = "is returned out of a `with` before it runs: what was entered is left already"
	started = "runs as a task of its own: the handlers of this `try` see none of its errors"
)

// Rule finds coroutines that leave what is meant to be around them.
var Rule = rule.OfGraph("AH620", check, tried, entered, started)

func check(p *rule.Pass) {
	for _, u := range p.Program.Uses(p.File()) {
		if u.Kind != callgraph.Returned || u.Nature != callgraph.Coroutine {
			continue
		}
		node := p.NodeAt(u.Start, u.End)
		if node == 0 {
			continue
		}
		if what := around(p, node); what != "" {
			p.Use(&u, p.Quote(u.Start, u.End)+" "+what)
			if p.LooksAtNature(u.From) {
				p.Possible() // it knows that it has a coroutine
			}
		}
	}
	from, to := p.Program.Funcs(p.File())
	for _, r := range p.Program.Graph.Runs {
		if r.From >= from && r.From < to && r.Certain &&
			(strings.HasSuffix(r.Name, "create_task") || strings.HasSuffix(r.Name, "ensure_future")) {
			task(p, &r)
		}
	}
}

// around says what a return statement leaves.
func around(p *rule.Pass, value pysyntax.Node) string {
	t := p.Tree
	parents := t.Parents()
	for below, n := value, parents[value]; n != 0; below, n = n, parents[n] {
		switch t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.Lambda, pysyntax.ClassDef:
			return ""
		case pysyntax.With:
			if t.Kind(below) == pysyntax.Block {
				return entered
			}
		case pysyntax.Try:
			if t.Kind(below) == pysyntax.Block &&
				(t.ChildOf(n, pysyntax.ExceptHandler) != 0 || t.ChildOf(n, pysyntax.FinallyBlock) != 0) {
				return tried
			}
		}
	}
	return ""
}

// task reports a task that is all that a try does.
func task(p *rule.Pass, r *callgraph.Run) {
	t := p.Tree
	node := p.NodeAt(r.Start, r.End)
	if node == 0 {
		return
	}
	parents := t.Parents()
	for n := parents[node]; n != 0; n = parents[n] {
		switch t.Kind(n) {
		case pysyntax.Call, pysyntax.Assign, pysyntax.ExprStmt:
			continue
		case pysyntax.Block:
		default:
			return
		}
		try := parents[n]
		if t.Kind(try) == pysyntax.Try && t.ChildOf(try, pysyntax.ExceptHandler) != 0 && t.Child(n) == t.Last(n) &&
			!catchesRuntime(p, try) {
			p.Node(node, p.Quote(r.Start, r.End)+" "+started,
				"await the task in the `try`, or look at its exception in a done callback")
		}
		return
	}
}

// catchesRuntime tells whether a handler is for the error that there is no loop.
func catchesRuntime(p *rule.Pass, try pysyntax.Node) bool {
	for c := range p.Tree.Children(try) {
		if p.Tree.Kind(c) == pysyntax.ExceptHandler &&
			strings.Contains(string(p.Tree.Text(p.Tree.Child(c))), "RuntimeError") {
			return true
		}
	}
	return false
}
