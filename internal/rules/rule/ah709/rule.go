// Package ah709 is the rule AH709, pickled-lock.
package ah709

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a lock, thread or executor in an object that is pickled or copied.
var Rule = rule.Described(rule.Rule{
	Code:       "AH709",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
