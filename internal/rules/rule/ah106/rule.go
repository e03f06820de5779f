// Package ah106 is the rule AH106, current-green-thread.
package ah106

import (
	"aiohub/internal/rules/rule"
)

// Rule finds the current green thread.
var Rule = rule.Described(rule.Rule{
	Code: "AH106",
	Names: []string{
		"eventlet.greenthread.getcurrent",
		"eventlet.corolocal.*",
		"greenlet.getcurrent",
		"greenlet.greenlet.*",
	},
	Phrases: rule.Phrases{
		Calls:  "asks for the current green thread",
		Makes:  "keeps data for each green thread",
		Method: "belongs to the current green thread",
		Names:  "is about the current green thread",
	},
	Check: rule.Say(),
})
