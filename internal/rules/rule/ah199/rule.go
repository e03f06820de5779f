// Package ah199 is the rule AH199, eventlet-name.
package ah199

import (
	"strings"

	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds another name of eventlet's.
var Rule = rule.Described(rule.Rule{
	Code:      "AH199",
	Sentences: []string{"is a name of eventlet's", "is eventlet's `", "is about `"},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Use && r.Kind != scan.Method || p.Claimed(r.Canon) || p.Patched(r) {
			return ""
		}
		if i := strings.LastIndexByte(r.Canon, '.'); knowledge.KindOf(r.Canon[:max(i, 0)]) == knowledge.Function {
			return p.Shown(r) + " is about `" + r.Canon[:i] + "`" // what a mock in its place knows
		}
		if p.Shown(r) == "`"+r.Canon+"`" {
			return p.Shown(r) + " is a name of eventlet's"
		}
		return p.Shown(r) + " is eventlet's `" + r.Canon + "`"
	}),
})
