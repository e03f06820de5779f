// Package ah603 is the rule AH603, await-of-value.
package ah603

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

// sentences say what is awaited.
var sentences = map[callgraph.Nature]string{
	callgraph.NotAwaitable:  "cannot be awaited: it is no coroutine, task or future",
	callgraph.AsyncIterator: "is an async generator: `async for` runs it, `await` cannot",
	callgraph.AsyncManager:  "is an async context manager: `async with` enters it, `await` cannot",
	callgraph.SyncIterator:  "is a generator, which cannot be awaited",
	callgraph.SyncManager:   "is a context manager, which cannot be awaited",
}

// Rule finds awaits of what is no awaitable.
var Rule = rule.Described(rule.Rule{
	Code:  "AH603",
	Label: "raises TypeError when it is reached",
	Sentences: []string{sentences[callgraph.NotAwaitable], sentences[callgraph.AsyncIterator],
		sentences[callgraph.AsyncManager], sentences[callgraph.SyncIterator], sentences[callgraph.SyncManager]},
	CheckGraph: rule.Uses(say),
})

func say(p *rule.Pass, u *callgraph.Use) string {
	if u.Kind == callgraph.Argument && u.Nature == callgraph.NotAwaitable {
		return p.Quote(u.Start, u.End) + " " + sentences[u.Nature] + ", and is given to `" + u.Name + "`"
	}
	if u.Kind != callgraph.Awaited || sentences[u.Nature] == "" {
		return ""
	}
	return p.Quote(u.Start, u.End) + " " + sentences[u.Nature]
}
