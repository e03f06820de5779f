// Package ah508 is the rule AH508, called-callback.
package ah508

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// Rule finds a callback that is called instead of passed.
var Rule = rule.Described(rule.Rule{
	Code: "AH508",
	Names: []string{
		"eventlet.greenthread.spawn",
		"eventlet.greenthread.spawn_n",
		"eventlet.greenthread.spawn_after",
		"eventlet.greenthread.GreenThread.link",
		"eventlet.greenpool.GreenPool.spawn",
		"eventlet.greenpool.GreenPool.spawn_n",
	},
	Check:      check,
	CheckGraph: rule.Uses(say),
	Sentences:  []string{byGreenThread, result, object},
})

const (
	byGreenThread = "is called now, and not by the green thread"
	result        = "is called now, and what it gives cannot be called by"
	object        = "cannot be called, and is handed to"
)

// say is about what the call graph knows of callbacks.
func say(p *rule.Pass, u *callgraph.Use) string {
	if u.Nature != callgraph.NotCallable {
		return ""
	}
	what := object
	if n := p.NodeAt(u.Start, u.End); n != 0 && p.Tree.Kind(n) == pysyntax.Call && u.Of != callgraph.None {
		what = result
	}
	return p.Quote(u.Start, u.End) + " " + what + " `" + u.Name + "`"
}

func check(p *rule.Pass) {
	for i := range p.Records {
		r := &p.Records[i]
		if r.Kind != scan.Use && r.Kind != scan.Method || !p.Rule().Claims(r.Canon) {
			continue
		}
		call := p.CallOf(r)
		if call == 0 {
			continue
		}
		index := 0
		if r.Canon == "eventlet.greenthread.spawn_after" {
			index = 1
		}
		callback := p.Arg(call, index, "")
		if callback == 0 || p.Tree.Kind(callback) != pysyntax.Call || makesFunctions(p, p.Tree.Child(callback)) {
			continue
		}
		p.Node(callback, "`"+p.Text(callback)+"` "+byGreenThread, "")
	}
}

// makesFunctions tells whether a callee is one whose result is likely meant to be called.
func makesFunctions(p *rule.Pass, callee pysyntax.Node) bool {
	if kind := p.Tree.Kind(callee); kind != pysyntax.Name && kind != pysyntax.Attribute {
		return true // the result of something, or an element: nobody can tell
	}
	switch name := string(p.Tree.Ident(callee)); name {
	case "partial", "partialmethod", "getattr", "wraps", "curry", "compose", "attrgetter", "methodcaller", "itemgetter",
		"type", "super":
		return true
	default:
		return name == "" || name[0] >= 'A' && name[0] <= 'Z' // an instance of a class may be callable
	}
}
