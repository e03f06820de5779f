// Package ah501 is the rule AH501, silent-timeout.
package ah501

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that is silent.
var Rule = &rule.Rule{
	Code:     "AH501",
	Name:     "silent-timeout",
	Severity: finding.Warning,
	Help:     "use `async with aiohub.aio.silent_timeout(seconds)`",
	Names: []string{
		"eventlet.timeout.Timeout",
	},
	Doc: rule.Doc{
		Title: "a Timeout that is silent",
		What:  "`Timeout(seconds, False)`.",
		Why:   "Its timeout ends the block without an error. Both `asyncio.timeout` and `wait_for` raise.",
		Before: `
with eventlet.Timeout(5, False):
    poll()
`,
		After: `
async with aio.silent_timeout(5):
    await poll()
`,
		Fix:       finding.Unsafe,
		FixSafety: "safe if nothing in the block handles Timeout. `try: async with asyncio.timeout(5) ... except TimeoutError: pass` is not the same: it also takes TimeoutErrors that the block raises for reasons of its own.",
		Pitfalls:  "Code behind the block often tests a variable to see whether it came to the end.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if exception := rule.TimeoutException(p, r); exception != 0 && p.Text(exception) == "False" {
			return p.Shown(r) + " with False ends without an error"
		}
		return ""
	}),
}
