// Package ah603 is the rule AH603, await-of-value.
package ah603

import (
	"aiohub/internal/output/finding"
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
var Rule = &rule.Rule{
	Code:      "AH603",
	Name:      "await-of-value",
	Severity:  finding.Error,
	Label:     "raises TypeError when it is reached",
	Help:      "leave out the `await`, or await the call that gives a coroutine",
	Sentences: []string{sentences[callgraph.NotAwaitable], sentences[callgraph.AsyncIterator], sentences[callgraph.AsyncManager], sentences[callgraph.SyncIterator], sentences[callgraph.SyncManager]},
	Doc: rule.Doc{
		Title: "an `await` of what cannot be awaited",
		What: "`await` before a call of a function of the tree that returns no awaitable on any way, before a function or method that is not called, a literal or container, a generator, or a call of the " +
			"standard library that gives a plain value, as `queue.get_nowait()` does.",
		Why:       "It raises TypeError, after the call has done its work. Awaits that were added by search and replace end up here, often in the branch that no test takes.",
		Before:    "import asyncio\n\nasync def drain(queue: asyncio.Queue):\n    return await queue.get_nowait()",
		After:     "import asyncio\n\nasync def drain(queue: asyncio.Queue):\n    return queue.get_nowait()",
		Fix:       finding.Manual,
		FixSafety: "whether the await is wrong or the function should be async, the code does not say.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

func say(p *rule.Pass, u *callgraph.Use) string {
	if u.Kind != callgraph.Awaited || sentences[u.Nature] == "" {
		return ""
	}
	return p.Quote(u.Start, u.End) + " " + sentences[u.Nature]
}
