// Package ah201 is the rule AH201, monkey-patch.
package ah201

import (
	"aiohub/internal/rules/rule"
)

// Rule finds `monkey_patch`.
var Rule = rule.Described(rule.Rule{
	Code:  "AH201",
	Names: []string{"eventlet.patcher.monkey_patch"},
	Phrases: rule.Phrases{
		Calls: "makes the standard library green for the whole process",
		Names: "is a function that makes the standard library green for the whole process",
	},
	Check: rule.Say(),
})
