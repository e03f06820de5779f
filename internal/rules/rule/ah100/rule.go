// Package ah100 is the rule AH100, eventlet-import.
package ah100

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an import of eventlet.
var Rule = rule.Described(rule.Rule{
	Code:    "AH100",
	Fixable: rule.MovesName,
	Stage:   1,
	Check: rule.Advised(func(_ *rule.Pass, r *scan.Record) (message, help string) {
		if r.Kind != scan.Import || knowledge.RoleOf(r.Canon) != knowledge.Own || rule.UnderAiohub(r) {
			return "", ""
		}
		if r.Via != "" {
			help = "it stays as it is until `" + r.Via + "`, which hands the name on, takes it from elsewhere"
		}
		how := ""
		switch r.Ctx {
		case scan.Lazy:
			how = " in a function"
		case scan.Guarded:
			how = " that may fail"
		case scan.Conditional:
			how = " on a condition"
		case scan.TypeChecking:
			how = " for types only"
		case scan.TryImport, scan.Dynamic:
			how = " by name"
		}
		return "import of `" + r.Name + "`" + how, help
	}),
})
