// Package ah510 is the rule AH510, sleep-without-argument.
package ah510

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `time.sleep()` without an argument.
var Rule = rule.Described(rule.Rule{
	Code: "AH510",
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind == scan.Implicit && r.Canon == "time.sleep" && rule.HasNoArguments(p, r) {
			return p.Shown(r) + " needs an argument"
		}
		return ""
	}),
})
