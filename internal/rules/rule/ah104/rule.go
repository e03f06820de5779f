// Package ah104 is the rule AH104, forgotten-green-thread.
package ah104

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds `spawn_n`, a green thread that nobody can wait for.
var Rule = &rule.Rule{
	Code:     "AH104",
	Name:     "forgotten-green-thread",
	Severity: finding.Warning,
	Help:     "use `aiohub.aio.spawn`: it keeps the task and logs its error",
	Names: []string{
		"eventlet.greenthread.spawn_n",
	},
	Phrases: rule.Phrases{
		Calls: "starts a green thread that nobody can wait for",
		Names: "is a function that starts green threads that nobody can wait for",
	},
	Doc: rule.Doc{
		Title:     "`spawn_n`, a green thread that nobody can wait for",
		What:      "`spawn_n`.",
		Why:       "It returns a bare greenlet: no result, no `wait`, errors only printed. `threading.current_thread()` is wrong inside it.",
		Before:    "eventlet.spawn_n(self.notify, event)",
		After:     "aio.spawn(self.notify(event))",
		Fix:       finding.Safe,
		FixSafety: "if the callee is a function that is being ported along and the result is not used.",
		Pitfalls:  "Executors swallow errors silently: print or log them as `spawn_n` did. `with ThreadPoolExecutor()` waits at its end, `spawn_n` never did.",
		Since:     "0.1.0",
	},
	Check: rule.Say(),
}
