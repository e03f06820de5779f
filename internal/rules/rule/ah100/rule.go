// Package ah100 is the rule AH100, eventlet-import.
package ah100

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an import of eventlet.
var Rule = &rule.Rule{
	Code:     "AH100",
	Name:     "eventlet-import",
	Severity: finding.Warning,
	Help:     "import the name from `aiohub.green` until what uses it is ported",
	Fixable:  rule.MovesName,
	Doc: rule.Doc{
		Title: "an import of eventlet",
		What:  "An import statement, `importutils.try_import`, `__import__` or `importlib.import_module` that gets eventlet or a name from it. The project's own modules that happen to be called eventlet are none.",
		Why:   "Each import keeps eventlet a requirement. Counting them by file is the simplest measure of how far the move is, and new ones are how it grows back.",
		Before: `
import eventlet

eventlet.sleep(1)
`,
		After: `
from aiohub import green as eventlet

eventlet.sleep(1)
`,
		Fix:       finding.Safe,
		FixSafety: "`aiohub.green` has the same names with the same semantics.",
		Pitfalls:  "An import under `try` or `if` has a fallback: keep that branch when you remove the other. A name that other modules import from this one has to stay available.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Import || knowledge.RoleOf(r.Canon) != knowledge.Own || rule.UnderAiohub(r) {
			return ""
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
		return "import of `" + r.Name + "`" + how
	}),
}
