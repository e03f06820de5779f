// Package ah502 is the rule AH502, timeout-with-exception.
package ah502

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that raises an exception of yours.
var Rule = rule.Described(rule.Rule{
	Code:  "AH502",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		exception := rule.TimeoutException(p, r)
		if exception == 0 || p.Text(exception) == "False" || p.Text(exception) == "None" {
			return ""
		}
		return p.Shown(r) + " raises `" + p.Text(exception) + "`"
	}),
})
