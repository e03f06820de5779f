// Package ah205 is the rule AH205, asyncio-before-hub.
package ah205

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds asyncio imported before the asyncio hub is chosen.
var Rule = rule.Described(rule.Rule{
	Code:  "AH205",
	Check: check,
})

func check(p *rule.Pass) {
	chosen := -1
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind == scan.Use && r.Canon == "eventlet.hubs.use_hub" && r.Call && r.Func == "" &&
			strings.Contains(r.Arg0, "asyncio") {
			chosen = r.Start
			break
		}
	}
	if chosen < 0 || p.Tree == nil {
		return
	}
	for statement := range p.Tree.Children(p.Tree.Root()) {
		if int(p.Tree.Start(statement)) >= chosen {
			return
		}
		if kind := p.Tree.Kind(statement); kind == pysyntax.Import {
			for alias := range p.Tree.Children(statement) {
				name := p.Tree.AliasName(alias)
				report(p, alias, string(p.Src[name.Start:name.End]))
			}
		} else if kind == pysyntax.ImportFrom {
			if level, name := p.Tree.ImportModule(statement); level == 0 {
				report(p, statement, string(p.Src[name.Start:name.End]))
			}
		}
	}
}

func report(p *rule.Pass, n pysyntax.Node, module string) {
	if module == "asyncio" || strings.HasPrefix(module, "asyncio.") {
		p.Node(n, "asyncio is imported before its hub is chosen", "")
	}
}
