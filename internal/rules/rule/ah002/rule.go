// Package ah002 is the rule AH002, unused-ignore.
package ah002

import (
	"aiohub/internal/rules/rule"
)

// Rule finds an ignore comment with nothing to ignore.
var Rule = rule.Described(rule.Rule{
	Code: "AH002",
})
