// Package ah802 is the rule AH802, aiohub-start.
package ah802

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds what starts an eventlet program on aiohub.
var Rule = rule.Described(rule.Rule{
	Code: "AH802",
	Names: []string{
		"aiohub.install.*",
		"aiohub.run.*",
		"aiohub.__main__",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Kind == scan.Import && knowledge.RoleOf(r.Name) == knowledge.Start:
			return "import of `" + r.Name + "`"
		case r.Kind != scan.Use && r.Kind != scan.Method || !p.Rule().Claims(r.Canon) || p.Patched(r):
			return ""
		case r.Patches:
			return p.Shown(r) + " makes the standard library green for the whole process"
		}
		return p.Shown(r) + " runs the program on aiohub's hub"
	}),
})
