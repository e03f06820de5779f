// Package ah804 is the rule AH804, aiohub-requirement.
package ah804

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a requirement of aiohub.
var Rule = &rule.Rule{
	Code:     "AH804",
	Name:     "aiohub-requirement",
	Severity: finding.Note,
	Help:     "remove it as the last step; keep it if the program goes on with `aiohub.aio` or aiohub's loop",
	Doc: rule.Doc{
		Title:     "a requirement of aiohub",
		What:      "A line that requires the aiohub distribution, in the same files as AH402.",
		Why:       "It is the last finding of a port: with it eventlet comes along, and the border can grow back.",
		Before:    "aiohub>=0.1",
		Fix:       finding.Manual,
		FixSafety: "the last use has to go first.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Requirement || r.Canon != knowledge.Aiohub {
			return ""
		}
		return "aiohub is required here"
	}),
}
