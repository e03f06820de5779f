// Package ah110 is the rule AH110, green-thread-pool.
package ah110

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a pool of green threads.
var Rule = rule.Described(rule.Rule{
	Code:  "AH110",
	Names: []string{"eventlet.greenpool.*"},
	Phrases: rule.Phrases{
		Waits:  "may wait for a pool of green threads",
		Makes:  "makes a pool of green threads",
		Method: "uses a pool of green threads",
		Names:  "is about pools of green threads",
	},
	Check: rule.Say(),
})
