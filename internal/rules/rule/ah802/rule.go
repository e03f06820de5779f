// Package ah802 is the rule AH802, aiohub-start.
package ah802

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds what starts an eventlet program on aiohub.
var Rule = &rule.Rule{
	Code:     "AH802",
	Name:     "aiohub-start",
	Severity: finding.Warning,
	Help:     "when nothing green is left behind this entry point, start with `asyncio.run`",
	Names: []string{
		"aiohub.install.*",
		"aiohub.run.*",
		"aiohub.__main__",
	},
	Doc: rule.Doc{
		Title: "what starts an eventlet program on aiohub",
		What:  "`aiohub.install`, `aiohub.run` and `python -m aiohub`, in Python and in the files that start programs.",
		Why:   "It is what keeps eventlet working, and the last thing in the code to go. With `patch=True`, and under `python -m aiohub`, the standard library is green for the whole process.",
		Before: `
aiohub.install(patch=True)
aiohub.run(main)
`,
		After:     "asyncio.run(main())",
		Fix:       finding.Manual,
		FixSafety: "everything that runs behind it has to be ready first.",
		Pitfalls:  "`asyncio.run(main(), loop_factory=aiohub.new_event_loop)` keeps aiohub's loop without eventlet.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Kind == scan.Import && knowledge.RoleOf(r.Name) == knowledge.Start:
			return "import of `" + r.Name + "`"
		case r.Kind != scan.Use && r.Kind != scan.Method || !p.Rule().Claims(r.Canon) || p.Patched(r):
			return ""
		case r.Patches:
			return p.Shown(r) + " makes the standard library green for the whole process"
		}
		return p.Shown(r) + " runs the program on aiohub's hub"
	}),
}
