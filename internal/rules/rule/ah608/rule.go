// Package ah608 is the rule AH608, blocking-call-in-coroutine.
package ah608

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/hold"
)

const (
	direct  = "stops the event loop until it returns"
	through = "stops the event loop: it leads to"
)

// Rule finds blocking calls that run on the event loop.
var Rule = &rule.Rule{
	Code:      "AH608",
	Name:      "blocking-call-in-coroutine",
	Severity:  finding.Error,
	Help:      "use the awaitable form, or let a thread do it: `await asyncio.to_thread(...)`",
	Sentences: []string{direct, through},
	Doc: rule.Doc{
		Title: "a blocking call on the event loop",
		What: "A call that waits (`aiohub plan --table` lists them) in a coroutine function, or in a plain function that it calls, over any number of steps. What is handed to `asyncio.to_thread`, to an executor or to " +
			"a thread is no call. Locks of threads, sockets that may be in non-blocking mode and results of futures that may be there already are only possible findings.",
		Why:       "While it waits no other task runs: no request is answered and no timeout fires. Under eventlet the same call let others run.",
		Before:    "import time\n\nasync def poll(job):\n    while not job.done:\n        time.sleep(1)",
		After:     "import asyncio\n\nasync def poll(job):\n    while not job.done:\n        await asyncio.sleep(1)",
		Fix:       finding.Manual,
		FixSafety: "an await lets other tasks run in between; in a thread the code runs beside them.",
		Pitfalls:  "On aiohub's own hub a blocking call in a coroutine lets others run, as long as it is green.",
		Since:     "0.4.0",
	},
	CheckGraph: func(p *rule.Pass) {
		hold.Check(p, hold.Sentences{Direct: direct, Through: through}, []knowledge.Hold{knowledge.Waits}, false)
		hold.Check(p, hold.Sentences{Direct: direct, Through: through}, []knowledge.Hold{knowledge.WaitsMaybe}, true)
	},
}
