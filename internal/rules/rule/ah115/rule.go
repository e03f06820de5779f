// Package ah115 is the rule AH115, green-queue.
package ah115

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's queues.
var Rule = rule.Described(rule.Rule{
	Code:  "AH115",
	Names: []string{"eventlet.queue.*"},
	Phrases: rule.Phrases{
		Waits:  "may wait in eventlet's hub for a queue",
		Makes:  "makes a queue that green threads wait for",
		Method: "belongs to a queue that green threads wait for",
		Names:  "is about queues that green threads wait for",
	},
	Check: rule.Say(),
})
