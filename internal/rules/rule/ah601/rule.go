// Package ah601 is the rule AH601, unawaited-coroutine.
package ah601

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	coroutine = "is a coroutine that nobody awaits"
	generator = "is an async generator that nobody iterates over"
	manager   = "is an async context manager that nobody enters"
)

// Rule finds calls of coroutine functions whose result is dropped.
var Rule = &rule.Rule{
	Code:      "AH601",
	Name:      "unawaited-coroutine",
	Severity:  finding.Error,
	Label:     "nothing of it runs",
	Help:      "`await` it, or let a task run it and keep the task: `task = asyncio.create_task(...)`",
	Sentences: []string{coroutine, generator, manager},
	Doc: rule.Doc{
		Title: "a coroutine that nobody awaits",
		What: `A call of a coroutine function as a statement, or with a result that goes into a variable which nobody reads. It counts however the function is
reached: by name, as a method, through ` + "`super()`" + `, a base class, ` + "`functools.partial`" + `, a decorator of the tree, or a function that returns the coroutine of another.`,
		Why: `The function does not run, its errors are raised nowhere, and Python says so only in a warning when the object is freed. After a move to
asyncio it is the most frequent defect by far: in one port of 69 files people added 484 awaits in the 40 commits that followed.`,
		Before:    "async def save(self):\n    ...\n\nasync def close(self):\n    self.save()",
		After:     "async def save(self):\n    ...\n\nasync def close(self):\n    await self.save()",
		Fix:       finding.Manual,
		FixSafety: "an await lets other tasks run, and the function around it has to be async itself.",
		Pitfalls:  "`asyncio.create_task(self.save())` without keeping the task trades this for [AH610](ah610.md).",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

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
