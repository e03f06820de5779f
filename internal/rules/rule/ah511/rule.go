// Package ah511 is the rule AH511, multiple-readers.
package ah511

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds two readers of one descriptor are allowed.
var Rule = rule.Described(rule.Rule{
	Code:  "AH511",
	Names: []string{"eventlet.debug.hub_prevent_multiple_readers"},
	Check: rule.Named("lets two green threads read one descriptor", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Call && r.Arg0 == "False"
	}),
})
