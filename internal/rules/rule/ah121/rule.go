// Package ah121 is the rule AH121, green-exit.
package ah121

import (
	"aiohub/internal/rules/rule"
)

// Rule finds `GreenletExit`.
var Rule = rule.Described(rule.Rule{
	Code:  "AH121",
	Names: []string{"greenlet.GreenletExit"},
	Check: rule.Named("is how a green thread is ended"),
})
