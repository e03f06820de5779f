// Package ah109 is the rule AH109, green-timeout-handler.
package ah109

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a handler for eventlet's Timeout.
var Rule = rule.Described(rule.Rule{
	Code: "AH109",
	Names: []string{
		"eventlet.timeout.Timeout",
		"eventlet.timeout.is_timeout",
	},
	Check: rule.Named("expects eventlet's timer", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Ctx == scan.Except || r.Ctx == scan.IsInstance || r.Canon == "eventlet.timeout.is_timeout"
	}),
})
