package port

import (
	"fmt"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

const (
	itemPoolClass = "eventlet.pools.Pool"
)

// itemUse is a record about a pool of things, and what becomes of it.
type itemUse struct {
	s     *source
	node  pysyntax.Node
	name  string
	apply func()
}

// itemPools changes the pools of things that functions of the component take from: all pools and classes of pools of
// the tree together.
func (p *painter) itemPools() {
	var uses []itemUse
	concerned, because := p.could != nil, ""
	for _, s := range p.sorted() {
		for i := range s.records {
			r := &s.records[i]
			n := s.nodes[span{r.Start, r.End}]
			if r.Canon != itemPoolClass && !hasPart(r.Canon, itemPoolClass) || r.Kind != scan.Use && r.Kind != scan.Method ||
				n == 0 {
				continue
			}
			f := p.funcAt(p.fileOf[s], uint32(r.Start))
			concerned = concerned || f >= 0 && p.chosen[f]
			apply, reason := p.itemUse(s, r, n, f)
			if reason != "" && !s.test && because == "" {
				because = fmt.Sprintf("%s:%d: %s", s.path, r.Line, reason)
			}
			uses = append(uses, itemUse{s, n, r.Canon, apply})
		}
	}
	more, reason := p.itemCalls(uses)
	uses = append(uses, more...)
	for _, other := range []string{reason, p.itemOverrides()} {
		if because == "" && len(uses) > 0 {
			because = other
		}
	}
	if len(uses) == 0 || !concerned {
		return
	}
	rule := itemPools
	if because != "" {
		rule = objectStays
	}
	if p.could == nil && (rule.IsManual() || !p.options.Unsafe) {
		p.keepOverrides()
	}
	for _, u := range uses {
		p.decide(u.s, u.node, rule, u.name, because)
		if u.apply != nil && rule.IsUnsafe() && p.options.Unsafe {
			u.apply()
		}
	}
}

// itemCalls finds the takers that no record has, for the pool came as an argument, and tells which place may be one of
// which nothing is known.
func (p *painter) itemCalls(known []itemUse) (uses []itemUse, reason string) {
	done := map[spotKey]bool{}
	for _, u := range known {
		done[spotKey{u.s, u.node}] = true
	}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		name := knowledge.Canon(site.Name)
		s := p.files[p.graph.Funcs[site.From].File]
		if name != itemPoolClass+".item" && name != itemPoolClass+".get" || site.Kind != callgraph.Call {
			continue
		}
		if s == nil {
			return uses, p.graph.Files[p.graph.Funcs[site.From].File].Path + " takes from it"
		}
		call := p.callAt(s, site.Pos, lastOf(name))
		if call == 0 || done[spotKey{s, s.tree.Child(call)}] || s.test {
			continue
		}
		n := s.tree.Child(call)
		done[spotKey{s, n}] = true
		apply, why := p.itemUse(s, &scan.Record{Canon: name}, n, site.From)
		if !site.Certain && why == "" {
			why = "what is used here can be something else too"
		}
		if why != "" && reason == "" {
			reason = fmt.Sprintf("%s:%d: %s", s.path, site.Line, why)
		}
		uses = append(uses, itemUse{s, n, name, apply})
	}
	for _, s := range p.sorted() {
		for _, n := range s.index.attributes["item"] {
			call := s.tree.Parents()[n]
			if s.tree.Kind(call) == pysyntax.Call && s.tree.Child(call) == n &&
				s.tree.Kind(s.tree.Parents()[call]) == pysyntax.WithItem && !done[spotKey{s, n}] && !s.test && reason == "" {
				reason = fmt.Sprintf("%s:%d: `.item()` of something of which nothing is known may be it", s.path,
					s.lines.Line(int(s.tree.Start(n))))
			}
		}
	}
	return uses, reason
}

