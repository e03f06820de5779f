// Package ah619 is the rule AH619, thread-local-in-coroutine.
package ah619

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

// Rule finds thread-locals in coroutines.
var Rule = rule.OfUses(rule.Rule{Code: "AH619"},
	rule.Saying{Nature: callgraph.ThreadLocal, Text: "belongs to the thread, and is written by coroutines that share it",
		As: []callgraph.UseKind{callgraph.Written}},
	rule.Saying{Nature: callgraph.ThreadLocal, Text: "belongs to the thread, and is read by coroutines that share it"},
)
