// Package ah503 is the rule AH503, late-timeout-handler.
package ah503

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a handler for Timeout behind one for Exception.
var Rule = rule.Described(rule.Rule{
	Code:  "AH503",
	Names: []string{"eventlet.timeout.Timeout"},
	Check: check,
})

func check(p *rule.Pass) {
	for r, handler := range rule.Timeouts(p, scan.Except, pysyntax.ExceptHandler) {
		for before := range p.Tree.Children(p.Tree.Parents()[handler]) {
			if before == handler {
				break
			}
			if p.Tree.Kind(before) == pysyntax.ExceptHandler {
				if wide := catches(p, p.Tree.Child(before)); wide != "" {
					p.Record(r, p.Shown(r)+" is handled behind `"+wide+"`, which takes TimeoutError first")
					break
				}
			}
		}
	}
}

// catches returns which of the classes above TimeoutError a handler's type names.
func catches(p *rule.Pass, n pysyntax.Node) string {
	switch p.Tree.Kind(n) {
	case pysyntax.Name:
		switch name := string(p.Tree.Ident(n)); name {
		case "Exception", "OSError", "IOError", "EnvironmentError", "TimeoutError":
			return name
		}
	case pysyntax.Tuple:
		for element := range p.Tree.Children(n) {
			if name := catches(p, element); name != "" {
				return name
			}
		}
	}
	return ""
}
