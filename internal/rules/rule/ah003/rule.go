// Package ah003 is the rule AH003, unparsable-file.
package ah003

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a file that could not be scanned in full.
var Rule = &rule.Rule{
	Code:     "AH003",
	Name:     "unparsable-file",
	Severity: finding.Error,
	Help:     "correct the file, or exclude it: `exclude = [\"path\"]` in `[tool.aiohub]`",
	Doc: rule.Doc{
		Title:     "a file that could not be scanned in full",
		What:      "Source that no Python this tool knows (3.8 to 3.14) takes, or that is not in the encoding it declares: what can be read of it is scanned. And files that cannot be read, or are larger than 16 MiB: what was counted in them before stands.",
		Why:       "Uses of eventlet in such a file may be missing from the inventory, so the ratchet counts the file itself.",
		Before:    "print \"Python 2\"",
		After:     "print(\"Python 3\")",
		Fix:       finding.Manual,
		FixSafety: "what the file was meant to say cannot be known.",
		Pitfalls:  "Templates and tools for Python 2 are often not meant to be parsed: exclude them.",
		Since:     "0.1.0",
	},
}
