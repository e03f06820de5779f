// Package ah122 is the rule AH122, eventlet-debug.
package ah122

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's debugging aids.
var Rule = &rule.Rule{
	Code:     "AH122",
	Name:     "eventlet-debug",
	Severity: finding.Note,
	Help:     "drop it: asyncio's debug mode and `aiohub.debug` do the same",
	Names: []string{
		"eventlet.debug.*",
	},
	Phrases: rule.Phrases{
		Calls: "looks into eventlet's hub",
		Names: "is one of eventlet's debugging aids",
	},
	Doc: rule.Doc{
		Title:     "eventlet's debugging aids",
		What:      "`eventlet.debug`.",
		Why:       "They look into hubs that are going away.",
		Before:    "eventlet.debug.hub_blocking_detection(True)",
		After:     "loop.slow_callback_duration = 1",
		Fix:       finding.Manual,
		FixSafety: "what to look for instead is a choice.",
		Pitfalls:  "`hub_prevent_multiple_readers(False)` is not a debugging aid; see AH511.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
