// Package ah601 is the rule AH601, unawaited-coroutine.
package ah601

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

var nobodys = []callgraph.UseKind{callgraph.Dropped, callgraph.Unread}

// Rule finds calls of coroutine functions whose result is dropped.
var Rule = rule.OfUses(rule.Rule{Code: "AH601", Label: "nothing of it runs"},
	rule.Saying{Nature: callgraph.Coroutine, Text: "is a coroutine that nobody awaits", As: nobodys},
	rule.Saying{Nature: callgraph.AsyncIterator, Text: "is an async generator that nobody iterates over", As: nobodys},
	rule.Saying{Nature: callgraph.AsyncManager, Text: "is an async context manager that nobody enters", As: nobodys},
)
