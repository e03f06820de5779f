// Package ah401 is the rule AH401, eventlet-environment.
package ah401

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an environment variable that eventlet reads.
var Rule = rule.Described(rule.Rule{
	Code: "AH401",
	Check: rule.OfKind(scan.Env, func(p *rule.Pass, r *scan.Record) string {
		return "`" + r.Name + "` is read by eventlet"
	}),
})
