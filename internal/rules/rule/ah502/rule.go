// Package ah502 is the rule AH502, timeout-with-exception.
package ah502

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that raises an exception of yours.
var Rule = &rule.Rule{
	Code:     "AH502",
	Name:     "timeout-with-exception",
	Severity: finding.Warning,
	Help:     "catch TimeoutError around the block and raise your own",
	Names: []string{
		"eventlet.timeout.Timeout",
	},
	Doc: rule.Doc{
		Title: "a Timeout that raises an exception of yours",
		What:  "`Timeout(seconds, exception)` with anything but False.",
		Why:   "asyncio.timeout raises TimeoutError and nothing else; handlers for your exception stop working.",
		Before: `
with eventlet.Timeout(5, Gone()):
    poll()
`,
		After: `
try:
    async with asyncio.timeout(5):
        await poll()
except TimeoutError:
    raise Gone() from None
`,
		Fix:       finding.Unsafe,
		FixSafety: "the exception is then raised at the end of the block and can be seen by handlers inside it no more.",
		Pitfalls:  "An exception object made once is raised each time with a longer traceback.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		exception := rule.TimeoutException(p, r)
		if exception == 0 || p.Text(exception) == "False" || p.Text(exception) == "None" {
			return ""
		}
		return p.Shown(r) + " raises `" + p.Text(exception) + "`"
	}),
}
