// Package ah616 is the rule AH616, swallowed-cancellation.
package ah616

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	all      = "catches the cancellation of the task as well, and does not raise it again"
	suppress = "takes the cancellation of the task as well"
	returned = "returns out of a `finally`, which drops the cancellation of the task"
	forever  = "catches the cancellation of the task, and the loop goes on"
)

// Rule finds handlers that keep a task from being cancelled.
var Rule = rule.Described(rule.Rule{
	Code:       "AH616",
	Label:      "the task cannot be cancelled while it waits here",
	Sentences:  []string{all, suppress, forever, returned},
	CheckGraph: check,
})

func check(p *rule.Pass) {
	for f, def := range p.Defs() {
		if p.Func(f).Flags&callgraph.Async == 0 {
			continue
		}
		body(p, p.Tree.ChildOf(def, pysyntax.Block))
	}
}

// body looks at the statements of a function, and not at functions inside it.
func body(p *rule.Pass, block pysyntax.Node) {
	t := p.Tree
	t.Walk(block, func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.Try:
			if waits(p, t.ChildOf(n, pysyntax.Block)) {
				handlers(p, n)
				finally(p, n)
			}
		case pysyntax.With:
			if waits(p, t.ChildOf(n, pysyntax.Block)) {
				suppresses(p, n)
			}
		}
		return true
	}, nil)
}

// waits tells whether a block awaits something itself.
func waits(p *rule.Pass, block pysyntax.Node) bool {
	t := p.Tree
	found := false
	t.Walk(block, func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.Await:
			found = true
		case pysyntax.For, pysyntax.With, pysyntax.Comprehension:
			found = found || t.Has(n, pysyntax.FlagAsync)
		}
		return !found
	}, nil)
	return found
}

func handlers(p *rule.Pass, try pysyntax.Node) {
	t := p.Tree
	for c := t.Child(try); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			continue
		}
		caught := pysyntax.Node(0)
		if first := t.Child(c); t.Kind(first) != pysyntax.Block {
			caught = first
		}
		names := names(p, caught)
		block := t.ChildOf(c, pysyntax.Block)
		start, end := t.Start(c), t.Start(c)+uint32(len("except"))
		if caught != 0 {
			end = t.End(caught)
		}
		switch {
		case caught == 0, slices.Contains(names, "BaseException"):
			if !leaves(p, block) && !looksAt(p, c, block) && !awaitsCancelled(p, try) && !raisesLater(p, try) {
				say(p, start, end, p.Quote(start, end)+" "+all)
			}
			return
		case slices.Contains(names, "CancelledError"):
			if inEndlessLoop(p, try) && goesOn(p, block) && !cancels(p, try) &&
				!raisesLater(p, rule.Enclosing(p, try, pysyntax.While)) {
				say(p, start, end, p.Quote(start, end)+" "+forever)
			}
			return // the handlers below do not see it
		}
	}
}

// say reports a range. Only a library for coroutines cancels by an exception: in a tree that calls none, and so runs its
// coroutines by itself, a finding is only possible.
func say(p *rule.Pass, start, end uint32, message string) {
	p.Report(int(start), int(end), message, "")
	if !slices.ContainsFunc(p.Program.Graph.Sites, func(s callgraph.Site) bool { return cancelling(s.Name) }) {
		p.Possible()
	}
}

func cancelling(name string) bool {
	top, _, _ := strings.Cut(name, ".")
	switch top {
	case "asyncio", "anyio", "trio", "curio", "tornado", "starlette", "fastapi", "sanic", "quart", "httpx", "discord",
		"uvicorn", "websockets":
		return true
	}
	return strings.HasPrefix(top, "aio")
}

// names gives the last names of the exceptions that a handler catches.
func names(p *rule.Pass, caught pysyntax.Node) []string {
	t := p.Tree
	var list []string
	if caught == 0 {
		return nil
	}
	t.Walk(caught, func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.Name, pysyntax.Attribute:
			list = append(list, string(t.Ident(n)))
			return false
		}
		return true
	}, nil)
	return list
}

// leaves tells whether a handler raises something, or ends the program.
func leaves(p *rule.Pass, block pysyntax.Node) bool {
	t := p.Tree
	found := false
	t.Walk(block, func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.Raise:
			found = true
		case pysyntax.Call:
			switch callee := t.Child(n); string(t.Ident(callee)) {
			case "exit", "_exit", "abort", "exc_info", "format_exc", "set_exception", "uncancel":
				found = found || string(t.Ident(callee)) != "format_exc"
			}
		}
		return true
	}, nil)
	return found
}

// looksAt tells whether a handler hands the exception on by its name.
func looksAt(p *rule.Pass, handler, block pysyntax.Node) bool {
	t := p.Tree
	name := t.Ident(handler)
	if name == nil {
		return false
	}
	found := false
	t.Walk(block, func(n pysyntax.Node) bool {
		if t.Kind(n) == pysyntax.Name && string(t.Ident(n)) == string(name) {
			found = true
		}
		return true
	}, nil)
	return found
}

