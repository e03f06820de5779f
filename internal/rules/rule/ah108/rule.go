// Package ah108 is the rule AH108, green-timeout-object.
package ah108

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that is not a context manager.
var Rule = rule.Described(rule.Rule{
	Code: "AH108",
	Names: []string{
		"eventlet.timeout.Timeout.*",
		"eventlet.timeout",
		"eventlet.timeout.wrap_is_timeout",
	},
	Phrases: rule.Phrases{
		Makes:  "is a timer without a block",
		Method: "steers a timer that has no block",
		Names:  "names eventlet's timer",
	},
	Check: rule.Say(func(_ *rule.Pass, r *scan.Record) bool {
		return r.Ctx != scan.With && r.Ctx != scan.Except && r.Ctx != scan.IsInstance
	}),
})
