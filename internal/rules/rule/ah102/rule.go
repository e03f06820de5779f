// Package ah102 is the rule AH102, green-sleep.
package ah102

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `eventlet.sleep`.
var Rule = rule.Described(rule.Rule{
	Code:  "AH102",
	Label: "blocks the loop when called from a coroutine",
	Names: []string{
		"eventlet.greenthread.sleep",
		"eventlet.green.time.sleep",
	},
	Phrases: rule.Phrases{
		Waits: "waits in eventlet's hub",
		Names: "is a function that waits in eventlet's hub",
	},
	Fixable: rule.CanBeAwaited,
	Stage:   2,
	Check:   rule.Say(func(p *rule.Pass, r *scan.Record) bool { return !rule.IsYield(p, r) }),
})
