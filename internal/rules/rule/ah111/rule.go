// Package ah111 is the rule AH111, native-thread-call.
package ah111

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a call in one of eventlet's native threads.
var Rule = &rule.Rule{
	Code:     "AH111",
	Name:     "native-thread-call",
	Severity: finding.Warning,
	Help:     "use `await asyncio.to_thread(function, ...)`",
	Names: []string{
		"eventlet.tpool.*",
	},
	Phrases: rule.Phrases{
		Waits: "runs something in eventlet's native threads",
		Names: "is about eventlet's native threads",
	},
	Doc: rule.Doc{
		Title:     "a call in one of eventlet's native threads",
		What:      "`tpool.execute` and the rest of `tpool`, but not `tpool.Proxy`.",
		Why:       "The call blocks its green thread in eventlet's hub until the native thread is done.",
		Before:    "result = tpool.execute(parse, data)",
		After:     "result = await asyncio.to_thread(parse, data)",
		Fix:       finding.Safe,
		FixSafety: "in a function that is itself a coroutine.",
		Pitfalls:  "eventlet has 20 threads (EVENTLET_THREADPOOL_SIZE), asyncio's default executor min(32, cores + 4). `to_thread` hands contextvars on.",
		Since:     "0.1.0",
	},
	Check: rule.Say(func(_ *rule.Pass, r *scan.Record) bool {
		return r.Canon != "eventlet.tpool.Proxy" && !strings.HasPrefix(r.Canon, "eventlet.tpool.Proxy.")
	}),
}
