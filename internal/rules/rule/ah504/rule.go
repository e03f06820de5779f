// Package ah504 is the rule AH504, inner-timeout-handler.
package ah504

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a handler for Timeout inside the block it limits.
var Rule = rule.Described(rule.Rule{
	Code:  "AH504",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: check,
})

func check(p *rule.Pass) {
	for r, with := range rule.Timeouts(p, scan.With, pysyntax.With) {
		// The block is left with a Timeout, or with the exception that is given in its place.
		raised := ""
		if exception := rule.TimeoutException(p, r); exception != 0 {
			if p.Tree.Kind(exception) == pysyntax.Call {
				exception = p.Tree.Child(exception)
			}
			raised = string(p.Tree.Text(exception))
		}
		p.Tree.Walk(p.Tree.ChildOf(with, pysyntax.Block), func(n pysyntax.Node) bool {
			switch p.Tree.Kind(n) {
			case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
				return false
			case pysyntax.ExceptHandler:
				report(p, p.Tree.Child(n), raised)
			}
			return true
		}, nil)
	}
}

// report reports the classes of a handler that the Timeout around it may raise. Those of handlers that name Timeout
// itself are known as such from the records.
func report(p *rule.Pass, n pysyntax.Node, raised string) {
	switch p.Tree.Kind(n) {
	case pysyntax.Tuple:
		for element := range p.Tree.Children(n) {
			report(p, element, raised)
		}
	case pysyntax.Name, pysyntax.Attribute:
		caught := raised != "" && string(p.Tree.Text(n)) == raised || p.Denotes(n, "eventlet.timeout.Timeout")
		if caught {
			p.Node(n, "`"+p.Text(n)+"` is handled inside the block that a Timeout limits", "")
		}
	}
}
