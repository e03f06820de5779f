// Package ah104 is the rule AH104, forgotten-green-thread.
package ah104

import (
	"aiohub/internal/rules/rule"
)

// Rule finds `spawn_n`, a green thread that nobody can wait for.
var Rule = rule.Described(rule.Rule{
	Code:  "AH104",
	Names: []string{"eventlet.greenthread.spawn_n"},
	Phrases: rule.Phrases{
		Calls: "starts a green thread that nobody can wait for",
		Names: "is a function that starts green threads that nobody can wait for",
	},
	Check: rule.Say(),
})
