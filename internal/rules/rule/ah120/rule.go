// Package ah120 is the rule AH120, green-resource-pool.
package ah120

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's pools of objects.
var Rule = &rule.Rule{
	Code:     "AH120",
	Name:     "green-resource-pool",
	Severity: finding.Warning,
	Help:     "keep free objects in an `asyncio.Queue`, or use the driver's own pool",
	Names: []string{
		"eventlet.pools.*",
		"eventlet.db_pool.*",
		"eventlet.dagpool.*",
	},
	Phrases: rule.Phrases{
		Waits: "may wait in eventlet's hub for a free object",
		Makes: "makes a pool that green threads wait for",
		Names: "is part of pools that green threads wait for",
	},
	Doc: rule.Doc{
		Title: "eventlet's pools of objects",
		What:  "`pools`, `db_pool` and `dagpool`.",
		Why:   "Taking an object waits in eventlet's hub when none is free.",
		Before: `
class Connections(pools.Pool):
    def create(self):
        return connect()
`,
		After: `
free = asyncio.Queue()
connection = await free.get()
`,
		Fix:       finding.Manual,
		FixSafety: "a pool is subclassed, so what it does is in your code.",
		Pitfalls:  "`pools.Pool` makes objects when they are first needed, up to `max_size`; a queue has to be filled.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
