// Package ah301 is the rule AH301, eventlet-in-mock-target.
package ah301

import (
	"strings"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a string that names eventlet for a mock.
var Rule = rule.Described(rule.Rule{
	Code:      "AH301",
	Sentences: []string{"names eventlet for a mock", "names `"},
	Check: rule.OfKind(scan.String, func(p *rule.Pass, r *scan.Record) string {
		if !rule.IsMockTarget(r) {
			return ""
		}
		// As it is written: a mock in the place of eventlet.sleep leaves eventlet.greenthread.sleep alone.
		if strings.Contains(p.Shown(r), r.Name) {
			return p.Shown(r) + " names eventlet for a mock"
		}
		return p.Shown(r) + " names `" + r.Name + "`"
	}),
})
