// Package ah607 is the rule AH607, async-special-method.
package ah607

import (
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	method = "is called by Python itself, which does not await it"
	setter = "is the setter of a property, which nobody can await"
)

// Rule finds special methods that are coroutine functions.
var Rule = rule.Described(rule.Rule{
	Code:       "AH607",
	Label:      "its body never runs",
	Sentences:  []string{method, setter},
	CheckGraph: check,
})

// awaitable are special methods whose result the protocol awaits, or whose users can.
var awaitable = map[string]bool{
	"__aenter__": true, "__aexit__": true, "__anext__": true, "__call__": true, "__getattr__": true,
	"__getattribute__": true, "__getitem__": true, "__get__": true, "__matmul__": true, "__rshift__": true,
	"__lshift__": true, "__or__": true, "__and__": true, "__add__": true, "__sub__": true, "__mul__": true,
	"__truediv__": true, "__missing__": true, "__post_init__": false,
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
