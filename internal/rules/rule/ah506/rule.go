// Package ah506 is the rule AH506, event-with-value.
package ah506

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an Event that carries a value or an error.
var Rule = rule.Described(rule.Rule{
	Code: "AH506",
	Names: []string{
		"eventlet.event.Event.send",
		"eventlet.event.Event.send_exception",
	},
	Check: rule.Named("hands a value to those who wait", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Call && (r.NArgs > 0 || len(r.Kws) > 0)
	}),
})
