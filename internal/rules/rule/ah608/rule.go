// Package ah608 is the rule AH608, blocking-call-in-coroutine.
package ah608

import (
	"aiohub/internal/program/knowledge"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/hold"
)

const (
	direct  = "stops the event loop until it returns"
	through = "stops the event loop: it leads to"
)

// Rule finds blocking calls that run on the event loop.
var Rule = rule.OfGraph("AH608", check, direct, through)

func check(p *rule.Pass) {
	hold.Check(p, hold.Sentences{Direct: direct, Through: through}, []knowledge.Hold{knowledge.Waits}, false)
	hold.Check(p, hold.Sentences{Direct: direct, Through: through}, []knowledge.Hold{knowledge.WaitsMaybe}, true)
}
