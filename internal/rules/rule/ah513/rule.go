// Package ah513 is the rule AH513, green-thread-parent.
package ah513

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds the insides of a greenlet.
var Rule = &rule.Rule{
	Code:     "AH513",
	Name:     "green-thread-parent",
	Severity: finding.Error,
	Help:     "keep a flag, or a reference, of your own",
	Names: []string{
		"greenlet.greenlet.parent",
		"greenlet.greenlet.throw",
		"greenlet.greenlet.switch",
		"greenlet.greenlet.run",
		"greenlet.greenlet.dead",
		"greenlet.greenlet.gr_frame",
	},
	Doc: rule.Doc{
		Title: "the insides of a greenlet",
		What:  "`.parent`, `.throw`, `.switch`, `.run`, `.dead` and `.gr_frame` of the current green thread or of a bare greenlet.",
		Why:   "`getcurrent().parent` is a common test for being in a green thread. A task has no parent; the test is always false, or true.",
		Before: `
if eventlet.getcurrent().parent:
    in_green_thread()
`,
		After: `
if asyncio.current_task(loop) is not None:
    in_task()
`,
		Fix:       finding.Manual,
		FixSafety: "tasks have none of these.",
		Since:     "0.1.0",
	},
	Check: rule.Named("has no counterpart on a task"),
}
