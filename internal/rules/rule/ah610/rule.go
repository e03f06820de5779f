// Package ah610 is the rule AH610, task-without-reference.
package ah610

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	dropped = "makes a task that nobody keeps"
	unread  = "makes a task that is kept only until the function returns"
)

// Rule finds tasks that nothing refers to.
var Rule = &rule.Rule{
	Code:      "AH610",
	Name:      "task-without-reference",
	Severity:  finding.Error,
	Label:     "it can be freed before it is done, and its errors are not seen",
	Help:      "keep it: in a set with `task.add_done_callback(tasks.discard)`, in an `asyncio.TaskGroup`, or await it",
	Sentences: []string{dropped, unread},
	Doc: rule.Doc{
		Title: "a task that nobody keeps",
		What: "`asyncio.create_task`, `asyncio.ensure_future` or `loop.create_task` whose result is dropped, also through a function of the tree that returns it at once. A task in a variable that nobody reads " +
			"is a possible finding. `create_task` of an `asyncio.TaskGroup` is none: the group keeps it.",
		Why: "The loop refers to its tasks weakly: one that nobody else refers to can be collected in the middle of its work, and whoever waits for its answer waits for ever. An exception is only reported when the task " +
			"is freed. Under eventlet the hub kept each green thread.",
		Before:    "import asyncio\n\nasync def serve(request):\n    asyncio.create_task(answer(request))",
		After:     "import asyncio\n\ntasks = set()\n\nasync def serve(request):\n    task = asyncio.create_task(answer(request))\n    tasks.add(task)\n    task.add_done_callback(tasks.discard)",
		Fix:       finding.Manual,
		FixSafety: "who owns the task, and who sees its errors, is to be decided.",
		Pitfalls:  "`aiohub.aio.spawn` keeps the reference.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

func say(p *rule.Pass, u *callgraph.Use) string {
	switch {
	case u.Nature != callgraph.Task:
		return ""
	case u.Kind == callgraph.Unread:
		return p.Quote(u.Start, u.End) + " " + unread
	}
	return p.Quote(u.Start, u.End) + " " + dropped
}
