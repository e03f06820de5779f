// Package ah107 is the rule AH107, green-timeout.
package ah107

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `with eventlet.Timeout`.
var Rule = rule.Described(rule.Rule{
	Code: "AH107",
	Names: []string{
		"eventlet.timeout.Timeout",
		"eventlet.timeout.with_timeout",
	},
	Check: rule.Named("limits time with eventlet's timer", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Ctx == scan.With || r.Canon == "eventlet.timeout.with_timeout"
	}),
})
