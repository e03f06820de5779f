// Package ah516 is the rule AH516, uncancelled-timeout.
package ah516

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that nothing cancels.
var Rule = rule.Described(rule.Rule{
	Code:  "AH516",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: check,
})

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use || r.Canon != "eventlet.timeout.Timeout" {
			continue
		}
		call := p.CallOf(r)
		if call == 0 {
			continue
		}
		assign := p.Tree.Parents()[call]
		if p.Tree.Kind(assign) != pysyntax.Assign || p.Tree.Kind(p.Tree.Child(assign)) != pysyntax.Name {
			continue
		}
		target := p.Tree.Child(assign)
		function := rule.Enclosing(p, call, pysyntax.FunctionDef)
		if function != 0 && !usedAgain(p, function, target) {
			p.Record(r, "nothing cancels `"+p.Text(target)+"`")
		}
	}
}

// usedAgain tells whether a function reads the name of the target at all: cancels it, enters it, hands it on.
func usedAgain(p *rule.Pass, function, target pysyntax.Node) bool {
	name, used := string(p.Tree.Ident(target)), false
	p.Tree.Walk(function, func(n pysyntax.Node) bool {
		switch p.Tree.Kind(n) {
		case pysyntax.Name:
			used = used || n != target && string(p.Tree.Ident(n)) == name && !p.Tree.Has(n, pysyntax.FlagStore)
		case pysyntax.Identifier:
			used = used || string(p.Tree.Ident(n)) == name // declared global: somebody else may
		}
		return !used
	}, nil)
	return used
}
