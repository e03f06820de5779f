// Package ah711 is the rule AH711, process-wide-call.
package ah711

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a call that acts on the whole process, made by a task.
var Rule = &rule.Rule{
	Code:     "AH711",
	Name:     "process-wide-call",
	Severity: finding.Error,
	Help:     "call it once, before the tasks are started",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "a call that acts on the whole process, made by a task",
		What:  "Calls like `signal.signal`, `os.chdir`, `os.umask`, `locale.setlocale`, `socket.setdefaulttimeout`, `random.seed`, `logging.config.dictConfig`, or of an oslo.config `CONF(...)`, in what a task reaches by calls that are certain.",
		Why:   "`signal.signal` raises ValueError anywhere but in the main thread; green threads all were the main thread. The others change under the hands of all other threads, and some empty first what they then fill: who reads an option meanwhile finds none.",
		Before: `
def work(path):
    os.chdir(path)
    run("make")
`,
		After: `
def work(path):
    run("make", cwd=path)
`,
		Fix:       finding.Manual,
		FixSafety: "what to use instead depends on the call.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
