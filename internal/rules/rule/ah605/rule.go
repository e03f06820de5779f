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

var (
	entered      = []callgraph.UseKind{callgraph.Entered}
	asyncEntered = []callgraph.UseKind{callgraph.AsyncEntered}
	others       = []callgraph.UseKind{callgraph.Awaited, callgraph.Dropped,
		callgraph.Unread} // AH603 and AH601 are about these
)

// Rule finds context managers that are entered in the wrong world.
var Rule = rule.OfUses(rule.Rule{Code: "AH605", Label: "raises TypeError or AttributeError when it is reached"},
	rule.Saying{Nature: callgraph.AsyncManager, Text: sync, As: entered},
	rule.Saying{Nature: callgraph.AsyncIterator, Text: sync, As: entered},
	rule.Saying{Nature: callgraph.SyncManager, Text: async, As: asyncEntered},
	rule.Saying{Nature: callgraph.AsyncManager, As: others},
	rule.Saying{Nature: callgraph.AsyncManager, Text: used},
)
