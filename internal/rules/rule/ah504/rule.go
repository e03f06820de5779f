// Package ah504 is the rule AH504, inner-timeout-handler.
package ah504

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
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
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use || r.Canon != "eventlet.timeout.Timeout" || r.Ctx != scan.With {
			continue
		}
		with := rule.Enclosing(p, p.NodeOf(r), pysyntax.With)
		if with == 0 {
			continue
		}
		// The block is left with a Timeout, or with the exception that is given in its place.
		raised := ""
		if exception := rule.TimeoutException(p, r); exception != 0 {
			if p.Tree.Kind(exception) == pysyntax.Call {
				exception = p.Tree.Child(exception)
			}
			raised = string(p.Tree.Text(exception))
		}
		p.Tree.Walk(p.Tree.ChildOf(with, pysyntax.Block), func(n pysyntax.Node) bool {
			switch p.Tree.Kind(n) {
			case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
				return false
			case pysyntax.ExceptHandler:
				report(p, p.Tree.Child(n), raised)
			}
			return true
		}, nil)
	}
}

// report reports the classes of a handler that the Timeout around it may raise. Those of handlers that name Timeout itself
// are known as such from the records.
func report(p *rule.Pass, n pysyntax.Node, raised string) {
	switch p.Tree.Kind(n) {
	case pysyntax.Tuple:
		for element := range p.Tree.Children(n) {
			report(p, element, raised)
		}
	case pysyntax.Name, pysyntax.Attribute:
		caught := raised != "" && string(p.Tree.Text(n)) == raised || p.Denotes(n, "eventlet.timeout.Timeout")
		if caught {
			p.Node(n, "`"+p.Text(n)+"` is handled inside the block that a Timeout limits", "")
		}
	}
}
