// Package ah704 is the rule AH704, publish-after-start.
package ah704

import (
	"aiohub/internal/rules/rule"
)

// Rule finds something that a task needs and that is stored after the task was started.
var Rule = rule.Described(rule.Rule{
	Code:       "AH704",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
