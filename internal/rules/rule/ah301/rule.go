// Package ah301 is the rule AH301, eventlet-in-mock-target.
package ah301

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a string that names eventlet for a mock.
var Rule = rule.Described(rule.Rule{
	Code: "AH301",
	Check: rule.OfKind(scan.String, func(p *rule.Pass, r *scan.Record) string {
		if !rule.IsMockTarget(r) {
			return ""
		}
		return p.Shown(r) + " names `" + r.Canon + "`"
	}),
})
