// Package ah507 is the rule AH507, cancel-before-start.
package ah507

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds `cancel` of a green thread.
var Rule = &rule.Rule{
	Code:     "AH507",
	Name:     "cancel-before-start",
	Severity: finding.Warning,
	Help:     "keep a flag that the function tests first",
	Names: []string{
		"eventlet.greenthread.GreenThread.cancel",
	},
	Phrases: rule.Phrases{
		Calls: "stops only what has not started",
		Names: "is a function that stops only what has not started",
	},
	Doc: rule.Doc{
		Title: "`cancel` of a green thread",
		What:  "`GreenThread.cancel()`.",
		Why:   "It acts only on a thread that has not started yet and leaves a running one alone. `task.cancel()` stops a running one.",
		Before: `
timer = eventlet.spawn_after(60, self.expire)
timer.cancel()
`,
		After: `
timer = loop.call_later(60, self.expire)
timer.cancel()
`,
		Fix:       finding.Manual,
		FixSafety: "safe only for `spawn_after` of a function that does not wait.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
