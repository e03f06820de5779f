// Package ah713 is the rule AH713, check-split-by-await.
package ah713

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a test and the act that depends on it, with an await in between.
var Rule = rule.Described(rule.Rule{
	Code:       "AH713",
	Targets:    []string{"asyncio"},
	CheckGraph: rule.Tasks,
})
