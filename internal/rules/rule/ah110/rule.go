// Package ah110 is the rule AH110, green-thread-pool.
package ah110

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a pool of green threads.
var Rule = &rule.Rule{
	Code:     "AH110",
	Name:     "green-thread-pool",
	Severity: finding.Warning,
	Help:     "use `aiohub.aio.Pool`, which also waits when it is full",
	Names: []string{
		"eventlet.greenpool.*",
	},
	Phrases: rule.Phrases{
		Waits:  "may wait for a pool of green threads",
		Makes:  "makes a pool of green threads",
		Method: "uses a pool of green threads",
		Names:  "is about pools of green threads",
	},
	Doc: rule.Doc{
		Title: "a pool of green threads",
		What:  "`GreenPool` and `GreenPile`, and their methods.",
		Why:   "The pool limits how much runs at once and makes `spawn` wait when it is full. That back-pressure is what a replacement has to keep.",
		Before: `
pool = eventlet.GreenPool(100)
for host in hosts:
    pool.spawn_n(check, host)
pool.waitall()
`,
		After: `
pool = aio.Pool(100)
for host in hosts:
    await pool.spawn(check, host)
await pool.waitall()
`,
		Fix:       finding.Safe,
		FixSafety: "for a pool made, filled and waited for in ported code. Subclasses, and logic on `free()` or `running()`, are for a person.",
		Pitfalls:  "ThreadPoolExecutor queues without bound, and asyncio.TaskGroup cancels all others on the first error: neither is a drop-in. The default size is 1000. `spawn` from inside the pool runs the function at once when the pool is full.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
