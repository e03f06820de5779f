// Package ah004 is the rule AH004, own-eventlet.
package ah004

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a module of the tree that is called eventlet.
var Rule = rule.Described(rule.Rule{
	Code: "AH004",
})