// itemUse tells what becomes of one use of a pool, or why it stands in the way.
func (p *painter) itemUse(s *source, r *scan.Record, n pysyntax.Node, f callgraph.FuncID) (apply func(),
	reason string) {
	parent := s.tree.Parents()[n]
	called := s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n
	switch lastOf(r.Canon) {
	case "Pool":
		if r.Maybe || r.Ctx != scan.Base && !called {
			return nil, "it is used as a value"
		}
		return func() { p.replaceName(s, n, "aio", "ItemPool") }, ""
	case "item":
		item := s.tree.Parents()[parent]
		with := s.tree.Parents()[item]
		switch {
		case !called || s.tree.Kind(item) != pysyntax.WithItem || s.tree.Child(item) != parent:
			return nil, "`item` is no with block"
		case s.tree.Child(with) != item || s.tree.Kind(s.tree.Next(item)) == pysyntax.WithItem:
			return nil, "it shares its with statement with others: give it one of its own"
		case s.tree.Has(with, pysyntax.FlagAsync):
			return nil, ""
		case !p.canAwait(s, with, f):
			return nil, "the function that holds a thing of the pool cannot be a coroutine function"
		}
		return func() { s.edits.Insert(int(s.tree.Start(with)), "async ") }, ""
	case "get":
		if !called {
			return nil, "`get` is used as a value"
		}
		return func() { p.putEither(s, parent, f) }, ""
	case "channel":
		get := s.tree.Parents()[parent]
		if s.tree.Kind(parent) != pysyntax.Attribute || string(s.tree.Ident(parent)) != "get" ||
			s.tree.Kind(get) != pysyntax.Call || s.tree.Child(get) != parent {
			return nil, "more is done with `channel` than to get from it"
		}
		return func() { p.putEither(s, get, f) }, ""
	}
	return nil, ""
}

// putEither waits for a call, by await where one can stand.
func (p *painter) putEither(s *source, call pysyntax.Node, f callgraph.FuncID) {
	p.callees[p.fileOf[s]][call] = true
	if p.canAwait(s, call, f) {
		p.putAwait(s, call)
		return
	}
	p.putWait(s, call)
}

// keepOverrides keeps what eventlet's pool calls itself plain, where the pool stays eventlet's.
func (p *painter) keepOverrides() {
	for i := range p.graph.Classes {
		if !isItemPool(p.graph, int32(i), map[int32]bool{}) {
			continue
		}
		for id := range p.graph.Funcs {
			f := &p.graph.Funcs[id]
			name := lastName(f.Qual)
			if f.Class == int32(i) && p.chosen[callgraph.FuncID(id)] &&
				(name == "get" || name == "put" || name == "item" || name == "create") {
				p.refuse(f.File, f.Start, sharesName, f.Name(), "eventlet's pool calls it", callgraph.FuncID(id))
			}
		}
	}
}

// itemOverrides tells which method of a class of pools stands in the way: `get` has to be a coroutine function, and the
// others must not.
func (p *painter) itemOverrides() string {
	for i := range p.graph.Classes {
		c := &p.graph.Classes[i]
		if !isItemPool(p.graph, int32(i), map[int32]bool{}) {
			continue
		}
		for id := range p.graph.Funcs {
			f := &p.graph.Funcs[id]
			if f.Class != int32(i) || f.Kind != callgraph.Plain {
				continue
			}
			switch name := lastName(f.Qual); {
			case name == "get" && !p.inside(callgraph.FuncID(id)):
				return c.Qual + ".get stays a plain function"
			case (name == "put" || name == "item" || name == "free" || name == "waiting" || name == "resize") &&
				p.could == nil && p.chosen[callgraph.FuncID(id)]:
				return c.Qual + "." + name + " becomes a coroutine function"
			}
		}
	}
	return ""
}

// isItemPool reports whether a class derives from eventlet's.
func isItemPool(graph *callgraph.Graph, class int32, seen map[int32]bool) bool {
	if seen[class] {
		return false
	}
	seen[class] = true
	c := &graph.Classes[class]
	for _, base := range c.Foreign {
		if knowledge.Canon(base) == itemPoolClass {
			return true
		}
	}
	for _, base := range c.Bases {
		if isItemPool(graph, base, seen) {
			return true
		}
	}
	return false
}
