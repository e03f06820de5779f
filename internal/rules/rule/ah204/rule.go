// Package ah204 is the rule AH204, implicit-green.
package ah204

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a call that is green only because of `monkey_patch`.
var Rule = rule.Described(rule.Rule{
	Code: "AH204",
	Check: rule.OfKind(scan.Implicit, func(p *rule.Pass, r *scan.Record) string {
		return p.Shown(r) + " is green only because of monkey_patch"
	}),
})
