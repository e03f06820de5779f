// Package ah302 is the rule AH302, eventlet-attribute-mock.
package ah302

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an attribute of eventlet named by a string.
var Rule = rule.Described(rule.Rule{
	Code: "AH302",
	Check: rule.OfKind(scan.Patch, func(p *rule.Pass, r *scan.Record) string {
		if rule.IsAsked(r) {
			return ""
		}
		return p.Shown(r) + " replaces `" + r.Name + "`"
	}),
})
