// Package ah202 is the rule AH202, patch-state.
package ah202

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds code that depends on what is patched.
var Rule = rule.Described(rule.Rule{
	Code:  "AH202",
	Names: []string{"eventlet.patcher.*"},
	Check: rule.Named("depends on what is patched", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Canon != "eventlet.patcher.monkey_patch"
	}),
})
