package port

import (
	"fmt"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/plan"
)

// spot is a call of something outside the tree as it stands in a file.
type spot struct {
	p        *pure
	site     *callgraph.Site
	file     int32
	s        *source
	node     pysyntax.Node // the call; 0 if it is not found
	callee   pysyntax.Node
	args     []pysyntax.Node          // positional ones
	keywords map[string]pysyntax.Node // values by name
	plain    bool                     // no * and no **
	name     string                   // canonical
}

func (p *pure) spotOf(site *callgraph.Site) *spot {
	f := &p.graph.Funcs[site.From]
	c := &spot{p: p, site: site, file: f.File, s: p.files[f.File], name: knowledge.Canon(site.Name),
		keywords: map[string]pysyntax.Node{}, plain: true}
	if site.Kind != callgraph.Call && site.Kind != callgraph.Construct {
		return c
	}
	c.node = p.callAt(site.From, site.Pos, site.Name[strings.LastIndexByte(site.Name, '.')+1:])
	if c.node == 0 || p.isStarted(site, c.node) {
		c.node = 0
		return c
	}
	t := c.s.tree
	c.callee = t.Child(c.node)
	for n := t.Next(c.callee); n != 0; n = t.Next(n) {
		switch {
		case t.Kind(n) == pysyntax.Starred || t.Kind(n) == pysyntax.Keyword && t.Has(n, pysyntax.FlagUnpack):
			c.plain = false
			c.args = append(c.args, n)
		case t.Kind(n) == pysyntax.Keyword:
			c.keywords[string(t.Ident(n))] = t.Child(n)
		default:
			c.args = append(c.args, n)
		}
	}
	return c
}

// isStarted reports whether a call of something outside the tree is made by another that stands at its place:
// spawn(tpool.execute, f).
func (p *pure) isStarted(site *callgraph.Site, node pysyntax.Node) bool {
	key := siteKey{p.graph.Funcs[site.From].File, site.Pos}
	written := p.nameOf(key.file, node)
	if written == lastOf(site.Name) {
		return false
	}
	for _, i := range p.where.sites[key] {
		if other := &p.graph.Sites[i]; other.From == site.From && lastOf(other.Name) == written {
			return true
		}
	}
	return false
}

// argument is a parameter's value by position or name, or 0.
func (c *spot) argument(i int, name string) pysyntax.Node {
	if i < len(c.args) {
		return c.args[i]
	}
	return c.keywords[name]
}

func (c *spot) text(n pysyntax.Node) string { return string(c.s.tree.Text(n)) }

// onlyArguments reports whether a call has no other arguments than these many positional ones, and no keywords but the
// named.
func (c *spot) onlyArguments(most int, names ...string) bool {
	if !c.plain || len(c.args) > most {
		return false
	}
	for name := range c.keywords {
		found := false
		for _, n := range names {
			found = found || n == name
		}
		if !found {
			return false
		}
	}
	return true
}

// isStatement reports whether the value of the call is not used.
func (c *spot) isStatement() bool {
	return c.s.tree.Kind(c.s.tree.Parents()[c.node]) == pysyntax.ExprStmt
}

// method replaces the name of the method that is called.
func (c *spot) method(name string) {
	at := c.s.tree.IdentRange(c.callee)
	c.s.edits.Replace(int(at.Start), int(at.End), name)
}

// wraps writes something in place of the callee, and awaits the call.
func (c *spot) become(callee string, await bool) {
	c.s.replace(int(c.s.tree.Start(c.callee)), int(c.s.tree.End(c.callee)), callee)
	c.uses(callee)
	if await {
		c.await()
	}
}

// await awaits the call, unless it is awaited.
func (c *spot) await() {
	key := nodeKey{c.file, c.node}
	if _, done := c.p.awaited[key]; !done && !c.site.Awaited {
		c.p.awaited[key] = ""
	}
}

// uses imports what a name begins with.
func (c *spot) uses(name string) { c.p.useName(c.s, name) }

func (p *pure) useName(s *source, name string) {
	switch head, _, dotted := strings.Cut(name, "."); {
	case head == "aio":
		p.need(s, importAio)
	case dotted:
		p.need(s, edit.Import{Module: head})
	}
}

