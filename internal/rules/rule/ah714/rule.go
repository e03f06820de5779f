// Package ah714 is the rule AH714, added-then-tested.
package ah714

import (
	"aiohub/internal/rules/rule"
)

// Rule finds something that is added for later, and a flag that is tested whether later has come.
var Rule = rule.Described(rule.Rule{
	Code:       "AH714",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
