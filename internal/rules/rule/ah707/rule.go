// Package ah707 is the rule AH707, lock-taken-again.
package ah707

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a lock that is taken by who holds it already.
var Rule = rule.Described(rule.Rule{
	Code:       "AH707",
	Targets:    []string{"threads", "asyncio"},
	CheckGraph: rule.Tasks,
})
