// Package ah105 is the rule AH105, green-thread-method.
package ah105

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
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
	Sentences: []string{"ends a green thread", "cancels a green thread"},
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
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Canon == "eventlet.greenthread.GreenThread":
			return ""
		case r.Call && strings.HasSuffix(r.Canon, ".kill"), r.Call && strings.HasSuffix(r.Canon, ".throw"):
			return p.Say(r, "ends a green thread")
		case r.Call && strings.HasSuffix(r.Canon, ".cancel"):
			return p.Say(r, "cancels a green thread")
		}
		return p.Say(r, "")
	}),
}
