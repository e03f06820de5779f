// Package ah404 is the rule AH404, eventlet-through-library.
package ah404

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a name of another library that chooses eventlet.
var Rule = &rule.Rule{
	Code:      "AH404",
	Name:      "eventlet-through-library",
	Severity:  finding.Warning,
	Help:      "take the library's threaded or asyncio counterpart when the program is ported",
	Sentences: []string{"asks about", "is made for", "chooses eventlet"},
	Doc: rule.Doc{
		Title: "a name of another library that chooses eventlet, or is made for it",
		What: "`futurist.GreenThreadPoolExecutor`, `oslo_service.backend.BackendType.EVENTLET`, all of `oslo_utils.eventletutils`, gunicorn's and celery's eventlet workers, " +
			"and the like, in code and in strings.",
		Why:       "The library imports eventlet when it is told to, and nothing else in the program says so.",
		Before:    "pool = futurist.GreenThreadPoolExecutor(10)",
		After:     "pool = futurist.ThreadPoolExecutor(10)",
		Fix:       finding.Manual,
		FixSafety: "which counterpart fits depends on what runs there.",
		Pitfalls:  "A pool of threads runs its work in parallel: what was safe because nothing switched in between needs a lock.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Library {
			return ""
		}
		if _, util, ok := strings.Cut(r.Name, ".eventletutils."); ok {
			if strings.HasPrefix(util, "is_") || strings.HasPrefix(util, "warn_") || strings.HasPrefix(util, "fetch_") {
				return "`" + r.Name + "` asks about eventlet"
			}
			return "`" + r.Name + "` is made for eventlet"
		}
		return "`" + r.Name + "` chooses eventlet"
	}),
}
