// Package ah302 is the rule AH302, eventlet-attribute-mock.
package ah302

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an attribute of eventlet named by a string.
var Rule = &rule.Rule{
	Code:     "AH302",
	Name:     "eventlet-attribute-mock",
	Severity: finding.Warning,
	Help:     "patch the attribute of the module under test, and move it with the code",
	Doc: rule.Doc{
		Title:     "an attribute of eventlet named by a string",
		What:      "`mock.patch.object(eventlet, \"sleep\")`, `setattr`, `monkeypatch.setattr` and their kin on an eventlet object.",
		Why:       "It replaces the name for the whole process, and patches nothing that ported code calls.",
		Before:    "mock.patch.object(eventlet, \"spawn\")",
		After:     "mock.patch.object(module.asyncio, \"create_task\")",
		Fix:       finding.Safe,
		FixSafety: "when the code under test is rewritten in the same step.",
		Pitfalls:  "Assertions on the mock change too: `sleep(0)` calls that are asserted have to stay.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Patch || rule.IsAsked(r) {
			return ""
		}
		return p.Shown(r) + " replaces `" + r.Canon + "`"
	}),
}
