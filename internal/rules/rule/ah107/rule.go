// Package ah107 is the rule AH107, green-timeout.
package ah107

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `with eventlet.Timeout`.
var Rule = &rule.Rule{
	Code:     "AH107",
	Name:     "green-timeout",
	Severity: finding.Warning,
	Help:     "use `async with asyncio.timeout(seconds)`",
	Names: []string{
		"eventlet.timeout.Timeout",
		"eventlet.timeout.with_timeout",
	},
	Doc: rule.Doc{
		Title: "`with eventlet.Timeout`",
		What:  "`Timeout` as a context manager, and `with_timeout`.",
		Why:   "The timer raises in a green thread only; around an `await` on another loop it never does.",
		Before: `
with eventlet.Timeout(30):
    fetch()
`,
		After: `
async with asyncio.timeout(30):
    await fetch()
`,
		Fix:       finding.Unsafe,
		FixSafety: "safe only if the `except Timeout` for it is in the same function and comes first.",
		Pitfalls:  "Timeout is a BaseException: `except Exception` inside does not see it, and outside does not either. asyncio raises TimeoutError, an Exception, and at the end of the block. `Timeout(None)` never fires.",
		Since:     "0.1.0",
	},
	Check: rule.Named("limits time with eventlet's timer", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Ctx == scan.With || r.Canon == "eventlet.timeout.with_timeout"
	}),
}
