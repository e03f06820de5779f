// Package ah101 is the rule AH101, green-yield.
package ah101

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `eventlet.sleep(0)`, which only lets others run.
var Rule = &rule.Rule{
	Code:     "AH101",
	Name:     "green-yield",
	Severity: finding.Warning,
	Help:     "use `await asyncio.sleep(0)`",
	Label:    "blocks the loop when called from a coroutine",
	Names: []string{
		"eventlet.greenthread.sleep",
	},
	Fixable: rule.CanBeAwaited,
	Doc: rule.Doc{
		Title: "`eventlet.sleep(0)`, which only lets others run",
		What:  "A call of `sleep` without an argument or with 0.",
		Why:   "It is no pause: it gives every other green thread a turn, and code may rely on that order. Without a replacement a long computation starves everything else.",
		Before: `
for row in rows:
    handle(row)
    eventlet.sleep(0)
`,
		After: `
for row in rows:
    handle(row)
    await asyncio.sleep(0)
`,
		Fix:       finding.Safe,
		FixSafety: "in a function that is itself a coroutine; `asyncio.sleep(0)` gives one turn to what is ready, as the hub does.",
		Pitfalls:  "`eventlet.sleep()` has a default, `asyncio.sleep()` and `time.sleep()` have none and raise TypeError. A removed yield changes the order in which things happen.",
		Since:     "0.1.0",
	},
	Check: check,
}

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if (r.Kind == scan.Use || r.Kind == scan.Method) && p.Rule().Claims(r.Canon) && rule.IsYield(p, r) {
			call := p.CallOf(r)
			p.Node(call, "`"+p.Text(call)+"` yields to the hub", "")
			p.Fix(r)
		}
	}
}
