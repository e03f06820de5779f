// Package ah105 is the rule AH105, green-thread-method.
package ah105

import (
	"aiohub/internal/finding"
	"aiohub/internal/rule"
	"aiohub/internal/scan"
)

// Rule finds a method of a green thread.
var Rule = &rule.Rule{
	Code:     "AH105",
	Name:     "green-thread-method",
	Severity: finding.Warning,
	Help:     "await the task; `cancel()` it and await it again instead of `kill`",
	Names: []string{
		"eventlet.greenthread.GreenThread.*",
		"eventlet.greenthread.kill",
		"eventlet.greenthread.cancel",
	},
	Phrases: rule.Phrases{
		Waits: "waits for what a green thread does",
		Names: "depends on what a green thread does",
	},
	Doc: rule.Doc{
		Title: "a method of a green thread",
		What:  "`wait`, `kill`, `cancel`, `link`, `unlink` of an object known to be a green thread, and `greenthread.kill`.",
		Why:   "Each has a counterpart on a task, none with the same meaning.",
		Before: `
gt.link(done, name)
gt.kill()
`,
		After: `
task.add_done_callback(functools.partial(done, name))
task.cancel()
`,
		Fix:       finding.Unsafe,
		FixSafety: "`wait` becomes `await` safely. `kill` raises in the thread at once, `task.cancel()` asks for it at the next await. `link(f, *args)` calls `f(gt, *args)`, a done callback gets the task only.",
		Pitfalls:  "`add_done_callback(f(x))` calls `f` now; pass `functools.partial(f, x)`. `kill` waits for nothing: who needs the end has to await the cancelled task.",
		Since:     "0.1.0",
	},
	Check: rule.Say(func(_ *rule.Pass, r *scan.Record) bool {
		return r.Canon != "eventlet.greenthread.GreenThread"
	}),
}
