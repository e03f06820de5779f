// Package ah109 is the rule AH109, green-timeout-handler.
package ah109

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a handler for eventlet's Timeout.
var Rule = &rule.Rule{
	Code:     "AH109",
	Name:     "green-timeout-handler",
	Severity: finding.Warning,
	Help:     "use `except TimeoutError`, together with the block it is for",
	Names: []string{
		"eventlet.timeout.Timeout",
		"eventlet.timeout.is_timeout",
	},
	Doc: rule.Doc{
		Title: "a handler for eventlet's Timeout",
		What:  "`except Timeout`, `isinstance(x, Timeout)` and `is_timeout`.",
		Why:   "asyncio raises TimeoutError: the handler no longer runs once the block is ported.",
		Before: `
try:
    with eventlet.Timeout(5):
        reply()
except eventlet.Timeout:
    retry()
`,
		After: `
try:
    async with asyncio.timeout(5):
        await reply()
except TimeoutError:
    retry()
`,
		Fix:       finding.Safe,
		FixSafety: "in one step with all blocks whose Timeout can arrive here.",
		Pitfalls:  "TimeoutError is an OSError: an `except OSError` or `except Exception` before it now wins.",
		Since:     "0.1.0",
	},
	Check: rule.Named("expects eventlet's timer", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Ctx == scan.Except || r.Ctx == scan.IsInstance || r.Canon == "eventlet.timeout.is_timeout"
	}),
}
