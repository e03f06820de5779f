// Package ah116 is the rule AH116, green-module.
package ah116

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a green copy of a standard library module.
var Rule = &rule.Rule{
	Code:     "AH116",
	Name:     "green-module",
	Severity: finding.Warning,
	Help:     "import the standard library's module; call what blocks in `asyncio.to_thread`",
	Names: []string{
		"eventlet.green.*",
		"eventlet.zipkin.*",
	},
	Sentences: []string{"is a green copy", "belongs to a green copy"},
	Doc: rule.Doc{
		Title:     "a green copy of a standard library module",
		What:      "Names from `eventlet.green`.",
		Why:       "A green socket waits in eventlet's hub. Under monkey patching the plain module is the same thing; without it, it blocks the thread.",
		Before:    "from eventlet.green import subprocess",
		After:     "import subprocess  # and asyncio.create_subprocess_exec where it waits",
		Fix:       finding.Unsafe,
		FixSafety: "safe for constants and exceptions, which are the same objects.",
		Pitfalls:  "Errors raised by a green `ssl` or `select` may be other classes than those of the plain module's. A guarded import has a fallback: keep it.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Kind != scan.Use && r.Kind != scan.Method || !p.Rule().Claims(r.Canon) || p.Patched(r) || r.Canon == "eventlet.green.time.sleep":
			return ""
		case knowledge.KindOf(r.Canon) == knowledge.Module:
			return p.Shown(r) + " is a green copy of the standard library"
		}
		return p.Shown(r) + " belongs to a green copy of the standard library"
	}),
}
