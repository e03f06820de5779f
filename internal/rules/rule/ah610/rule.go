// Package ah610 is the rule AH610, task-without-reference.
package ah610

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	dropped = "makes a task that nobody keeps"
	unread  = "makes a task that is kept only until the function returns"
)

// Rule finds tasks that nothing refers to.
var Rule = rule.Described(rule.Rule{
	Code:       "AH610",
	Label:      "it can be freed before it is done, and its errors are not seen",
	Sentences:  []string{dropped, unread},
	CheckGraph: rule.Uses(say),
})

func say(p *rule.Pass, u *callgraph.Use) string {
	switch {
	case u.Nature != callgraph.Task:
		return ""
	case u.Kind == callgraph.Unread:
		return p.Quote(u.Start, u.End) + " " + unread
	}
	return p.Quote(u.Start, u.End) + " " + dropped
}
