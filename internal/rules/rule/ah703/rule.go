// Package ah703 is the rule AH703, clear-then-fill.
package ah703

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds a container that is emptied and filled again while others look.
var Rule = &rule.Rule{
	Code:     "AH703",
	Name:     "clear-then-fill",
	Severity: finding.Error,
	Help:     "fill a new one, and put it in place with one assignment",
	Targets:  []string{"threads", "asyncio"},
	Doc: rule.Doc{
		Title: "a container that is emptied and filled again while others look",
		What:  "`d.clear()` or `d = {}` and then `d[k] = v`, `update`, `append` on it, where another task looks what is in it and no lock keeps them apart. For asyncio, where an await is in between.",
		Why:   "Who looks in between finds it empty, or half full. With green threads nobody looked before it was full.",
		Before: `
self.routes.clear()
for route in found:
    self.routes[route.name] = route
`,
		After: `
self.routes = {route.name: route for route in found}
`,
		Fix:       finding.Manual,
		FixSafety: "who keeps the old container somewhere else sees no change any more.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
