// Package ah402 is the rule AH402, eventlet-requirement.
package ah402

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a requirement of eventlet.
var Rule = &rule.Rule{
	Code:      "AH402",
	Name:      "eventlet-requirement",
	Severity:  finding.Warning,
	Help:      "remove the requirement when nothing imports eventlet any more",
	Sentences: []string{"is required here", "as an extra"},
	Doc: rule.Doc{
		Title:     "a requirement of eventlet",
		What:      "What requires the eventlet distribution, itself or as an extra of another one (`gunicorn[eventlet]`): requirements files, setup.py, setup.cfg, pyproject.toml, tox.ini, Pipfile, environments of conda, and commands that install it.",
		Why:       "As long as it is there, eventlet can be imported, and somebody will.",
		Before:    "eventlet>=0.36.1",
		Fix:       finding.Manual,
		FixSafety: "the last use has to go first.",
		Pitfalls:  "Tests may need it longer than the program: move it to the test requirements.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind != scan.Requirement || r.Canon != knowledge.Root {
			return ""
		}
		if r.Ctx == "extra" {
			return "eventlet is required here, as an extra of another distribution"
		}
		return "eventlet is required here"
	}),
}
