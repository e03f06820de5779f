// Package ah103 is the rule AH103, green-thread.
package ah103

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a green thread.
var Rule = rule.Described(rule.Rule{
	Code: "AH103",
	Names: []string{
		"eventlet.greenthread.spawn",
		"eventlet.greenthread.spawn_after",
		"eventlet.greenthread.spawn_after_local",
		"eventlet.greenthread.GreenThread",
		"eventlet.greenthread.exc_after",
		"eventlet.greenthread.call_after_global",
		"eventlet.greenthread.call_after_local",
		"eventlet.greenthread",
	},
	Phrases: rule.Phrases{
		Calls: "starts a green thread",
		Names: "names what green threads are, or what starts one",
	},
	Check: rule.Say(),
})
