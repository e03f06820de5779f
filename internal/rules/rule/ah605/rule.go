// Package ah605 is the rule AH605, sync-with.
package ah605

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	sync  = "is asynchronous, and is entered without `async`"
	async = "is not asynchronous, and is entered with `async with`"
	used  = "is an async context manager, and is used as if it were what entering it gives"
)

// Rule finds context managers that are entered in the wrong world.
var Rule = &rule.Rule{
	Code:      "AH605",
	Name:      "sync-with",
	Severity:  finding.Error,
	Label:     "raises TypeError or AttributeError when it is reached",
	Help:      "`async with` enters what has `__aenter__`, `with` what has `__enter__`",
	Sentences: []string{sync, async, used},
	Doc: rule.Doc{
		Title:     "an async context manager that is entered without `async`, or the reverse",
		What:      "`with` on an async context manager, an `asyncio.Lock` or an object that has only `__aenter__`; `async with` on one that has only `__enter__`; and an async context manager that is used without being entered.",
		Why:       "The block does not run: Python raises at the `with`.",
		Before:    "import asyncio\n\nlock = asyncio.Lock()\n\nasync def work():\n    with lock:\n        ...",
		After:     "import asyncio\n\nlock = asyncio.Lock()\n\nasync def work():\n    async with lock:\n        ...",
		Fix:       finding.Manual,
		FixSafety: "`async with` can only stand in a coroutine function.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

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
