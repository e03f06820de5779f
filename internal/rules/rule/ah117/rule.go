// Package ah117 is the rule AH117, green-server.
package ah117

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's own servers and sockets.
var Rule = rule.Described(rule.Rule{
	Code: "AH117",
	Names: []string{
		"eventlet.wsgi.*",
		"eventlet.websocket.*",
		"eventlet.convenience.*",
		"eventlet.backdoor.*",
	},
	Phrases: rule.Phrases{
		Waits: "serves or connects in eventlet's hub",
		Calls: "sets up a server or a connection in eventlet's hub",
		Names: "is part of eventlet's own servers and sockets",
	},
	Check: rule.Say(),
})
