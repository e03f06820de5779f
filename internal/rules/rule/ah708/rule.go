// Package ah708 is the rule AH708, made-before-fork.
package ah708

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a thread, executor or sign of something started, made before worker processes are.
var Rule = rule.Described(rule.Rule{
	Code:       "AH708",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
