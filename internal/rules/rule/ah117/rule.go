// Package ah117 is the rule AH117, green-server.
package ah117

import (
	"slices"
	"strings"

	"aiohub/internal/program/scan"
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
		Names: part,
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Call && !r.Switches && !setsUp(r.Canon) {
			return p.Say(r, part)
		}
		return p.Say(r, "")
	}),
})

const part = "is part of eventlet's own servers and sockets"

// setsUp tells whether a call makes a server, a connection or what they are made of; others only help.
func setsUp(canon string) bool {
	canon = strings.TrimSuffix(canon, ".__init__")
	return strings.HasPrefix(canon, "eventlet.convenience.") || slices.Contains([]string{
		"eventlet.wsgi.server", "eventlet.wsgi.Server", "eventlet.wsgi.HttpProtocol", "eventlet.websocket.WebSocketWSGI",
		"eventlet.websocket.WebSocket", "eventlet.websocket.RFC6455WebSocket", "eventlet.backdoor.backdoor_server", "eventlet.backdoor.backdoor",
	}, canon)
}
