// Package ah710 is the rule AH710, lazy-singleton.
package ah710

import (
	"aiohub/internal/rules/rule"
)

// Rule finds an object that is made when it is first asked for, by whoever comes first.
var Rule = rule.Described(rule.Rule{
	Code:       "AH710",
	Targets:    []string{"threads"},
	CheckGraph: rule.Tasks,
})
