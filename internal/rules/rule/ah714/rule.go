// Package ah714 is the rule AH714, added-then-tested.
package ah714

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds something that is added for later, and a flag that is tested whether later has come.
var Rule = &rule.Rule{
	Code:     "AH714",
	Name:     "added-then-tested",
	Severity: finding.Error,
	Help:     "hold one lock over adding and testing, and the same over setting and going through",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "something that is added for later, and a flag that is tested whether later has come",
		What:  "`things.append(x)` and then `if self.finished: ...`, without a lock, where another task sets the flag and then goes through the things.",
		Why:   "The other can set the flag and go through the things between the two lines: then x is taken twice. In the reverse order it is taken never. Green threads did not switch there.",
		Before: `
self.callbacks.append(callback)
if self.finished:
    callback()
`,
		After: `
with self.lock:
    if not self.finished:
        self.callbacks.append(callback)
        return
callback()
`,
		Fix:       finding.Manual,
		FixSafety: "the callback runs outside the lock.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
