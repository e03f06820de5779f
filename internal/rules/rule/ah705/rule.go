// Package ah705 is the rule AH705, iterated-while-changed.
package ah705

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a loop over a container that another task changes.
var Rule = rule.Described(rule.Rule{
	Code:       "AH705",
	Targets:    []string{"threads", "asyncio"},
	CheckGraph: rule.Tasks,
})
