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
	for _, with := range rule.Timeouts(p, scan.With, pysyntax.With) {
		if rule.DecoratedWith(p, with, "contextmanager") {
			continue
		}
		p.Tree.Walk(p.Tree.ChildOf(with, pysyntax.Block), func(n pysyntax.Node) bool {
			switch p.Tree.Kind(n) {
			case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda, pysyntax.GeneratorExp:
				return false
			case pysyntax.Yield, pysyntax.YieldFrom:
				p.Node(n, "a Timeout goes on while the generator is suspended here", "")
			}
			return true
		}, nil)
	}
}
