// Package ah515 is the rule AH515, green-wait-in-coroutine.
package ah515

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a coroutine that waits as a green thread does.
var Rule = &rule.Rule{
	Code:     "AH515",
	Name:     "green-wait-in-coroutine",
	Severity: finding.Error,
	Help:     "await asyncio's counterpart",
	Doc: rule.Doc{
		Title: "a coroutine that waits as a green thread does",
		What:  "A call that switches green threads, straight in the body of an `async def`.",
		Why:   "On a plain asyncio loop it stops every task until it is done, and on eventlet's asyncio hub it raises RuntimeError. Only aiohub's hub lets the others go on.",
		Before: `
async def poll(self):
    eventlet.sleep(1)
`,
		After: `
async def poll(self):
    await asyncio.sleep(1)
`,
		Fix:       finding.Safe,
		FixSafety: "where the counterpart is exact; see the rule for the function.",
		Since:     "0.1.0",
	},
	Check: check,
}

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use && r.Kind != scan.Method || !r.Switches || !r.Call {
			continue
		}
		if function := rule.Enclosing(p, p.NodeOf(r), pysyntax.FunctionDef, pysyntax.Lambda); function != 0 &&
			p.Tree.Kind(function) == pysyntax.FunctionDef && p.Tree.Has(function, pysyntax.FlagAsync) {
			p.Record(r, p.Shown(r)+" blocks the loop when called from a coroutine")
		}
	}
}
