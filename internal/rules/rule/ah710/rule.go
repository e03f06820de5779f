// Package ah710 is the rule AH710, lazy-singleton.
package ah710

import (
	"aiohub/internal/output/finding"
	"aiohub/internal/rules/rule"
)

// Rule finds an object that is made when it is first asked for, by whoever comes first.
var Rule = &rule.Rule{
	Code:     "AH710",
	Name:     "lazy-singleton",
	Severity: finding.Error,
	Help:     "make it before the tasks are started, or hold a lock over the test and the making",
	Targets:  []string{"threads"},
	Doc: rule.Doc{
		Title: "an object that is made when it is first asked for, by whoever comes first",
		What:  "`if x is None: x = Make()` and its other forms (`x = x or Make()`, a guard that returns, `try` and `except AttributeError`, `hasattr`), for a name of a module, an attribute of a class or of an object that two tasks reach without a lock.",
		Why:   "Two tasks both find it missing and make two. One of them is lost to all but who made it: a pool whose threads nobody joins, a connection that nobody closes, a lock that keeps nobody out.",
		Before: `
def client():
    global _CLIENT
    if _CLIENT is None:
        _CLIENT = Client()
    return _CLIENT
`,
		After: `
def client():
    global _CLIENT
    with _LOCK:
        if _CLIENT is None:
            _CLIENT = Client()
    return _CLIENT
`,
		Fix:       finding.Manual,
		FixSafety: "a lock around a test costs next to nothing.",
		Pitfalls:  "A plain value that is computed twice does no harm: it is possible only. So does an object of which nothing is known but what it was made by.",
		Since:     "0.4.0",
	},
	CheckGraph: rule.Tasks,
}
