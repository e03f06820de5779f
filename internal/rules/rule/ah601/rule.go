// Package ah601 is the rule AH601, unawaited-coroutine.
package ah601

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	coroutine = "is a coroutine that nobody awaits"
	generator = "is an async generator that nobody iterates over"
	manager   = "is an async context manager that nobody enters"
)

// Rule finds calls of coroutine functions whose result is dropped.
var Rule = rule.Described(rule.Rule{
	Code:       "AH601",
	Label:      "nothing of it runs",
	Sentences:  []string{coroutine, generator, manager},
	CheckGraph: rule.Uses(say),
})

func say(p *rule.Pass, u *callgraph.Use) string {
	if u.Kind != callgraph.Dropped && u.Kind != callgraph.Unread {
		return ""
	}
	what := map[callgraph.Nature]string{callgraph.Coroutine: coroutine, callgraph.AsyncIterator: generator, callgraph.AsyncManager: manager}[u.Nature]
	if what == "" {
		return ""
	}
	return p.Quote(u.Start, u.End) + " " + what
}
