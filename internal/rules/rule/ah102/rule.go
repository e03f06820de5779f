// Package ah102 is the rule AH102, green-sleep.
package ah102

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `eventlet.sleep`.
var Rule = &rule.Rule{
	Code:     "AH102",
	Name:     "green-sleep",
	Severity: finding.Warning,
	Help:     "use `await asyncio.sleep(seconds)`",
	Label:    "blocks the loop when called from a coroutine",
	Names: []string{
		"eventlet.greenthread.sleep",
		"eventlet.green.time.sleep",
	},
	Phrases: rule.Phrases{
		Waits: "waits in eventlet's hub",
		Names: "is a function that waits in eventlet's hub",
	},
	Fixable: rule.CanBeAwaited,
	Doc: rule.Doc{
		Title:     "`eventlet.sleep`",
		What:      "A use of `sleep` other than to yield: a call with a time, or the function as a value.",
		Why:       "It switches to eventlet's hub. In a coroutine on another loop it blocks everything.",
		Before:    "eventlet.sleep(interval)",
		After:     "await asyncio.sleep(interval)",
		Fix:       finding.Safe,
		FixSafety: "in a function that is itself a coroutine, not nested in one that is none, and where the call is not in a lambda or a generator.",
		Pitfalls:  "Passed as a value (`retry(sleep=eventlet.sleep)`) the callee has to await it. Tests that patch `eventlet.sleep` patch it for the whole process.",
		Since:     "0.1.0",
	},
	Check: rule.Say(func(p *rule.Pass, r *scan.Record) bool { return !rule.IsYield(p, r) }),
}
