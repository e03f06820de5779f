// Package ah106 is the rule AH106, current-green-thread.
package ah106

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds the current green thread.
var Rule = &rule.Rule{
	Code:     "AH106",
	Name:     "current-green-thread",
	Severity: finding.Warning,
	Help:     "use `asyncio.current_task()`",
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
	Doc: rule.Doc{
		Title:     "the current green thread",
		What:      "`getcurrent`, and attributes of what it returns.",
		Why:       "In a coroutine the current greenlet is the one that runs the loop, the same for all tasks: keys made of it collide.",
		Before:    "self.locks[eventlet.getcurrent()] = lock",
		After:     "self.locks[asyncio.current_task()] = lock",
		Fix:       finding.Unsafe,
		FixSafety: "as a key or for comparison. `.parent`, `.throw` and `.switch` have no counterpart; see AH513.",
		Pitfalls:  "Data kept on the greenlet (`getcurrent().request_id`) belongs into a `contextvars.ContextVar`.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