// drop takes arguments out of a call from the one with this index on, or with all of them the keyword.
func (c *spot) drop(from pysyntax.Node) {
	t := c.s.tree
	previous := pysyntax.Node(0)
	for n := t.Child(c.node); n != 0 && n != from && t.Child(n) != from; n = t.Next(n) {
		previous = n
	}
	if previous == c.callee {
		c.s.edits.Delete(int(t.Tokens[c.s.opening(c.node)].End), int(t.End(c.node))-1)
		return
	}
	c.s.edits.Delete(c.s.extent(c.node, previous).end, c.s.extent(c.node, from).end)
}

// isOutside reports whether a call waits for the standard library or a common library, in a way that monkey_patch makes
// green.
func isOutside(name string) bool {
	if knowledge.Owns(name) || knowledge.Owns(knowledge.Canon(name)) {
		return false
	}
	patch, blocks := knowledge.Blocking(name)
	return blocks && patch != knowledge.NeverGreen && plan.IsBlocking(name)
}

// classify decides about each call out of the tree.
func (p *pure) classify() {
	p.orders = make([]order, len(p.graph.Sites))
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		c := p.spotOf(site)
		if site.Kind == callgraph.With {
			p.orders[i] = c.enters()
			continue
		}
		if c.node == 0 {
			continue
		}
		if danger := c.hazard(); danger != nil {
			p.orders[i] = *danger
			continue
		}
		if o, found := c.takes(); found {
			p.orders[i] = o
		} else if rewrite := rewriteOf(c.name); rewrite != nil {
			p.orders[i] = rewrite(c)
		} else if c.isWithoutTwin() {
			p.orders[i] = order{rule: byHand, note: fmt.Sprintf("nothing of asyncio has `.%s`", lastOf(c.name))}
		} else if strings.HasPrefix(c.name, greenModules) && knowledge.SwitchesAt(site.Name) {
			p.orders[i] = c.outside()
		} else if p.patched && isOutside(site.Name) {
			p.orders[i] = c.outside()
		}
	}
}

// isWithoutTwin reports whether a call is one of a method that the twin of its class has not.
func (c *spot) isWithoutTwin() bool {
	if c.site.Kind != callgraph.Call || !strings.Contains(c.name, ".") {
		return false
	}
	class, method := c.name[:strings.LastIndexByte(c.name, '.')], lastOf(c.name)
	kind := primitives[class]
	if class == "eventlet.greenthread.GreenThread" {
		kind = greenThread
	}
	if kind == nil || strings.HasPrefix(method, "__") {
		return false
	}
	_, found := kind.methodOf(method)
	return !found
}

// write carries out what was decided about the calls out of the tree.
func (p *pure) write() {
	for i := range p.graph.Sites {
		o, site := &p.orders[i], &p.graph.Sites[i]
		if o.rule == nil || p.thread[site.From] {
			continue
		}
		s := p.files[p.graph.Funcs[site.From].File]
		p.note(s, site.Pos, o.rule, knowledge.Canon(site.Name), o.note)
		if other := p.alsoInTree(site); o.waits && other != "" && !strings.HasPrefix(site.Name, proxyName) {
			p.note(s, site.Pos, byHand, knowledge.Canon(site.Name),
				other+" takes its place in a test: let the test use the real thing, or give the call a method of its own")
			continue
		}
		if o.write != nil {
			o.write()
		}
	}
}

// alsoInTree gives a function of the tree that a call out of the tree can lead to as well, or "".
func (p *pure) alsoInTree(site *callgraph.Site) string {
	key := siteKey{p.graph.Funcs[site.From].File, site.Pos}
	call := p.callAt(site.From, site.Pos, lastOf(site.Name))
	for _, i := range p.where.edges[key] {
		e := &p.graph.Edges[i]
		if to := &p.graph.Funcs[e.To]; e.From == site.From && e.Certain && e.Kind == callgraph.Call &&
			site.Kind == callgraph.Call && calledAs(to, e.Kind) == lastOf(site.Name) &&
			p.callAt(e.From, e.Pos, calledAs(to, e.Kind)) == call {
			return to.Name()
		}
	}
	for _, f := range p.fakesOf(site.From, site.Pos, lastOf(site.Name)) {
		if f.to != callgraph.None {
			return p.graph.Funcs[f.to].Name()
		}
	}
	return ""
}
