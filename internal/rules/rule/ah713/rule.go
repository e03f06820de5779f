// Package ah713 is the rule AH713, check-split-by-await.
package ah713

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a test and the act that depends on it, with an await in between.
var Rule = &rule.Rule{
	Code:     "AH713",
	Name:     "check-split-by-await",
	Severity: finding.Error,
	Help:     "hold one `asyncio.Lock` over both, or test again after the await",
	Targets:  []string{"asyncio"},
	Doc: rule.Doc{
		Title: "a test and the act that depends on it, with an await in between",
		What:  "What the rules about threads call check-then-act, unlocked update and lazy singleton, in a coroutine, where an await lies between the test and the act and another task reaches the state: by `create_task`, `gather`, a task group, a server or a handler of requests.",
		Why:   "A coroutine is atomic from one await to the next, and only that far. While it waits others run; when it goes on, what it has tested need not hold any more. `self.total += await f()` has the await in the middle, too: the old value is read first.",
		Before: `
if self.session is None:
    self.session = await connect()
`,
		After: `
async with self.lock:
    if self.session is None:
        self.session = await connect()
`,
		Fix:       finding.Manual,
		FixSafety: "which lock it is, and what else belongs under it, has to be decided.",
		Pitfalls:  "Moving the await out of the region is cheaper than a lock: await first, then test and act.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
