// Package ah103 is the rule AH103, green-thread.
package ah103

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a green thread.
var Rule = &rule.Rule{
	Code:     "AH103",
	Name:     "green-thread",
	Severity: finding.Warning,
	Help:     "use `aiohub.aio.spawn`, or `asyncio.create_task`, keep the task and log its errors",
	Names: []string{
		"eventlet.greenthread.spawn",
		"eventlet.greenthread.spawn_after",
		"eventlet.greenthread.spawn_after_local",
		"eventlet.greenthread.GreenThread",
		"eventlet.greenthread.exc_after",
		"eventlet.greenthread.call_after_global",
		"eventlet.greenthread.call_after_local",
		"eventlet.greenthread",
	},
	Phrases: rule.Phrases{
		Calls: "starts a green thread",
		Names: "names what green threads are, or what starts one",
	},
	Doc: rule.Doc{
		Title: "a green thread",
		What:  "`spawn`, `spawn_after`, `spawn_after_local` and `GreenThread` itself.",
		Why:   "A green thread runs in eventlet's hub. A task is the same thing in asyncio, with three differences: it needs a coroutine, somebody has to keep it, and its error is silent until it is asked for.",
		Before: `
gt = eventlet.spawn(self.poll, host)
...
gt.wait()
`,
		After: `
task = aio.spawn(self.poll(host))
...
await task
`,
		Fix:       finding.Safe,
		FixSafety: "if the callee is a function that is being ported along, named directly. Unsafe for another object's method; manual for a parameter, a lambda or `*args`.",
		Pitfalls:  "A task without a reference may be collected in the middle of its work. `spawn_after` can be cancelled before it starts, `loop.call_later` takes no coroutine. A new task copies contextvars, a green thread did not inherit them. Functions handed to a thread pool instead cannot be interrupted.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
