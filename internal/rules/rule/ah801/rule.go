// Package ah801 is the rule AH801, green-import.
package ah801

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an import of eventlet under aiohub's name.
var Rule = &rule.Rule{
	Code:     "AH801",
	Name:     "green-import",
	Severity: finding.Warning,
	Help:     "port what uses it; the import goes with the last use",
	Doc: rule.Doc{
		Title: "an import of eventlet under aiohub's name",
		What:  "An import of `aiohub.green`, or of a name or module below it.",
		Why:   "It is eventlet by another name: the same objects, and the same things to port. What is reached through it is reported as if it had been imported from eventlet.",
		Before: `
from aiohub import green

green.sleep(1)
`,
		After: `
import asyncio

await asyncio.sleep(1)
`,
		Fix:       finding.Manual,
		FixSafety: "the uses have to be ported first.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Import || !rule.UnderAiohub(r) {
			return ""
		}
		return "import of eventlet as `" + r.Name + "`"
	}),
}
