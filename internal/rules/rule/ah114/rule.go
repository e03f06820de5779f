// Package ah114 is the rule AH114, green-semaphore.
package ah114

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's semaphores and locks.
var Rule = &rule.Rule{
	Code:     "AH114",
	Name:     "green-semaphore",
	Severity: finding.Warning,
	Help:     "use `async with asyncio.Semaphore(n)`",
	Names: []string{
		"eventlet.semaphore.*",
		"eventlet.lock.*",
	},
	Phrases: rule.Phrases{
		Waits:  "may wait in eventlet's hub for a lock",
		Makes:  "makes a lock that green threads wait for",
		Method: "belongs to a lock that green threads wait for",
		Names:  "is about locks that green threads wait for",
	},
	Doc: rule.Doc{
		Title: "eventlet's semaphores and locks",
		What:  "`Semaphore`, `BoundedSemaphore`, `CappedSemaphore` and `lock.Lock`, and their methods.",
		Why:   "They make green threads wait and know nothing of coroutines on another loop.",
		Before: `
with self.semaphore:
    work()
`,
		After: `
async with self.semaphore:
    await work()
`,
		Fix:       finding.Safe,
		FixSafety: "if every user of the object is ported in the same step.",
		Pitfalls:  "`acquire(blocking=False)` has no counterpart: ask `locked()`. `balance` counts waiters as negative.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
