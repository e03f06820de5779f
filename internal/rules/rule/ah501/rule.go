// Package ah501 is the rule AH501, silent-timeout.
package ah501

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that is silent.
var Rule = rule.Described(rule.Rule{
	Code:  "AH501",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if exception := rule.TimeoutException(p, r); exception != 0 && p.Text(exception) == "False" {
			return p.Shown(r) + " with False ends without an error"
		}
		return ""
	}),
})
