// Package ah619 is the rule AH619, thread-local-in-coroutine.
package ah619

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	read    = "belongs to the thread, and is read by coroutines that share it"
	written = "belongs to the thread, and is written by coroutines that share it"
)

// Rule finds thread-locals in coroutines.
var Rule = rule.Described(rule.Rule{
	Code:       "AH619",
	Sentences:  []string{read, written},
	CheckGraph: rule.Uses(say),
})

func say(p *rule.Pass, u *callgraph.Use) string {
	switch {
	case u.Nature != callgraph.ThreadLocal:
		return ""
	case u.Kind == callgraph.Written:
		return p.Quote(u.Start, u.End) + " " + written
	}
	return p.Quote(u.Start, u.End) + " " + read
}
