// Package ah609 is the rule AH609, slow-work-in-coroutine.
package ah609

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/hold"
)

const (
	files        = "works on files in the thread of the event loop"
	filesThrough = "works on files in the thread of the event loop: it leads to"
	cpu          = "calculates in the thread of the event loop"
	cpuThrough   = "calculates in the thread of the event loop: it leads to"
)

// Rule finds work on files and long calculations on the event loop.
var Rule = &rule.Rule{
	Code:      "AH609",
	Name:      "slow-work-in-coroutine",
	Severity:  finding.Note,
	OptIn:     true,
	Help:      "where it can take long, let a thread do it: `await asyncio.to_thread(...)`",
	Sentences: []string{files, filesThrough, cpu, cpuThrough},
	Doc: rule.Doc{
		Title: "work on files or a long calculation on the event loop",
		What: "`open`, `os.listdir`, `shutil.copy` and other calls that work on files, and hashes of passwords, compression and the like, in a coroutine function or in a plain function that it calls. " +
			"The table is `internal/program/knowledge/onloop.txt`.",
		Why: "No other task runs meanwhile. A local file is read in microseconds, so this is worth a look and mostly no defect; one on a network, an image or a password's hash takes seconds. eventlet did not " +
			"let others run here either.",
		Before:    "import shutil\n\nasync def export(path):\n    shutil.copytree(path, '/srv/images')",
		After:     "import asyncio\nimport shutil\n\nasync def export(path):\n    await asyncio.to_thread(shutil.copytree, path, '/srv/images')",
		Fix:       finding.Manual,
		FixSafety: "in a thread the code runs beside all else.",
		Since:     "0.4.0",
	},
	CheckGraph: func(p *rule.Pass) {
		hold.Check(p, hold.Sentences{Direct: files, Through: filesThrough}, []knowledge.Hold{knowledge.Files}, false)
		hold.Check(p, hold.Sentences{Direct: cpu, Through: cpuThrough}, []knowledge.Hold{knowledge.Calculates}, false)
	},
}
