// Package ah199 is the rule AH199, eventlet-name.
package ah199

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds another name of eventlet's.
var Rule = &rule.Rule{
	Code:      "AH199",
	Name:      "eventlet-name",
	Severity:  finding.Warning,
	Help:      "see what the name is used for, and replace it",
	Sentences: []string{"is a name of eventlet's", "is eventlet's `", "is about `"},
	Doc: rule.Doc{
		Title:     "another name of eventlet's",
		What:      "A use of eventlet that no other rule is about: a seldom used module, a name eventlet does not have, the module itself as a value.",
		Why:       "It keeps eventlet a requirement like every other use.",
		Before:    "plugins.register(eventlet)",
		Fix:       finding.Manual,
		FixSafety: "no rule knows what it is for.",
		Since:     "0.1.0",
	},
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
}
