// Package ah512 is the rule AH512, yield-in-timeout.
package ah512

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a generator that yields inside a Timeout.
var Rule = &rule.Rule{
	Code:     "AH512",
	Name:     "yield-in-timeout",
	Severity: finding.Error,
	Help:     "limit what the consumer does, or the wait for each item",
	Names: []string{
		"eventlet.timeout.Timeout",
	},
	Doc: rule.Doc{
		Title: "a generator that yields inside a Timeout",
		What:  "`yield` in the block of a `with Timeout`.",
		Why:   "While the generator is suspended the timer goes on and raises in whatever the green thread does by then. `asyncio.timeout` cancels the task that entered the block, in the same way and harder to find.",
		Before: `
with eventlet.Timeout(5):
    for line in stream:
        yield line
`,
		After: `
async for line in stream:
    yield line  # and the consumer limits the time
`,
		Fix:       finding.Manual,
		FixSafety: "whose time is limited has to be decided.",
		Since:     "0.1.0",
	},
	Check: check,
}

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use || r.Canon != "eventlet.timeout.Timeout" || r.Ctx != scan.With {
			continue
		}
		with := rule.Enclosing(p, p.NodeOf(r), pysyntax.With)
		if with == 0 || rule.DecoratedWith(p, with, "contextmanager") {
			continue
		}
		p.Tree.Walk(p.Tree.ChildOf(with, pysyntax.Block), func(n pysyntax.Node) bool {
			switch p.Tree.Kind(n) {
			case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda, pysyntax.GeneratorExp:
				return false
			case pysyntax.Yield, pysyntax.YieldFrom:
				p.Node(n, "a Timeout goes on while the generator is suspended here", "")
			}
			return true
		}, nil)
	}
}
