// Package ah707 is the rule AH707, lock-taken-again.
package ah707

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a lock that is taken by who holds it already.
var Rule = &rule.Rule{
	Code:     "AH707",
	Name:     "lock-taken-again",
	Severity: finding.Error,
	Help:     "let both call a function that takes no lock, or make it a lock that its owner can take again",
	Targets:  []string{"threads", "asyncio"},
	Doc: rule.Doc{
		Title: "a lock that is taken by who holds it already",
		What:  "A function that holds a lock (`with`, or `lockutils.synchronized(\"name\")` by its name) and calls, by calls that are certain, another that takes the same: a `Lock` or semaphore of the same object, or the same name.",
		Why:   "Such a lock knows no owner: whoever comes here waits for itself. Named locks are easily overlooked, since nothing in the code of the two functions is the same object.",
		Before: `
@lockutils.synchronized("model")
def move(self, name):
    return self.find(name)

@lockutils.synchronized("model")
def find(self, name): ...
`,
		After: `
@lockutils.synchronized("model")
def move(self, name):
    return self._find(name)

@lockutils.synchronized("model")
def find(self, name):
    return self._find(name)
`,
		Fix:       finding.Manual,
		FixSafety: "an RLock would do, a named lock has none.",
		Pitfalls:  "`fair=True` of oslo.concurrency makes a lock that its owner can take again, and is no finding.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
