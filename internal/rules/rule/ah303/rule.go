// Package ah303 is the rule AH303, eventlet-string.
package ah303

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a string that says eventlet.
var Rule = &rule.Rule{
	Code:      "AH303",
	Name:      "eventlet-string",
	Severity:  finding.Note,
	Help:      "decide what the setting should say once eventlet is gone",
	Sentences: []string{"asks for", "is a key that", "is the name of a logger", "names", "asks another library", "says eventlet"},
	Doc: rule.Doc{
		Title:     "a string that says eventlet",
		What:      "The string `\"eventlet\"` itself, as in `executor=\"eventlet\"`, and keys that eventlet puts into a WSGI environment.",
		Why:       "It is a value, not code: another library is told to use eventlet, or is asked whether it does.",
		Before:    "server = get_rpc_server(transport, target, endpoints, executor=\"eventlet\")",
		After:     "server = get_rpc_server(transport, target, endpoints, executor=\"threading\")",
		Fix:       finding.Manual,
		FixSafety: "what the value means is the other library's business.",
		Pitfalls:  "`environ[\"eventlet.posthooks\"]` runs functions after the response; a WSGI server calls `close()` of the result instead.",
		Since:     "0.1.0",
	},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case rule.IsAsked(r):
			return p.Shown(r) + " asks for `" + r.Canon + "`"
		case r.Kind != scan.String || rule.IsMockTarget(r):
			return ""
		case rule.IsEnvironKey(r.Name):
			return p.Shown(r) + " is a key that eventlet puts into the environment of a request"
		case r.Ctx == "getLogger":
			return p.Shown(r) + " is the name of a logger"
		case strings.Contains(r.Canon, "."):
			return p.Shown(r) + " names `" + r.Canon + "`"
		case rule.IsChoice(p, r):
			return p.Shown(r) + " asks another library for eventlet"
		}
		return p.Shown(r) + " says eventlet"
	}),
}
