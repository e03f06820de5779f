// Package ah119 is the rule AH119, green-io.
package ah119

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's green sockets and pipes.
var Rule = rule.Described(rule.Rule{
	Code:  "AH119",
	Names: []string{"eventlet.greenio.*"},
	Phrases: rule.Phrases{
		Waits: "may wait in eventlet's hub for a descriptor",
		Makes: "makes a socket or a pipe that waits in eventlet's hub",
		Names: "is part of eventlet's green sockets and pipes",
	},
	Check: rule.Say(),
})
