// Package ah401 is the rule AH401, eventlet-environment.
package ah401

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an environment variable that eventlet reads.
var Rule = &rule.Rule{
	Code:     "AH401",
	Name:     "eventlet-environment",
	Severity: finding.Warning,
	Help:     "remove the variable together with eventlet; `EVENTLET_HUB=aiohub.hub` is fine until then",
	Doc: rule.Doc{
		Title:     "an environment variable that eventlet reads",
		What:      "`EVENTLET_HUB`, `EVENTLET_THREADPOOL_SIZE`, `EVENTLET_NO_GREENDNS` and the rest, in Python and in the files that set them.",
		Why:       "It changes how the process behaves from outside the code, and nobody finds it when eventlet goes.",
		Before:    "ENV EVENTLET_NO_GREENDNS=yes",
		Fix:       finding.Manual,
		FixSafety: "what reads the process's environment is not known.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Env {
			return ""
		}
		return "`" + r.Name + "` is read by eventlet"
	}),
}
