// Package ah610 is the rule AH610, task-without-reference.
package ah610

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

// Rule finds tasks that nothing refers to.
var Rule = rule.OfUses(
	rule.Rule{Code: "AH610", Label: "it can be freed before it is done, and its errors are not seen"},
	rule.Saying{Nature: callgraph.Task, Text: "makes a task that is kept only until the function returns",
		As: []callgraph.UseKind{callgraph.Unread}},
	rule.Saying{Nature: callgraph.Task, Text: "makes a task that nobody keeps"},
)
