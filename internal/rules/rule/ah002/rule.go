// Package ah002 is the rule AH002, unused-ignore.
package ah002

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds an ignore comment with nothing to ignore.
var Rule = &rule.Rule{
	Code:     "AH002",
	Name:     "unused-ignore",
	Severity: finding.Warning,
	Help:     "delete the code from the comment",
	Doc: rule.Doc{
		Title:     "an ignore comment with nothing to ignore",
		What:      "A rule in an `ignore` comment that reports nothing on that line. A rule that is switched off counts as used.",
		Why:       "What it was for is gone; left in place it hides the next finding there.",
		Before:    "await asyncio.sleep(0)  # aiohub: ignore[AH101] the poller needs a turn",
		After:     "await asyncio.sleep(0)",
		Fix:       finding.Safe,
		FixSafety: "a comment changes nothing.",
		Since:     "0.1.0",
	},
}
