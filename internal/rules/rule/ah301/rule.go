// Package ah301 is the rule AH301, eventlet-in-mock-target.
package ah301

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a string that names eventlet for a mock.
var Rule = &rule.Rule{
	Code:     "AH301",
	Name:     "eventlet-in-mock-target",
	Severity: finding.Warning,
	Help:     "patch the name in the module under test, and move the string with the code",
	Doc: rule.Doc{
		Title:     "a string that names eventlet for a mock",
		What:      "A string that is the dotted path of an eventlet name, directly or through a module of the tree, as the target of `mock.patch` and its kin.",
		Why:       "The string has to change together with the code it patches: nothing else will tell, the test just patches what nobody calls.",
		Before:    "@mock.patch(\"eventlet.sleep\")",
		After:     "@mock.patch(\"package.module.asyncio.sleep\", new_callable=mock.AsyncMock)",
		Fix:       finding.Safe,
		FixSafety: "when the code under test is rewritten in the same step.",
		Pitfalls:  "Patching `eventlet.sleep` or `time.sleep` itself changes it for every green thread: the others spin until memory runs out. A function that became a coroutine needs AsyncMock.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.String || !rule.IsMockTarget(r) {
			return ""
		}
		return p.Shown(r) + " names `" + r.Canon + "`"
	}),
}
