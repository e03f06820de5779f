// Package ah108 is the rule AH108, green-timeout-object.
package ah108

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that is not a context manager.
var Rule = &rule.Rule{
	Code:     "AH108",
	Name:     "green-timeout-object",
	Severity: finding.Warning,
	Help:     "turn the object into `async with asyncio.timeout(seconds)`",
	Names: []string{
		"eventlet.timeout.Timeout.*",
		"eventlet.timeout",
		"eventlet.timeout.wrap_is_timeout",
	},
	Phrases: rule.Phrases{
		Makes:  "is a timer without a block",
		Method: "steers a timer that has no block",
		Names:  "names eventlet's timer",
	},
	Doc: rule.Doc{
		Title: "a Timeout that is not a context manager",
		What:  "`Timeout` made, raised, subclassed or passed on, and methods of one: `cancel`, `start`, `pending`.",
		Why:   "The timer runs from the call to `cancel()`, across whatever lies between. asyncio has no timer without a block.",
		Before: `
timer = eventlet.Timeout(5)
try:
    reply()
finally:
    timer.cancel()
`,
		After: `
async with asyncio.timeout(5):
    await reply()
`,
		Fix:       finding.Unsafe,
		FixSafety: "for `Timeout` before a `try` whose `finally` cancels it. A subclass, or an object that leaves the function, is for a person.",
		Pitfalls:  "`except eventlet.Timeout as t: if t is not mine: raise` tells whose timer it was; nested `asyncio.timeout` blocks do that by themselves.",
		Since:     "0.1.0",
	},
	Check: rule.Say(func(_ *rule.Pass, r *scan.Record) bool {
		return r.Ctx != scan.With && r.Ctx != scan.Except && r.Ctx != scan.IsInstance
	}),
}
