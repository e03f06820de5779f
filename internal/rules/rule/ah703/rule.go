// Package ah703 is the rule AH703, clear-then-fill.
package ah703

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a container that is emptied and filled again while others look.
var Rule = rule.Described(rule.Rule{
	Code:       "AH703",
	Targets:    []string{"threads", "asyncio"},
	CheckGraph: rule.Tasks,
})
