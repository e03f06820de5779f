// Package ah803 is the rule AH803, aiohub-face.
package ah803

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a face between green threads and coroutines.
var Rule = rule.Described(rule.Rule{
	Code: "AH803",
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Kind == scan.Import && knowledge.RoleOf(r.Name) == knowledge.Face:
			return "import of `" + r.Name + "`"
		case r.Kind == scan.Face && !p.Patched(r):
			return p.Shown(r) + " is a face between green threads and coroutines"
		}
		return ""
	}),
})
