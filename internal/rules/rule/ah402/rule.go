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
	Sentences: []string{"is required here", "as an extra", "is locked here"},
	Check: rule.Advised(func(_ *rule.Pass, r *scan.Record) (message, help string) {
		switch {
		case r.Kind != scan.Requirement || r.Canon != knowledge.Root:
			return "", ""
		case r.Ctx == scan.Extra:
			return "eventlet is required here, as an extra of another distribution", ""
		case r.Ctx == scan.Lock:
			return "eventlet is locked here", "make the lock anew when nothing requires eventlet any more"
		}
		return "eventlet is required here", ""
	}),
})
