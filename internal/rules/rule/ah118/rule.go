// Package ah118 is the rule AH118, hub.
package ah118

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's hub.
var Rule = rule.Described(rule.Rule{
	Code: "AH118",
	Names: []string{
		"eventlet.hubs.*",
		"eventlet.greenlet",
		"eventlet.support.greenlets",
	},
	Check: rule.Named("reaches into eventlet's hub"),
})
