// Package ah804 is the rule AH804, aiohub-requirement.
package ah804

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a requirement of aiohub.
var Rule = rule.Described(rule.Rule{
	Code: "AH804",
	Check: rule.OfKind(scan.Requirement, func(p *rule.Pass, r *scan.Record) string {
		if r.Canon != knowledge.Aiohub {
			return ""
		}
		return "aiohub is required here"
	}),
})
