// Package ah803 is the rule AH803, aiohub-face.
package ah803

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a face between green threads and coroutines.
var Rule = &rule.Rule{
	Code:     "AH803",
	Name:     "aiohub-face",
	Severity: finding.Warning,
	Help:     "port the callers; when all of them are coroutines the face goes",
	Doc: rule.Doc{
		Title: "a face between green threads and coroutines",
		What:  "`aiohub.wait`, `async_to_sync`, `sync_to_async`, `greenlet_to_future`, `future_to_greenlet`, `timeout`, `get_loop`, and the locks, queues and errors that both worlds share.",
		Why:   "A port puts faces in where ported code meets code that is not, and takes them out as the border moves. Their number is how much border is left, and falls to 0 at the end.",
		Before: `
def price(shop):
    return aiohub.wait(best(shop))
`,
		After: `
async def price(shop):
    return await best(shop)
`,
		Fix:       finding.Manual,
		FixSafety: "whoever calls it has to be a coroutine first.",
		Pitfalls:  "`aiohub.wait` in a coroutine raises RuntimeError: what becomes one loses its faces in the same step.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Kind == scan.Import && knowledge.RoleOf(r.Name) == knowledge.Face:
			return "import of `" + r.Name + "`"
		case r.Kind == scan.Face && !p.Patched(r):
			return p.Shown(r) + " is a face between green threads and coroutines"
		}
		return ""
	}),
}
