// Package ah001 is the rule AH001, malformed-ignore.
package ah001

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a comment for aiohub that takes nothing back.
var Rule = rule.Described(rule.Rule{
	Code: "AH001",
})
