// Package ah702 is the rule AH702, unlocked-update.
package ah702

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a state that is read, changed and written back in several steps.
var Rule = &rule.Rule{
	Code:      "AH702",
	Name:      "unlocked-update",
	Severity:  finding.Error,
	Help:      "hold a lock over it",
	Targets:   []string{"threads"},
	Sentences: []string{"is read, changed and written back in several steps", "is read here, and what is written back in"},
	Doc: rule.Doc{
		Title: "a state that is read, changed and written back in several steps",
		What:  "`x += 1`, `d[k] += 1`, `x = f(x)`, `y = x` and later `x = y + 1`, where two tasks do so, or one does while another writes, and no lock keeps them apart.",
		Why:   "Between the reading and the writing a thread can be switched. What another has written meanwhile is lost. Green threads did not switch there.",
		Before: `
self.sent += 1
`,
		After: `
with self.lock:
    self.sent += 1
`,
		Fix:       finding.Manual,
		FixSafety: "which lock it is has to be decided.",
		Pitfalls:  "The lock of the interpreter does not help: `x += 1` is several instructions.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
