// Package ah003 is the rule AH003, unparsable-file.
package ah003

import (
	"aiohub/internal/rules/rule"
)

// Rule finds a file that could not be scanned in full.
var Rule = rule.Described(rule.Rule{
	Code: "AH003",
})
