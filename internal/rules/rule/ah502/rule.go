// Package ah502 is the rule AH502, timeout-with-exception.
package ah502

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that raises an exception of yours.
var Rule = rule.Described(rule.Rule{
	Code:  "AH502",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		exception := rule.TimeoutException(p, r)
		if exception == 0 || p.Text(exception) == "False" || p.Text(exception) == "None" {
			return ""
		}
		if p.Tree.Kind(exception) == pysyntax.Name && isOptional(p, exception) {
			return p.Shown(r) + " raises `" + p.Text(exception) + "` if it is given"
		}
		return p.Shown(r) + " raises `" + p.Text(exception) + "`"
	}),
})

// isOptional tells whether a name is a parameter that is None if it is left out.
func isOptional(p *rule.Pass, name pysyntax.Node) bool {
	function := rule.Enclosing(p, name, pysyntax.FunctionDef)
	if function == 0 {
		return false
	}
	for params := range p.Tree.Children(function) {
		if p.Tree.Kind(params) != pysyntax.Params {
			continue
		}
		for param := range p.Tree.Children(params) {
			if string(p.Tree.Ident(param)) == p.Text(name) {
				return p.Tree.Has(param, pysyntax.FlagDefault) && strings.HasSuffix(p.Text(param), "None")
			}
		}
	}
	return false
}
