// Package ah604 is the rule AH604, sync-iteration.
package ah604

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	sync      = "is asynchronous, and is iterated over without `async`"
	unpacked  = "is asynchronous, and is unpacked"
	argument  = "is asynchronous, and is given to"
	async     = "is not asynchronous, and is iterated over with `async for`"
	otherwise = "is asynchronous, and is used as if it were a sequence"
)

// Rule finds iteration in the wrong world.
var Rule = rule.Described(rule.Rule{
	Code:       "AH604",
	Label:      "raises TypeError when it is reached",
	Sentences:  []string{sync, unpacked, argument, async, otherwise},
	CheckGraph: rule.Uses(say),
})

func say(p *rule.Pass, u *callgraph.Use) string {
	what := ""
	switch u.Nature {
	case callgraph.AsyncIterator:
		switch u.Kind {
		case callgraph.Awaited, callgraph.Dropped, callgraph.Unread:
		case callgraph.Iterated, callgraph.Delegated:
			what = sync
		case callgraph.Unpacked:
			what = unpacked
		case callgraph.Argument:
			what = argument + " `" + u.Name + "`"
		case callgraph.Entered:
		default:
			what = otherwise
		}
	case callgraph.SyncIterator:
		if u.Kind == callgraph.AsyncIterated {
			what = async
		}
	}
	if what == "" {
		return ""
	}
	return p.Quote(u.Start, u.End) + " " + what
}
