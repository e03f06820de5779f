// Package ah511 is the rule AH511, multiple-readers.
package ah511

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds two readers of one descriptor are allowed.
var Rule = &rule.Rule{
	Code:     "AH511",
	Name:     "multiple-readers",
	Severity: finding.Error,
	Help:     "give the descriptor one reader that hands out what it reads",
	Names: []string{
		"eventlet.debug.hub_prevent_multiple_readers",
	},
	Doc: rule.Doc{
		Title:     "two readers of one descriptor are allowed",
		What:      "`debug.hub_prevent_multiple_readers(False)`.",
		Why:       "No asyncio loop takes two readers for one descriptor: the second replaces the first, and the first waits for ever.",
		Before:    "debug.hub_prevent_multiple_readers(False)",
		Fix:       finding.Manual,
		FixSafety: "the code that reads twice has to change.",
		Since:     "0.1.0",
	},
	Check: rule.Named("lets two green threads read one descriptor", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Call && r.Arg0 == "False"
	}),
}
