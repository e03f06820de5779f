// Package ah113 is the rule AH113, green-event.
package ah113

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's Event.
var Rule = rule.Described(rule.Rule{
	Code:  "AH113",
	Names: []string{"eventlet.event.*"},
	Phrases: rule.Phrases{
		Waits:  "waits in eventlet's hub for a value or a signal",
		Makes:  "makes an event that green threads wait for",
		Method: "belongs to an event that green threads wait for",
		Names:  "is about events that green threads wait for",
	},
	Check: rule.Say(),
})
