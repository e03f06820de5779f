// Package ah605 is the rule AH605, sync-with.
package ah605

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	sync  = "is asynchronous, and is entered without `async`"
	async = "is not asynchronous, and is entered with `async with`"
	used  = "is an async context manager, and is used as if it were what entering it gives"
)

// Rule finds context managers that are entered in the wrong world.
var Rule = rule.Described(rule.Rule{
	Code:       "AH605",
	Label:      "raises TypeError or AttributeError when it is reached",
	Sentences:  []string{sync, async, used},
	CheckGraph: rule.Uses(say),
})

func say(p *rule.Pass, u *callgraph.Use) string {
	what := ""
	switch {
	case u.Nature == callgraph.AsyncManager && u.Kind == callgraph.Entered, u.Nature == callgraph.AsyncIterator && u.Kind == callgraph.Entered:
		what = sync
	case u.Nature == callgraph.SyncManager && u.Kind == callgraph.AsyncEntered:
		what = async
	case u.Nature == callgraph.AsyncManager && u.Kind != callgraph.Awaited && u.Kind != callgraph.Dropped && u.Kind != callgraph.Unread:
		what = used
	}
	if what == "" {
		return ""
	}
	return p.Quote(u.Start, u.End) + " " + what
}
