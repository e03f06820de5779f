// Package ah503 is the rule AH503, late-timeout-handler.
package ah503

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a handler for Timeout behind one for Exception.
var Rule = &rule.Rule{
	Code:     "AH503",
	Name:     "late-timeout-handler",
	Severity: finding.Error,
	Help:     "put the handler for Timeout first",
	Names: []string{
		"eventlet.timeout.Timeout",
	},
	Doc: rule.Doc{
		Title: "a handler for Timeout behind one for Exception",
		What:  "A `try` that handles `Exception`, `OSError` or `TimeoutError` before eventlet's `Timeout`.",
		Why:   "Today the order does not matter: Timeout is a BaseException. TimeoutError is an Exception, so after the move the first handler takes it and the second never runs.",
		Before: `
except Exception:
    fail()
except eventlet.Timeout:
    retry()
`,
		After: `
except TimeoutError:
    retry()
except Exception:
    fail()
`,
		Fix:       finding.Safe,
		FixSafety: "swapping the two changes nothing today.",
		Since:     "0.1.0",
	},
	Check: check,
}

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use || r.Canon != "eventlet.timeout.Timeout" || r.Ctx != scan.Except {
			continue
		}
		handler := rule.Enclosing(p, p.NodeOf(r), pysyntax.ExceptHandler)
		if handler == 0 {
			continue
		}
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
