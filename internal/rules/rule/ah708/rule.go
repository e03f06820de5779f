// Package ah708 is the rule AH708, made-before-fork.
package ah708

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a thread, executor or sign of something started, made before worker processes are.
var Rule = &rule.Rule{
	Code:     "AH708",
	Name:     "made-before-fork",
	Severity: finding.Error,
	Help:     "do it in each process, after the fork: where the service starts",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "a thread, executor or sign of something started, made before worker processes are",
		What:  "A call that starts a thread, submits to an executor, or sets a flag under which the start is not done again, followed in the same function by one that makes worker processes: `os.fork`, `oslo_service.service.launch` with workers, cotyledon, daemons.",
		Why:   "A process has of the threads of its parent none, and of its objects a copy of all. So the flag says that the listener runs, and in no worker does it. Green threads went along.",
		Before: `
server.init_host()  # starts a listener, and notes that it did
service.serve(server, workers=4)
`,
		After: `
service.serve(server, workers=4)  # and server.start() calls init_host()
`,
		Fix:       finding.Manual,
		FixSafety: "the processes start what the parent has started.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
