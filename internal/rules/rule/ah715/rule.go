// Package ah715 is the rule AH715, target-not-callable.
package ah715

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a task that is given something that cannot be called.
var Rule = rule.Described(rule.Rule{
	Code:       "AH715",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
