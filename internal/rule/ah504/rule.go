// Package ah504 is the rule AH504, inner-timeout-handler.
package ah504

import (
	"aiohub/internal/finding"
	"aiohub/internal/pysyntax"
	"aiohub/internal/rule"
	"aiohub/internal/scan"
)

// Rule finds a handler for Timeout inside the block it limits.
var Rule = &rule.Rule{
	Code:     "AH504",
	Name:     "inner-timeout-handler",
	Severity: finding.Warning,
	Help:     "move the handler out of the block",
	Names: []string{
		"eventlet.timeout.Timeout",
	},
	Doc: rule.Doc{
		Title: "a handler for Timeout inside the block it limits",
		What:  "`except Timeout` in a `try` that lies within the `with Timeout` block.",
		Why:   "eventlet raises Timeout wherever the green thread waits, so the inner handler sees it and the block goes on. asyncio cancels the task and raises TimeoutError only at the end of the block: the handler never runs.",
		Before: `
with eventlet.Timeout(60):
    for cell in cells:
        try:
            ask(cell)
        except eventlet.Timeout:
            break
`,
		After: `
try:
    async with asyncio.timeout(60):
        for cell in cells:
            await ask(cell)
except TimeoutError:
    pass
`,
		Fix:       finding.Manual,
		FixSafety: "what comes after the handler inside the block has to move as well.",
		Since:     "0.1.0",
	},
	Check: check,
}

func check(p *rule.Pass) {
	limited := map[pysyntax.Node]bool{} // with statements that are limited by a Timeout
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind == scan.Use && r.Canon == "eventlet.timeout.Timeout" && r.Ctx == "with" {
			if with := rule.Enclosing(p, p.NodeOf(r), pysyntax.With); with != 0 {
				limited[with] = true
			}
		}
	}
	for i := range p.Records {
		r := &p.Records[i]
		if len(limited) == 0 || r.Kind != scan.Use || r.Canon != "eventlet.timeout.Timeout" || r.Ctx != "except" {
			continue
		}
		for n := p.NodeOf(r); n != 0; n = p.Tree.Parents()[n] {
			if kind := p.Tree.Kind(n); kind == pysyntax.FunctionDef || kind == pysyntax.Lambda {
				break
			}
			if limited[n] {
				p.Record(r, p.Shown(r)+" is handled inside the block that a Timeout limits")
				break
			}
		}
	}
}
