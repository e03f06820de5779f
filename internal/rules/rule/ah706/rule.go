// Package ah706 is the rule AH706, nested-submit.
package ah706

import (
	"aiohub/internal/rules/rule"
)

// Rule finds work that runs in a bounded executor, gives it more and waits for that.
var Rule = rule.Described(rule.Rule{
	Code:       "AH706",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
