// Package ah505 is the rule AH505, rendezvous-queue.
package ah505

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a queue of size 0.
var Rule = rule.Described(rule.Rule{
	Code: "AH505",
	Names: []string{
		"eventlet.queue.Queue",
		"eventlet.queue.LightQueue",
		"eventlet.queue.PriorityQueue",
		"eventlet.queue.LifoQueue",
	},
	Check: rule.Named("of size 0 is a meeting point, not a queue", func(p *rule.Pass, r *scan.Record) bool {
		call := p.CallOf(r)
		if call == 0 {
			return false
		}
		size := p.Arg(call, 0, "maxsize")
		return size != 0 && p.Text(size) == "0"
	}),
})
