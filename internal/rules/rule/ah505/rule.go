// Package ah505 is the rule AH505, rendezvous-queue.
package ah505

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a queue of size 0.
var Rule = &rule.Rule{
	Code:     "AH505",
	Name:     "rendezvous-queue",
	Severity: finding.Error,
	Help:     "use `aiohub.aio.Channel`, or a queue of size 1 if the order allows it",
	Names: []string{
		"eventlet.queue.Queue",
		"eventlet.queue.LightQueue",
		"eventlet.queue.PriorityQueue",
		"eventlet.queue.LifoQueue",
	},
	Doc: rule.Doc{
		Title:     "a queue of size 0",
		What:      "`Queue(0)` and `LightQueue(0)`.",
		Why:       "In eventlet it holds nothing: `put` waits until somebody gets. `asyncio.Queue(0)` holds everything, and `put` never waits.",
		Before:    "q = queue.LightQueue(0)",
		After:     "q = aio.Channel()",
		Fix:       finding.Unsafe,
		FixSafety: "if every user of the queue is ported in the same step; asyncio itself has no such queue.",
		Pitfalls:  "Without the wait a producer runs ahead of its consumer until memory is full.",
		Since:     "0.1.0",
	},
	Check: rule.Named("of size 0 is a meeting point, not a queue", func(p *rule.Pass, r *scan.Record) bool {
		call := p.CallOf(r)
		if call == 0 {
			return false
		}
		size := p.Arg(call, 0, "maxsize")
		return size != 0 && p.Text(size) == "0"
	}),
}
