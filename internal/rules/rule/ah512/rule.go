// Package ah512 is the rule AH512, yield-in-timeout.
package ah512

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a generator that yields inside a Timeout.
var Rule = rule.Described(rule.Rule{
	Code:  "AH512",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: check,
})

func check(p *rule.Pass) {
	for timeout, with := range rule.Timeouts(p, scan.With, pysyntax.With) {
		if rule.DecoratedWith(p, with, "contextmanager") {
			continue
		}
		p.Tree.Walk(p.Tree.ChildOf(with, pysyntax.Block), func(n pysyntax.Node) bool {
			switch p.Tree.Kind(n) {
			case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda, pysyntax.GeneratorExp:
				return false
			case pysyntax.ExceptHandler:
				return !fired(p, timeout, n)
			case pysyntax.Yield, pysyntax.YieldFrom:
				p.Node(n, "a Timeout goes on while the generator is suspended here", "")
			}
			return true
		}, nil)
	}
}

// fired tells whether an except clause is for what the Timeout raises: in it the timer has nothing more to end.
func fired(p *rule.Pass, timeout *scan.Record, handler pysyntax.Node) bool {
	raised := rule.TimeoutException(p, timeout)
	if raised == 0 {
		raised = p.NodeOf(timeout)
	}
	caught := p.Tree.Child(handler)
	return p.Tree.Kind(caught) != pysyntax.Block && string(p.Tree.Text(caught)) == string(p.Tree.Text(raised))
}
