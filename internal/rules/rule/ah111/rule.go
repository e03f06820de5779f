// Package ah111 is the rule AH111, native-thread-call.
package ah111

import (
	"strings"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a call in one of eventlet's native threads.
var Rule = rule.Described(rule.Rule{
	Code:  "AH111",
	Names: []string{"eventlet.tpool.*"},
	Phrases: rule.Phrases{
		Waits: "runs something in eventlet's native threads",
		Names: "is about eventlet's native threads",
	},
	Check: rule.Say(func(_ *rule.Pass, r *scan.Record) bool {
		return r.Canon != "eventlet.tpool.Proxy" && !strings.HasPrefix(r.Canon, "eventlet.tpool.Proxy.")
	}),
})
