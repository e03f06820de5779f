// Package ah712 is the rule AH712, shared-session.
package ah712

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a session or connection that two tasks use.
var Rule = rule.Described(rule.Rule{
	Code:       "AH712",
	Targets:    []string{"threads", "asyncio"},
	CheckGraph: rule.Tasks,
})
