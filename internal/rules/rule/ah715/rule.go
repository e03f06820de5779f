// Package ah715 is the rule AH715, target-not-callable.
package ah715

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a task that is given something that cannot be called.
var Rule = &rule.Rule{
	Code:     "AH715",
	Name:     "target-not-callable",
	Severity: finding.Error,
	Help:     "give it the function that it is to run",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "a task that is given something that cannot be called",
		What:  "`Thread(target=self.event)`, `submit(self.lock)` and the like, where all that is ever stored there is an event, a lock, a queue or a container.",
		Why:   "The thread ends with TypeError as soon as it begins, and nobody hears of it but stderr.",
		Before: `
threading.Thread(target=self._resync_event).start()
`,
		After: `
threading.Thread(target=self._resync_loop).start()
`,
		Fix:       finding.Manual,
		FixSafety: "which function was meant has to be decided.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
