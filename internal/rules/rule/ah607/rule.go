// Package ah607 is the rule AH607, async-special-method.
package ah607

import (
	"slices"
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
	"__truediv__": true, "__missing__": true, "__post_init__": false, "__floordiv__": true, "__mod__": true,
	"__pow__": true, "__xor__": true, "__rmatmul__": true, "__rrshift__": true, "__rlshift__": true, "__ror__": true,
	"__rand__": true, "__radd__": true, "__rsub__": true, "__rmul__": true, "__rtruediv__": true,
	"__rfloordiv__": true, "__rmod__": true, "__rpow__": true, "__rxor__": true, "__neg__": true, "__pos__": true,
	"__invert__": true,
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
		def, ok := p.Defs()[id]
		if !ok || what == "" {
			continue
		}
		p.Name(def, "`"+name+"` "+what)
		if name == "__new__" && !madeWithoutAwait(p, id) {
			p.Possible() // `await C()` awaits it
		}
	}
}

// madeWithoutAwait tells whether some call that makes an object by a method is not awaited.
func madeWithoutAwait(p *rule.Pass, id callgraph.FuncID) bool {
	return slices.ContainsFunc(p.Program.Callers(id), func(i int32) bool {
		e := &p.Program.Graph.Edges[i]
		return e.Kind == callgraph.Construct && e.Certain && !e.Awaited
	})
}