// goesOn tells whether a handler does nothing but to say that it was there.
func goesOn(p *rule.Pass, block pysyntax.Node) bool {
	for c := range p.Tree.Children(block) {
		switch p.Tree.Kind(c) {
		case pysyntax.Pass, pysyntax.Continue:
		case pysyntax.ExprStmt:
			if leaves(p, c) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func inEndlessLoop(p *rule.Pass, n pysyntax.Node) bool {
	t := p.Tree
	loop := rule.Enclosing(p, n, pysyntax.While)
	return loop != 0 && t.Kind(t.Child(loop)) == pysyntax.Constant
}

// raisesLater tells whether a statement stands in a handler that raises when the statement is done: the task ends with
// that.
func raisesLater(p *rule.Pass, statement pysyntax.Node) bool {
	t := p.Tree
	handler := rule.Enclosing(p, statement, pysyntax.ExceptHandler)
	if handler == 0 {
		return false
	}
	for c := range t.Children(t.ChildOf(handler, pysyntax.Block)) {
		if t.Kind(c) == pysyntax.Raise && t.Start(c) > t.Start(statement) {
			return true
		}
	}
	return false
}

// cancels tells whether what is awaited in a try is a task that the function itself cancels: then the error is that
// task's.
func cancels(p *rule.Pass, try pysyntax.Node) bool {
	t := p.Tree
	function := rule.Enclosing(p, try, pysyntax.FunctionDef)
	found := false
	t.Walk(function, func(n pysyntax.Node) bool {
		if t.Kind(n) == pysyntax.Call {
			callee := t.Child(n)
			found = found || t.Kind(callee) == pysyntax.Attribute && string(t.Ident(callee)) == "cancel"
		}
		return true
	}, nil)
	return found
}

// awaitsCancelled tells whether a try or with awaits nothing but what the function has cancelled before: what comes out
// of it is the cancellation that it asked for.
func awaitsCancelled(p *rule.Pass, statement pysyntax.Node) bool {
	t := p.Tree
	cancelled := map[string]bool{}
	t.Walk(rule.Enclosing(p, statement, pysyntax.FunctionDef), func(n pysyntax.Node) bool {
		if t.Kind(n) == pysyntax.Call && t.Start(n) < t.Start(statement) {
			if callee := t.Child(n); t.Kind(callee) == pysyntax.Attribute && string(t.Ident(callee)) == "cancel" {
				cancelled[p.Text(t.Child(callee))] = true
			}
		}
		return true
	}, nil)
	block := t.ChildOf(statement, pysyntax.Block)
	for c := range t.Children(block) {
		if t.Kind(c) != pysyntax.ExprStmt || t.Kind(t.Child(c)) != pysyntax.Await || !cancelled[p.Text(t.Child(t.Child(c)))] {
			return false
		}
	}
	return len(cancelled) > 0
}

// followed tells whether something comes after a statement of a loop, which may look whether it is to end.
func followed(p *rule.Pass, statement pysyntax.Node) bool {
	t := p.Tree
	found := t.Kind(t.Parents()[t.Parents()[statement]]) != pysyntax.While
	t.Walk(rule.Enclosing(p, statement, pysyntax.While), func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.Break, pysyntax.Return, pysyntax.Raise:
			found = true
		}
		return !found
	}, nil)
	return found
}

// finally looks for a return that takes the place of what is raised.
func finally(p *rule.Pass, try pysyntax.Node) {
	t := p.Tree
	block := t.ChildOf(try, pysyntax.FinallyBlock)
	if block == 0 || awaitsCancelled(p, try) {
		return
	}
	t.Walk(block, func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda, pysyntax.Try, pysyntax.If, pysyntax.For,
			pysyntax.While:
			return false
		case pysyntax.Return:
			say(p, t.Start(n), t.End(n), p.Quote(t.Start(n), t.End(n))+" "+returned)
		}
		return true
	}, nil)
}

func suppresses(p *rule.Pass, with pysyntax.Node) {
	t := p.Tree
	for c := t.Child(with); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.WithItem {
			continue
		}
		call := t.Child(c)
		if t.Kind(call) != pysyntax.Call || string(t.Ident(t.Child(call))) != "suppress" {
			continue
		}
		for arg := t.Next(t.Child(call)); arg != 0; arg = t.Next(arg) {
			caught := names(p, arg)
			switch {
			case awaitsCancelled(p, with):
			case slices.Contains(caught, "BaseException") && !raisesLater(p, with):
				say(p, t.Start(call), t.End(call), p.Quote(t.Start(call), t.End(call))+" "+suppress)
			case slices.Contains(caught, "CancelledError") && inEndlessLoop(p, with) && !cancels(p, with) && !followed(p, with):
				say(p, t.Start(call), t.End(call), p.Quote(t.Start(call), t.End(call))+" "+forever)
			}
		}
	}
}
