// Package ah705 is the rule AH705, iterated-while-changed.
package ah705

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a loop over a container that another task changes.
var Rule = &rule.Rule{
	Code:     "AH705",
	Name:     "iterated-while-changed",
	Severity: finding.Error,
	Help:     "go through a copy that is taken at once, `list(...)`, or hold the lock of those who change it",
	Targets:  []string{"threads", "asyncio"},
	Doc: rule.Doc{
		Title: "a loop over a container that another task changes",
		What:  "`for`, or a comprehension, over a dict, set, deque or list of a state (also over its `items()`, `values()` or `keys()`) to which another task adds, or from which it removes. For asyncio, where an await is in the loop.",
		Why:   "Python raises RuntimeError, `dictionary changed size during iteration`; a list skips elements. With green threads nobody came in between as long as the loop did not wait.",
		Before: `
for job in self.jobs.values():
    job.ping()
`,
		After: `
for job in list(self.jobs.values()):
    job.ping()
`,
		Fix:       finding.Manual,
		FixSafety: "the copy is of one moment: an element may be gone when it is its turn.",
		Pitfalls:  "`list(d)` and `d.copy()` are one step under the lock of the interpreter, a comprehension is not.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
