// Package ah619 is the rule AH619, thread-local-in-coroutine.
package ah619

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	read    = "belongs to the thread, and is read by coroutines that share it"
	written = "belongs to the thread, and is written by coroutines that share it"
)

// Rule finds thread-locals in coroutines.
var Rule = &rule.Rule{
	Code:      "AH619",
	Name:      "thread-local-in-coroutine",
	Severity:  finding.Error,
	Help:      "use a `contextvars.ContextVar`: each task has its own value",
	Sentences: []string{read, written},
	Doc: rule.Doc{
		Title:     "a thread-local that coroutines use",
		What:      "Reading or writing an attribute of a `threading.local`, or of a class below it, in a coroutine function.",
		Why:       "All coroutines run in one thread, so the value of one request is seen by all others. Under eventlet a patched `threading.local` had a value for each green thread.",
		Before:    "import threading\n\nlocal = threading.local()\n\nasync def handle(request):\n    local.user = request.user\n    await check()\n    return local.user",
		After:     "import contextvars\n\nuser = contextvars.ContextVar('user')\n\nasync def handle(request):\n    user.set(request.user)\n    await check()\n    return user.get()",
		Fix:       finding.Manual,
		FixSafety: "a task starts with a copy of the values of the one that made it.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Uses(say),
}

func say(p *rule.Pass, u *callgraph.Use) string {
	switch {
	case u.Nature != callgraph.ThreadLocal:
		return ""
	case u.Kind == callgraph.Written:
		return p.Quote(u.Start, u.End) + " " + written
	}
	return p.Quote(u.Start, u.End) + " " + read
}
