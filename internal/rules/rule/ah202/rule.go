// Package ah202 is the rule AH202, patch-state.
package ah202

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds code that depends on what is patched.
var Rule = &rule.Rule{
	Code:     "AH202",
	Name:     "patch-state",
	Severity: finding.Warning,
	Help:     "import the module plainly; without monkey patching the original is all there is",
	Names: []string{
		"eventlet.patcher.*",
	},
	Doc: rule.Doc{
		Title:     "code that depends on what is patched",
		What:      "`patcher.original`, `is_monkey_patched`, `already_patched`, `import_patched` and the rest of `patcher`.",
		Why:       "One of the two branches is dead code after the move, and `original` is the plain module.",
		Before:    "threading = patcher.original(\"threading\")",
		After:     "import threading",
		Fix:       finding.Unsafe,
		FixSafety: "safe once nothing patches the process. Until then `original` is what keeps a native thread native.",
		Pitfalls:  "`original` returns a second copy of the module: locks of one are not locks of the other.",
		Since:     "0.1.0",
	},
	Check: rule.Named("depends on what is patched", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Canon != "eventlet.patcher.monkey_patch"
	}),
}
