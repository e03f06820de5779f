// Package ah510 is the rule AH510, sleep-without-argument.
package ah510

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds `time.sleep()` without an argument.
var Rule = rule.Described(rule.Rule{
	Code: "AH510",
	Check: rule.Each(func(p *rule.Pass, r *scan.Record) string {
		if r.Kind == scan.Implicit && r.Canon == "time.sleep" && rule.HasNoArguments(p, r) {
			return p.Shown(r) + needs
		}
		return ""
	}),
	CheckGraph: anywhere,
})

const needs = " needs an argument"

// anywhere looks at the calls of programs that are not patched, too.
func anywhere(p *rule.Pass) {
	for _, s := range p.Program.SitesOf(p.File()) {
		if s.Args > 0 || s.End == 0 || !s.Certain || s.Name != "time.sleep" && s.Name != "asyncio.sleep" {
			continue
		}
		if call := p.NodeAt(s.Pos, s.End); call != 0 && p.Tree.Kind(call) == pysyntax.Call {
			callee := p.Tree.Child(call)
			p.Node(callee, "`"+p.Text(callee)+"`"+needs, "")
		}
	}
}
