// Package ah402 is the rule AH402, eventlet-requirement.
package ah402

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a requirement of eventlet.
var Rule = rule.Described(rule.Rule{
	Code:      "AH402",
	Sentences: []string{"is required here", "as an extra"},
	Check: rule.OfKind(scan.Requirement, func(p *rule.Pass, r *scan.Record) string {
		if r.Canon != knowledge.Root {
			return ""
		}
		if r.Ctx == "extra" {
			return "eventlet is required here, as an extra of another distribution"
		}
		return "eventlet is required here"
	}),
})
