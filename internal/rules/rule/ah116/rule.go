// Package ah116 is the rule AH116, green-module.
package ah116

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a green copy of a standard library module.
var Rule = rule.Described(rule.Rule{
	Code: "AH116",
	Names: []string{
		"eventlet.green.*",
		"eventlet.zipkin.*",
	},
	Sentences: []string{"is a green copy", "belongs to a green copy", "belongs to an object from a green copy"},
	Check: rule.Advised(func(p *rule.Pass, r *scan.Record) (message, help string) {
		if !r.Call {
			help = "import the standard library's module" // a constant, an exception, an attribute: nothing that blocks
		}
		switch {
		case r.Kind != scan.Use && r.Kind != scan.Method || !p.Rule().Claims(r.Canon) || p.Patched(r) ||
			r.Canon == "eventlet.green.time.sleep":
			return "", ""
		case knowledge.KindOf(r.Canon) == knowledge.Module:
			return p.Shown(r) + " is a green copy of the standard library", ""
		case r.Kind == scan.Method:
			return p.Shown(r) + " belongs to an object from a green copy of the standard library", help
		}
		return p.Shown(r) + " belongs to a green copy of the standard library", help
	}),
})
