// Package ah704 is the rule AH704, publish-after-start.
package ah704

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds something that a task needs and that is stored after the task was started.
var Rule = &rule.Rule{
	Code:     "AH704",
	Name:     "publish-after-start",
	Severity: finding.Error,
	Help:     "store it before the task is started",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "something that a task needs and that is stored after the task was started",
		What:  "The start of a thread, timer or pooled task, and after it in the same block a store of an attribute, an entry or a shared variable that the task reads, deletes or calls.",
		Why:   "A green thread did not run before its maker waited. A thread can run at once, and finds nothing there.",
		Before: `
timer.start()
self.timers[timer] = job
`,
		After: `
self.timers[timer] = job
timer.start()
`,
		Fix:       finding.Manual,
		FixSafety: "the order of two lines.",
		Pitfalls:  "What `submit` and `spawn` return cannot be stored before: hand it to the task, or let the task wait until it is there.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
