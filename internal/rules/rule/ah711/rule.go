// Package ah711 is the rule AH711, process-wide-call.
package ah711

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a call that acts on the whole process, made by a task.
var Rule = rule.Described(rule.Rule{
	Code:       "AH711",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
