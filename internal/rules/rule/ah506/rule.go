// Package ah506 is the rule AH506, event-with-value.
package ah506

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an Event that carries a value or an error.
var Rule = &rule.Rule{
	Code:     "AH506",
	Name:     "event-with-value",
	Severity: finding.Warning,
	Help:     "use a future: `asyncio.Event` carries no value",
	Names: []string{
		"eventlet.event.Event.send",
		"eventlet.event.Event.send_exception",
	},
	Doc: rule.Doc{
		Title:     "an Event that carries a value or an error",
		What:      "`Event.send(value)` and `Event.send_exception`.",
		Why:       "It is tempting to replace Event by `asyncio.Event`, which drops the value.",
		Before:    "done.send(reply)",
		After:     "done.set_result(reply)",
		Fix:       finding.Unsafe,
		FixSafety: "safe if every waiter is ported in the same step.",
		Pitfalls:  "A second `send` raises, as does a second `set_result`. `Event.reset` has no counterpart.",
		Since:     "0.1.0",
	},
	Check: rule.Named("hands a value to those who wait", func(_ *rule.Pass, r *scan.Record) bool {
		return r.Call && (r.NArgs > 0 || len(r.Kws) > 0)
	}),
}
