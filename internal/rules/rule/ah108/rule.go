// Package ah108 is the rule AH108, green-timeout-object.
package ah108

import (
	"slices"

	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a Timeout that is not a context manager.
var Rule = rule.Described(rule.Rule{
	Code: "AH108",
	Names: []string{
		"eventlet.timeout.Timeout.*",
		"eventlet.timeout",
		"eventlet.timeout.wrap_is_timeout",
	},
	Phrases: rule.Phrases{
		Makes:  "is a timer without a block",
		Method: "steers a timer that has no block",
		Names:  "names eventlet's timer",
	},
	Sentences: []string{"starts no timer"},
	Check: rule.Advised(func(p *rule.Pass, r *scan.Record) (message, help string) {
		if r.Ctx == scan.With || r.Ctx == scan.Except || r.Ctx == scan.IsInstance {
			return "", ""
		}
		if r.Canon == "eventlet.timeout.Timeout" && r.Call && !isTimed(r) {
			return p.Shown(r) + " is an exception of eventlet's, and starts no timer", "use `TimeoutError`"
		}
		if r.Ctx == scan.Base {
			help = "derive it from `TimeoutError`, and raise it around `async with asyncio.timeout(seconds)`"
		} else if !r.Call && r.Kind == scan.Use && r.Canon == "eventlet.timeout.Timeout" {
			// As an exception: an argument of assertRaises, a side effect, an element of a tuple that is caught.
			help = "name `TimeoutError`, together with the block that raises it"
		}
		return p.Say(r, ""), help
	}),
})

// isTimed tells whether a Timeout is given seconds: without, it is made to be raised.
func isTimed(r *scan.Record) bool {
	return r.NArgs > 0 && r.Arg0 != "None" || slices.Contains(r.Kws, "seconds") || slices.Contains(r.Kws, "**")
}
