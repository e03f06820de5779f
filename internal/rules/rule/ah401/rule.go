// Package ah401 is the rule AH401, eventlet-environment.
package ah401

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds an environment variable that eventlet reads.
var Rule = rule.Described(rule.Rule{
	Code: "AH401",
	Check: rule.Advised(func(_ *rule.Pass, r *scan.Record) (message, help string) {
		switch {
		case r.Kind != scan.Env:
			return "", ""
		case r.Name == "EVENTLET_HUB":
			return "`EVENTLET_HUB` is read by eventlet",
				"remove the variable together with eventlet; `EVENTLET_HUB=aiohub.hub` is fine until then"
		}
		return "`" + r.Name + "` is read by eventlet", "remove the variable together with eventlet"
	}),
})
