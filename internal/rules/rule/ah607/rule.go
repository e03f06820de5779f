// Package ah607 is the rule AH607, async-special-method.
package ah607

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	method = "is called by Python itself, which does not await it"
	setter = "is the setter of a property, which nobody can await"
)

// Rule finds special methods that are coroutine functions.
var Rule = &rule.Rule{
	Code:      "AH607",
	Name:      "async-special-method",
	Severity:  finding.Error,
	Label:     "its body never runs",
	Help:      "keep it plain, and let a method of another name wait: `async def create(cls)` for `__init__`, `aclose()` for `__del__`",
	Sentences: []string{method, setter},
	Doc: rule.Doc{
		Title: "a special method or a setter that is async",
		What: "`async def` for a method that Python calls without awaiting it: `__init__`, `__del__`, `__str__`, `__len__`, `__enter__`, `__iter__`, `__contains__` and others, and for the setter or " +
			"deleter of a property. `__aenter__`, `__aexit__`, `__anext__` and `__call__` may be async.",
		Why:       "`__init__` that returns a coroutine raises TypeError, `__del__` and a setter do nothing, `__contains__` is always true. Constructors that did I/O under eventlet become factories.",
		Before:    "class Client:\n    async def __init__(self, host):\n        self.session = await connect(host)",
		After:     "class Client:\n    @classmethod\n    async def create(cls, host):\n        client = cls()\n        client.session = await connect(host)\n        return client",
		Fix:       finding.Manual,
		FixSafety: "all that make such an object have to await.",
		Since:     "0.4.0",
	},
	CheckGraph: check,
}

// awaitable are special methods whose result the protocol awaits, or whose users can.
var awaitable = map[string]bool{
	"__aenter__": true, "__aexit__": true, "__anext__": true, "__call__": true, "__getattr__": true, "__getattribute__": true, "__getitem__": true, "__get__": true,
	"__matmul__": true, "__rshift__": true, "__lshift__": true, "__or__": true, "__and__": true, "__add__": true, "__sub__": true, "__mul__": true, "__truediv__": true, "__missing__": true,
	"__post_init__": false,
}

func check(p *rule.Pass) {
	from, to := p.Program.Funcs(p.File())
	for id := from; id < to; id++ {
		f := p.Func(id)
		if f.Flags&callgraph.Async == 0 || f.Class == callgraph.None {
			continue
		}
		name, kind, _ := strings.Cut(f.Qual[strings.LastIndexByte(f.Qual, '.')+1:], "@")
		what := ""
		switch {
		case kind == "setter" || kind == "deleter":
			what = setter
		case name == "__aiter__" && f.Flags&callgraph.Generator != 0:
		case name == "__post_init__" || callgraph.IsSpecial(name) && !awaitable[name]:
			what = method
		}
		if def, ok := p.Defs()[id]; ok && what != "" {
			p.Name(def, "`"+name+"` "+what)
		}
	}
}
