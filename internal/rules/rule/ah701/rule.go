// Package ah701 is the rule AH701, check-then-act.
package ah701

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a test and an act on the same state, with nothing to keep another task out in between.
var Rule = rule.Described(rule.Rule{
	Code:    "AH701",
	Targets: []string{"threads"},
	Sentences: []string{"is tested here and changed in", "is asked here, and the element taken in",
		"is tested here and used in"},
	CheckGraph: rule.Tasks,
})
