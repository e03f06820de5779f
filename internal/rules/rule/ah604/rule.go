// Package ah604 is the rule AH604, sync-iteration.
package ah604

import (
	"aiohub/internal/output/finding"
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
var Rule = &rule.Rule{
	Code:      "AH604",
	Name:      "sync-iteration",
	Severity:  finding.Error,
	Label:     "raises TypeError when it is reached",
	Help:      "`async for` iterates over what is asynchronous, `[x async for x in ...]` makes a list of it; `for` over all else",
	Sentences: []string{sync, unpacked, argument, async, otherwise},
	Doc: rule.Doc{
		Title: "iteration over an async iterator without `async`, or the reverse",
		What: "`for`, `in`, `*x`, `yield from`, a comprehension, `list()`, `next()`, `sum()` and the like over an async generator or an object that has only `__aiter__`, a generator expression with an `await` in it " +
			"among them; and `async for` over a plain generator or container.",
		Why:       "When a generator becomes async all its consumers have to follow. One that is left raises TypeError.",
		Before:    "async def lines(reader):\n    while line := await reader.readline():\n        yield line\n\nasync def count(reader):\n    return len(list(lines(reader)))",
		After:     "async def lines(reader):\n    while line := await reader.readline():\n        yield line\n\nasync def count(reader):\n    return len([line async for line in lines(reader)])",
		Fix:       finding.Manual,
		FixSafety: "`next()` and `yield from` have no async form: `anext()` and a loop with `yield` take their place.",
		Pitfalls:  "`sum(await f(x) for x in xs)` is a consumer too: a generator expression that awaits is an async generator. With brackets it is a list.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

func say(p *rule.Pass, u *callgraph.Use) string {
	what := ""
	switch u.Nature {
	case callgraph.AsyncIterator:
		switch u.Kind {
		case callgraph.Awaited, callgraph.Dropped, callgraph.Unread:
		case callgraph.Iterated:
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
