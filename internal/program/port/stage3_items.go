package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// itemPoolMethods are what eventlet's pool of things has, and aio.ItemPool under the same names. It calls what a class
// of the tree has in the place of them, plain or not; itemMakers has the exception.
var itemPoolMethods = map[string]func(*spot) order{
	"item": itemOrder, "get": plainWait, "channel.get": plainWait, "put": fine, "create": fine, "resize": fine,
	"free": fine, "waiting": fine, "channel.getting": fine,
}

// itemOrder is about a thing that is lent for a block.
func itemOrder(c *spot) order {
	t := c.s.tree
	item := t.Parents()[c.node]
	if !c.onlyArguments(0) || t.Kind(item) != pysyntax.WithItem || t.Child(item) != c.node {
		return order{rule: byHand, note: "`item` is no with block", waits: true}
	}
	return order{rule: primitive, waits: true, write: func() { c.p.entering[nodeKey{c.file, item}] = true }}
}

// itemBlocks reports, in a tree that has pools of things, the blocks that may hold such a thing, for all that is known.
func (p *pure) itemBlocks() {
	if !slices.ContainsFunc(p.files, (*source).namesItemPool) {
		return
	}
	for i, s := range p.files {
		for at, item := range p.withs[i] {
			t := s.tree
			call := t.Child(item)
			callee := t.Child(call)
			if t.Kind(call) != pysyntax.Call || t.Next(callee) != 0 || t.Kind(callee) != pysyntax.Attribute ||
				string(t.Ident(callee)) != "item" || t.Has(t.Parents()[item], pysyntax.FlagAsync) {
				continue
			}
			if !p.entering[nodeKey{int32(i), item}] && !p.leads(siteKey{int32(i), at}, "item") {
				p.note(s, at, callerUnknown, itemPoolClass+".item", "")
			}
		}
	}
}

// leads reports whether the graph knows what a call of a name at a place leads to.
func (p *pure) leads(key siteKey, name string) bool {
	for _, i := range p.where.sites[key] {
		if lastOf(p.graph.Sites[i].Name) == name {
			return true
		}
	}
	return slices.ContainsFunc(p.where.edges[key],
		func(i int32) bool { return lastName(p.graph.Funcs[p.graph.Edges[i].To].Qual) == name })
}

// keepsItemMember reports whether an attribute of a pool of things is one that aio.ItemPool has, too.
func (s *source) keepsItemMember(canon string, n pysyntax.Node) bool {
	switch strings.TrimPrefix(canon, itemPoolClass+".") {
	case "free_items", "current_size", "max_size", "min_size", "order_as_stack":
		return true
	case "channel":
		method := s.tree.Parents()[n]
		call := s.tree.Parents()[method]
		return s.tree.Kind(method) == pysyntax.Attribute && s.tree.Kind(call) == pysyntax.Call &&
			s.tree.Child(call) == method && itemPoolMethods["channel."+string(s.tree.Ident(method))] != nil
	}
	return false
}

func (s *source) namesItemPool() bool {
	return slices.ContainsFunc(s.records, func(r scan.Record) bool { return r.Canon == itemPoolClass })
}

// itemMakers reports what makes the things of a pool, and becomes a coroutine function, where a pool may be made with
// things in it: nothing can be awaited there.
func (p *pure) itemMakers() {
	filled := slices.ContainsFunc(p.files, (*source).fillsItemPool)
	for i := range p.graph.Funcs {
		f := &p.graph.Funcs[i]
		if filled && p.async[i] && f.Class != callgraph.None && lastName(f.Qual) == "create" &&
			isItemPool(p.graph, f.Class, map[int32]bool{}) {
			p.note(p.files[f.File], f.Start, specialWaits, f.Name(), "a pool with a min_size calls it while it is made")
		}
	}
}

// fillsItemPool reports whether something in a file is made with a least number of things.
func (s *source) fillsItemPool() bool {
	t := s.tree
	for n := range t.All() {
		if t.Kind(n) == pysyntax.Keyword && string(t.Ident(n)) == "min_size" && string(t.Text(t.Child(n))) != "0" {
			return true
		}
	}
	return slices.ContainsFunc(s.records, func(r scan.Record) bool {
		if r.Canon != itemPoolClass {
			return false
		}
		call := s.callOf(&r)
		return call != 0 && t.Next(t.Child(call)) != 0 && t.Kind(t.Next(t.Child(call))) != pysyntax.Keyword
	})
}
