// Package ah514 is the rule AH514, pool-resize.
package ah514

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a pool that changes its size.
var Rule = &rule.Rule{
	Code:     "AH514",
	Name:     "pool-resize",
	Severity: finding.Warning,
	Help:     "use `aiohub.aio.Pool`, or make the size known before",
	Names: []string{
		"eventlet.greenpool.GreenPool.resize",
	},
	Phrases: rule.Phrases{
		Calls: "changes the size of a pool",
		Names: "is a method that changes the size of a pool",
	},
	Doc: rule.Doc{
		Title:     "a pool that changes its size",
		What:      "`GreenPool.resize`.",
		Why:       "Neither a thread pool nor a semaphore of asyncio can be resized; `aiohub.aio.Pool` can. `resize(0)` is often meant to stop a server from taking more work.",
		Before:    "self.pool.resize(0)",
		After:     "self.closing = True",
		Fix:       finding.Manual,
		FixSafety: "what the new size is for decides.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
