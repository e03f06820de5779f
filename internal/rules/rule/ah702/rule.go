// Package ah702 is the rule AH702, unlocked-update.
package ah702

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a state that is read, changed and written back in several steps.
var Rule = rule.Described(rule.Rule{
	Code:    "AH702",
	Targets: []string{"threads"},
	Sentences: []string{"is read, changed and written back in several steps",
		"is read here, and what is written back in"},
	CheckGraph: rule.Tasks,
})
