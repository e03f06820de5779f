// Package ah513 is the rule AH513, green-thread-parent.
package ah513

import (
	"aiohub/internal/rules/rule"
)

// Rule finds the insides of a greenlet.
var Rule = rule.Described(rule.Rule{
	Code: "AH513",
	Names: []string{
		"greenlet.greenlet.parent",
		"greenlet.greenlet.throw",
		"greenlet.greenlet.switch",
		"greenlet.greenlet.run",
		"greenlet.greenlet.dead",
		"greenlet.greenlet.gr_frame",
	},
	Check: rule.Named("has no counterpart on a task"),
})
