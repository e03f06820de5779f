// Package ah515 is the rule AH515, green-wait-in-coroutine.
package ah515

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a coroutine that waits as a green thread does.
var Rule = rule.Described(rule.Rule{
	Code:  "AH515",
	Check: check,
})

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use && r.Kind != scan.Method || !r.Switches || !r.Call {
			continue
		}
		if function := rule.Enclosing(p, p.NodeOf(r), pysyntax.FunctionDef, pysyntax.Lambda); function != 0 &&
			p.Tree.Kind(function) == pysyntax.FunctionDef && p.Tree.Has(function, pysyntax.FlagAsync) {
			p.Record(r, p.Shown(r)+" blocks the loop when called from a coroutine")
		}
	}
}
