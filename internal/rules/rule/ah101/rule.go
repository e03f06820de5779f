// Package ah101 is the rule AH101, green-yield.
package ah101

import (
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `eventlet.sleep(0)`, which only lets others run.
var Rule = rule.Described(rule.Rule{
	Code:    "AH101",
	Label:   "blocks the loop when called from a coroutine",
	Names:   []string{"eventlet.greenthread.sleep"},
	Fixable: rule.CanBeAwaited,
	Stage:   2,
	Check:   check,
})

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if (r.Kind == scan.Use || r.Kind == scan.Method) && p.Rule().Claims(r.Canon) && rule.IsYield(p, r) {
			call := p.CallOf(r)
			p.Node(call, "`"+p.Text(call)+"` yields to the hub", "")
			p.Fix(r)
		}
	}
}
