// Package ah103 is the rule AH103, green-thread.
package ah103

import (
	"strings"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a green thread.
var Rule = rule.Described(rule.Rule{
	Code: "AH103",
	Names: []string{
		"eventlet.greenthread.spawn",
		"eventlet.greenthread.spawn_after",
		"eventlet.greenthread.spawn_after_local",
		"eventlet.greenthread.GreenThread",
		"eventlet.greenthread.exc_after",
		"eventlet.greenthread.call_after",
		"eventlet.greenthread.call_after_global",
		"eventlet.greenthread.call_after_local",
		"eventlet.greenthread",
	},
	Phrases: rule.Phrases{
		Makes: "makes a green thread",
		Calls: "starts a green thread",
		Names: "names what green threads are, or what starts one",
	},
	Sentences: []string{later, throws},
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		switch {
		case !r.Call:
			return p.Say(r, "")
		case r.Canon == "eventlet.greenthread.exc_after":
			return p.Say(r, throws)
		case strings.HasPrefix(r.Canon, "eventlet.greenthread.call_after"):
			return p.Say(r, later)
		}
		return p.Say(r, "")
	}),
})

// What the old names of spawn_after and Timeout do.
const (
	later  = "starts a green thread later, and returns its timer"
	throws = "throws an exception, later, into the green thread that calls it"
)
