// Package ah403 is the rule AH403, eventlet-option.
package ah403

import (
	"fmt"
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an option or a setting that chooses eventlet.
var Rule = &rule.Rule{
	Code:      "AH403",
	Name:      "eventlet-option",
	Severity:  finding.Warning,
	Help:      "choose a worker that runs asyncio when the program does, and leave it until then",
	Sentences: []string{"chooses eventlet", "tells coverage"},
	Doc: rule.Doc{
		Title: "an option or a setting that chooses eventlet",
		What: "`gunicorn -k eventlet`, `celery -P eventlet`, `--worker-class=eventlet`, `worker_class = eventlet`, `CELERYD_POOL=eventlet` and the like, in Procfiles, Dockerfiles, compose files, units, " +
			"supervisor's files, shell scripts, makefiles, tox.ini and other files that start programs or configure them. So is coverage's `concurrency`, which has to know.",
		Why:       "The launcher patches the standard library before the program's first line: everything in it is green, and nothing in the code says so.",
		Before:    "web: gunicorn -k eventlet app:app",
		After:     "web: gunicorn -k uvicorn.workers.UvicornWorker app:app",
		Fix:       finding.Manual,
		FixSafety: "what the program is by then is not known.",
		Pitfalls:  "A WSGI program under such a worker has as many requests at once as the worker has green threads; under a worker of threads it has as many as there are threads.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Option {
			return ""
		}
		if strings.HasSuffix(string(r.Ctx), "concurrency") {
			return "`" + string(r.Ctx) + "` tells coverage that eventlet switches"
		}
		return fmt.Sprintf("`%s` chooses eventlet", r.Ctx)
	}),
}
