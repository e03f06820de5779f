// Package ah617 is the rule AH617, sync-decorator.
package ah617

import (
	"fmt"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	around  = "ends before the coroutine runs: it wraps the call, and does not await it"
	manager = "is a plain context manager: as a decorator it is left before the coroutine runs"
	once    = "keeps the coroutine and gives it again: the second await raises RuntimeError"
	outside = "does not await what it calls: it ends before the coroutine runs"
)

// Rule finds decorators of plain functions around coroutine functions.
var Rule = rule.OfGraph("AH617", check, around, manager, once, outside)

// library says what decorators outside the tree do to a coroutine function.
var library = map[string]string{
	"functools.cache": once, "functools.lru_cache": once, "functools.cached_property": once, "cachetools.cached": once,
	"cachetools.func.ttl_cache": once, "cachetools.func.lru_cache": once,
	"retrying.retry": outside, "timeout_decorator.timeout": outside, "oslo_concurrency.lockutils.synchronized": outside,
	"contextlib.suppress": outside,
}

func check(p *rule.Pass) {
	for f, def := range p.Defs() {
		if p.Func(f).Flags&callgraph.Async == 0 || p.Func(f).Flags&callgraph.Generator != 0 {
			continue
		}
		i := 0
		for c := range p.Tree.Children(def) {
			if p.Tree.Kind(c) != pysyntax.Decorator {
				continue
			}
			if names := p.Func(f).Decorators; i < len(names) {
				judge(p, f, c, names[i])
			}
			i++
		}
	}
}

func judge(p *rule.Pass, f callgraph.FuncID, decorator pysyntax.Node, name string) {
	expression := p.Tree.Child(decorator)
	if what := library[name]; what != "" {
		p.Node(expression, fmt.Sprintf("`%s` %s", name, what), "")
		return
	}
	if class := classOf(p, f, p.Tree.Start(decorator), p.Tree.End(decorator)); class != callgraph.None {
		object(p, f, class, expression)
		return
	}
	made := decoratorOf(p, f, p.Tree.Start(decorator), p.Tree.End(decorator), name)
	if made == callgraph.None {
		return
	}
	fn := p.Func(made)
	if fn.Flags&callgraph.ContextManager != 0 {
		if fn.Flags&callgraph.Async == 0 && p.Tree.Kind(expression) == pysyntax.Call {
			p.Node(expression, fmt.Sprintf("`%s` %s", fn.Qual, manager), "")
		}
		return
	}
	for _, i := range p.Program.Callers(f) {
		e := &p.Program.Graph.Edges[i]
		if e.Reason != callgraph.Wrapped || e.Awaited || !e.Certain || !within(p, e.From, made) {
			continue
		}
		wrapper := p.Func(e.From)
		if wrapper.Flags&(callgraph.Async|callgraph.Generator) != 0 || p.LooksAtNature(e.From) || runs(p, e.From) {
			continue
		}
		if worksAround(p, e) {
			p.Node(expression, fmt.Sprintf("`%s` %s", p.Text(expression), around), "")
			return
		}
	}
}

// classOf gives the class of the tree whose object takes the place of a decorated function.
func classOf(p *rule.Pass, f callgraph.FuncID, start, end uint32) int32 {
	body, _ := p.Program.Funcs(p.File())
	for _, from := range []callgraph.FuncID{p.Func(f).Outer, body} {
		if from == callgraph.None {
			continue
		}
		for _, e := range p.Program.Edges(from) {
			if e.Pos >= start && e.Pos < end && e.Kind == callgraph.Construct && e.Certain && e.End == 0 {
				return p.Func(e.To).Class
			}
		}
	}
	return callgraph.None
}

// object looks at what calling the object of a class does around the function that it was given.
func object(p *rule.Pass, f callgraph.FuncID, class int32, expression pysyntax.Node) {
	for _, i := range p.Program.Callers(f) {
		e := &p.Program.Graph.Edges[i]
		wrapper := p.Func(e.From)
		if e.Awaited || !e.Certain || wrapper.Class != class || lastOf(wrapper.Qual) != "__call__" ||
			wrapper.Flags&(callgraph.Async|callgraph.Generator) != 0 {
			continue
		}
		if !p.LooksAtNature(e.From) && !runs(p, e.From) && worksAround(p, e) {
			p.Node(expression, fmt.Sprintf("`%s` %s", p.Text(expression), around), "")
			return
		}
	}
}

// decoratorOf gives the function of the tree that is the decorator of a name.
func decoratorOf(p *rule.Pass, f callgraph.FuncID, start, end uint32, name string) callgraph.FuncID {
	body, _ := p.Program.Funcs(p.File())
	for _, from := range []callgraph.FuncID{p.Func(f).Outer, body} {
		if from == callgraph.None {
			continue
		}
		for _, e := range p.Program.Edges(from) {
			if e.Pos >= start && e.Pos < end && (e.Kind == callgraph.DecoratorUse || e.Kind == callgraph.Call) &&
				strings.HasSuffix("."+name, "."+lastOf(p.Func(e.To).Qual)) {
				return e.To
			}
		}
	}
	for i := range p.Program.Graph.Funcs { // a context manager runs nothing when it is made, so no call leads to it
		if g := &p.Program.Graph.Funcs[i]; g.Flags&callgraph.ContextManager != 0 && g.Module+"."+g.Qual == name {
			return callgraph.FuncID(i)
		}
	}
	return callgraph.None
}

func lastOf(qual string) string { return qual[strings.LastIndexByte(qual, '.')+1:] }

// within tells whether a function is another, or stands inside it.
func within(p *rule.Pass, f, around callgraph.FuncID) bool {
	for ; f != callgraph.None; f = p.Func(f).Outer {
		if f == around {
			return true
		}
	}
	return false
}

// runs tells whether a function runs coroutines to their end by itself.
func runs(p *rule.Pass, f callgraph.FuncID) bool {
	for _, s := range p.Program.Sites(f) {
		if strings.HasPrefix(s.Name, "asyncio.") || strings.HasSuffix(s.Name, ".run_until_complete") ||
			strings.HasSuffix(s.Name, ".create_task") {
			return true
		}
	}
	return false
}

// worksAround tells whether a wrapper does something for the time of a call: it stands in a try with handlers or a
// finally, in a with or a loop.
func worksAround(p *rule.Pass, e *callgraph.Edge) bool {
	t, def, ok := p.DefOf(e.From)
	if !ok {
		return false
	}
	found := false
	t.Walk(def, func(n pysyntax.Node) bool {
		if t.Start(n) > e.Pos || t.End(n) < e.End {
			return false
		}
		switch t.Kind(n) {
		case pysyntax.Try:
			body := t.ChildOf(n, pysyntax.Block)
			found = found || t.Start(body) <= e.Pos && e.End <= t.End(body)
		case pysyntax.With:
			body := t.ChildOf(n, pysyntax.Block)
			found = found || t.Start(body) <= e.Pos && e.End <= t.End(body)
		case pysyntax.For, pysyntax.While:
			found = true
		}
		return true
	}, nil)
	return found || measures(p, e)
}

// measures tells whether a wrapper asks for the time after a call.
func measures(p *rule.Pass, e *callgraph.Edge) bool {
	before, behind := false, false
	for _, s := range p.Program.Sites(e.From) {
		switch s.Name {
		case "time.time", "time.monotonic", "time.perf_counter", "time.process_time", "datetime.datetime.now", "time.time_ns",
			"time.perf_counter_ns":
			before = before || s.Pos < e.Pos
			behind = behind || s.Pos > e.Pos
		}
	}
	return before && behind
}
