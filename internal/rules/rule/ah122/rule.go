// Package ah122 is the rule AH122, eventlet-debug.
package ah122

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's debugging aids.
var Rule = rule.Described(rule.Rule{
	Code:  "AH122",
	Names: []string{"eventlet.debug.*"},
	Phrases: rule.Phrases{
		Calls: "looks into eventlet's hub",
		Names: "is one of eventlet's debugging aids",
	},
	Check: rule.Say(),
})
