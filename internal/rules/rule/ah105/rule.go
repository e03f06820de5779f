// Package ah105 is the rule AH105, green-thread-method.
package ah105

import (
	"strings"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a method of a green thread.
var Rule = rule.Described(rule.Rule{
	Code: "AH105",
	Names: []string{
		"eventlet.greenthread.GreenThread.*",
		"eventlet.greenthread.kill",
		"eventlet.greenthread.cancel",
	},
	Phrases: rule.Phrases{
		Waits: "waits for what a green thread does",
		Names: "depends on what a green thread does",
	},
	Sentences: []string{"ends a green thread", "cancels a green thread"},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case r.Canon == "eventlet.greenthread.GreenThread":
			return ""
		case r.Call && strings.HasSuffix(r.Canon, ".kill"), r.Call && strings.HasSuffix(r.Canon, ".throw"):
			return p.Say(r, "ends a green thread")
		case r.Call && strings.HasSuffix(r.Canon, ".cancel"):
			return p.Say(r, "cancels a green thread")
		}
		return p.Say(r, "")
	}),
})
