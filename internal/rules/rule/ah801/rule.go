// Package ah801 is the rule AH801, green-import.
package ah801

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an import of eventlet under aiohub's name.
var Rule = rule.Described(rule.Rule{
	Code: "AH801",
	Check: rule.OfKind(scan.Import, func(p *rule.Pass, r *scan.Record) string {
		if !rule.UnderAiohub(r) {
			return ""
		}
		return "import of eventlet as `" + r.Name + "`"
	}),
})
