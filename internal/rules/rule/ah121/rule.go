// Package ah121 is the rule AH121, green-exit.
package ah121

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds `GreenletExit`.
var Rule = &rule.Rule{
	Code:     "AH121",
	Name:     "green-exit",
	Severity: finding.Warning,
	Help:     "use `asyncio.CancelledError`",
	Names: []string{
		"greenlet.GreenletExit",
	},
	Doc: rule.Doc{
		Title: "`GreenletExit`",
		What:  "`GreenletExit` in handlers and elsewhere.",
		Why:   "It is how `kill` ends a green thread. A cancelled task gets `asyncio.CancelledError` instead, and the handler does not run.",
		Before: `
except greenlet.GreenletExit:
    cleanup()
`,
		After: `
except asyncio.CancelledError:
    cleanup()
    raise
`,
		Fix:       finding.Unsafe,
		FixSafety: "a swallowed GreenletExit ends the thread quietly, a swallowed CancelledError takes back the cancellation.",
		Pitfalls:  "`CancelledError` has to be raised again.",
		Since:     "0.1.0",
	},
	Check: rule.Named("is how a green thread is ended"),
}
