// Package ah004 is the rule AH004, own-eventlet.
package ah004

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a module of the tree that is called eventlet.
var Rule = &rule.Rule{
	Code:     "AH004",
	Name:     "own-eventlet",
	Severity: finding.Error,
	Help:     "rename it, or exclude it if it is a copy of eventlet: `exclude = [\"path\"]` in `[tool.aiohub]`",
	Doc: rule.Doc{
		Title:     "a module of the tree that is called eventlet",
		What:      "`eventlet.py`, or a package `eventlet`, in a directory that modules are imported from.",
		Why:       "Imports of eventlet that lead there, as Python resolves them, are no uses of eventlet: they are not counted, whatever the module does.",
		Before:    "import eventlet  # finds ./eventlet/__init__.py",
		Fix:       finding.Manual,
		FixSafety: "what the module is for cannot be known.",
		Pitfalls:  "A copy of eventlet that is kept in the tree has to be excluded, or what uses it looks as if it used nothing.",
		Since:     "0.1.0",
	},
}
