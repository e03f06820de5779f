// Package ah114 is the rule AH114, green-semaphore.
package ah114

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's semaphores and locks.
var Rule = rule.Described(rule.Rule{
	Code: "AH114",
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
	Check: rule.Say(),
})
