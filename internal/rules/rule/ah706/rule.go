// Package ah706 is the rule AH706, nested-submit.
package ah706

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds work that runs in a bounded executor, gives it more and waits for that.
var Rule = &rule.Rule{
	Code:     "AH706",
	Name:     "nested-submit",
	Severity: finding.Error,
	Help:     "use an executor of its own for the inner work, or do it here",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "work that runs in a bounded executor, gives it more and waits for that",
		What:  "A function that is submitted to an executor and, by calls that are certain, comes to a place that submits to the same executor and waits for the result: `result()`, `wait`, `as_completed`, `list(pool.map(...))`.",
		Why:   "When all workers of the executor are in that place, each waits for work that none is left to do. A pool of a thousand green threads never filled up; one of a few threads does.",
		Before: `
def build(self, item):
    parts = self.pool.submit(self.fetch, item).result()
`,
		After: `
def build(self, item):
    parts = self.fetch(item)
`,
		Fix:       finding.Manual,
		FixSafety: "the inner work then takes the time of the outer.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
