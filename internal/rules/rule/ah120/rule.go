// Package ah120 is the rule AH120, green-resource-pool.
package ah120

import (
	"aiohub/internal/rules/rule"
)

// Rule finds eventlet's pools of objects.
var Rule = rule.Described(rule.Rule{
	Code: "AH120",
	Names: []string{
		"eventlet.pools.*",
		"eventlet.db_pool.*",
		"eventlet.dagpool.*",
	},
	Phrases: rule.Phrases{
		Waits: "may wait in eventlet's hub for a free object",
		Makes: "makes a pool that green threads wait for",
		Names: "is part of pools that green threads wait for",
	},
	Check: rule.Say(),
})
