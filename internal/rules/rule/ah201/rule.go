// Package ah201 is the rule AH201, monkey-patch.
package ah201

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds `monkey_patch`.
var Rule = &rule.Rule{
	Code:     "AH201",
	Name:     "monkey-patch",
	Severity: finding.Warning,
	Help:     "keep it until `aiohub scan` finds no implicit use behind this entry point; meanwhile `aiohub.install(patch=True)`",
	Names: []string{
		"eventlet.patcher.monkey_patch",
	},
	Phrases: rule.Phrases{
		Calls: "makes the standard library green for the whole process",
		Names: "is a function that makes the standard library green for the whole process",
	},
	Doc: rule.Doc{
		Title: "`monkey_patch`",
		What:  "Calls and other uses of `monkey_patch`.",
		Why:   "From here on the standard library is green for everything the process imports. It is the last thing to go, and the reason why most code that depends on eventlet never names it.",
		Before: `
import eventlet
eventlet.monkey_patch()
`,
		After: `
import aiohub
aiohub.install(patch=True)
`,
		Fix:       finding.Manual,
		FixSafety: "everything that runs behind it has to be ready first.",
		Pitfalls:  "It has to come before anything imports logging, threading or an oslo library. `os=False` or `thread=False` leaves parts plain: see what was meant.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
