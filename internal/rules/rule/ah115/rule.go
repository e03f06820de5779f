// Package ah115 is the rule AH115, green-queue.
package ah115

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's queues.
var Rule = &rule.Rule{
	Code:     "AH115",
	Name:     "green-queue",
	Severity: finding.Warning,
	Help:     "use `asyncio.Queue`, and `asyncio.QueueEmpty` for `Empty`",
	Names: []string{
		"eventlet.queue.*",
	},
	Phrases: rule.Phrases{
		Waits:  "may wait in eventlet's hub for a queue",
		Makes:  "makes a queue that green threads wait for",
		Method: "belongs to a queue that green threads wait for",
		Names:  "is about queues that green threads wait for",
	},
	Doc: rule.Doc{
		Title:     "eventlet's queues",
		What:      "`Queue`, `LightQueue` and their kin, `Empty` and `Full`, and methods of queues.",
		Why:       "Getting and putting waits in eventlet's hub.",
		Before:    "item = q.get(timeout=5)",
		After:     "item = await asyncio.wait_for(q.get(), 5)",
		Fix:       finding.Safe,
		FixSafety: "if all users of the queue are ported in the same step and its size is not 0.",
		Pitfalls:  "`Queue(0)` holds nothing in eventlet and everything in asyncio; see AH505. `get(timeout=...)` raises Empty, `wait_for` raises TimeoutError.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
