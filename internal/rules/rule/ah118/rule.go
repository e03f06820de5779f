// Package ah118 is the rule AH118, hub.
package ah118

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's hub.
var Rule = &rule.Rule{
	Code:     "AH118",
	Name:     "hub",
	Severity: finding.Warning,
	Help:     "let `aiohub.install()` choose the hub; wait for descriptors with `loop.add_reader`",
	Names: []string{
		"eventlet.hubs.*",
		"eventlet.greenlet",
		"eventlet.support.greenlets",
	},
	Doc: rule.Doc{
		Title:     "eventlet's hub",
		What:      "`hubs.use_hub`, `get_hub`, `trampoline` and attributes of hubs.",
		Why:       "Code that holds the hub depends on how eventlet works inside.",
		Before:    "hubs.use_hub(\"asyncio\")",
		After:     "aiohub.install()",
		Fix:       finding.Unsafe,
		FixSafety: "`use_hub` before anything has run. Timers on the hub, `trampoline` and switching to it are for a person.",
		Pitfalls:  "After `fork` a process needs a hub of its own; aiohub's takes care of itself. `use_hub` after the first switch is too late.",
		Since:     "0.1.0",
	},
	Check: rule.Named("reaches into eventlet's hub"),
}
