// Package ah204 is the rule AH204, implicit-green.
package ah204

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a call that is green only because of `monkey_patch`.
var Rule = &rule.Rule{
	Code:     "AH204",
	Name:     "implicit-green",
	Severity: finding.Note,
	OptIn:    true,
	Help:     "port it with its callers; `aiohub scan` shows the entry points that make it green",
	Doc: rule.Doc{
		Title:     "a call that is green only because of `monkey_patch`",
		What:      "Calls of the standard library and of oslo that would block the thread without `monkey_patch`, in code that a patched entry point imports.",
		Why:       "This is the mass of what has to be ported: explicit uses of eventlet are a few per cent of it. When `monkey_patch` goes, each of these stops the whole process while it waits.",
		Before:    "time.sleep(5)",
		After:     "await asyncio.sleep(5)",
		Fix:       finding.Manual,
		FixSafety: "each needs its own replacement.",
		Pitfalls:  "`time.sleep` patched by a test for the whole process makes every other green thread spin.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Implicit {
			return ""
		}
		return p.Shown(r) + " is green only because of monkey_patch"
	}),
}
