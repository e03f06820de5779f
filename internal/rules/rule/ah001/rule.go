// Package ah001 is the rule AH001, malformed-ignore.
package ah001

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a comment for aiohub that takes nothing back.
var Rule = &rule.Rule{
	Code:     "AH001",
	Name:     "malformed-ignore",
	Severity: finding.Error,
	Help:     "write `# aiohub: ignore[CODE] reason`, or `ignore-file[CODE]` for all of the file",
	Doc: rule.Doc{
		Title:     "a comment for aiohub that takes nothing back",
		What:      "A comment that starts with `aiohub:` and is no complete `ignore`: without a rule, without a reason, with a rule that does not exist. And one that only looks like it: `# aiohub ignore`, `# noqa: AH101`.",
		Why:       "Whoever wrote it believes that it works. A reason is compulsory because the next person to read the line has to know whether it still holds.",
		Before:    "eventlet.sleep(0)  # aiohub: ignore[AH101]",
		After:     "eventlet.sleep(0)  # aiohub: ignore[AH101] the poller below needs a turn",
		Fix:       finding.Manual,
		FixSafety: "only a person knows the reason.",
		Since:     "0.1.0",
	},
}
