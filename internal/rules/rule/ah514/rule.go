// Package ah514 is the rule AH514, pool-resize.
package ah514

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a pool that changes its size.
var Rule = rule.Described(rule.Rule{
	Code:  "AH514",
	Names: []string{"eventlet.greenpool.GreenPool.resize"},
	Phrases: rule.Phrases{
		Calls: "changes the size of a pool",
		Names: "is a method that changes the size of a pool",
	},
	Check: rule.Say(),
})
