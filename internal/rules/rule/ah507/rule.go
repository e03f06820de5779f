// Package ah507 is the rule AH507, cancel-before-start.
package ah507

import (
	"aiohub/internal/rules/rule"
)

// Rule finds `cancel` of a green thread.
var Rule = rule.Described(rule.Rule{
	Code:  "AH507",
	Names: []string{"eventlet.greenthread.GreenThread.cancel"},
	Phrases: rule.Phrases{
		Calls: "stops only what has not started",
		Names: "is a function that stops only what has not started",
	},
	Check: rule.Say(),
})
