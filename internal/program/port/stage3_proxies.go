package port

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// proxySet is what is known of proxies that share a use: they become aio.ThreadProxy together, with all uses, or stay.
type proxySet struct {
	because string // why they stay, or ""
	given   bool   // something gets an attribute of one, or a test puts something in its place
}

// proxyUse is a use of proxies, or the place where one is made.
type proxyUse struct {
	*proxySet
	mixed bool // it can be something else there
}

// enterProxy is the name under which the use of a proxy by a with block is found.
const enterProxy = "__enter__"

// proxiesOf gives the uses of all proxies of the tree.
func (p *pure) proxiesOf() map[objectKey]proxyUse {
	if p.proxies != nil {
		return p.proxies
	}
	p.proxies = map[objectKey]proxyUse{}
	for _, g := range groupsOfMade(p.graph) {
		if !slices.ContainsFunc(g.made, func(m *callgraph.Made) bool { return knowledge.Canon(m.Name) == proxyName }) {
			continue
		}
		set := &proxySet{}
		stays := func(because string) {
			if because != "" && set.because == "" {
				set.because = because
			}
		}
		if g.kind == nil {
			stays("what is used here can be one of several primitives")
		}
		for _, m := range g.made {
			made := siteKey{p.graph.Funcs[m.From].File, m.Pos}
			p.proxies[objectKey{made, lastOf(knowledge.Canon(m.Name))}] = proxyUse{set, false}
			stays(p.proxyMade(m))
			for i := range m.Uses {
				u := &m.Uses[i]
				if u.Mixed && p.madeThere(m, u) {
					own := *u
					own.Mixed = false
					u = &own
				}
				stays(p.proxyUsed(u, set))
				name := u.Name
				if u.Kind == callgraph.WithBlock {
					name = enterProxy
				}
				key := objectKey{siteKey{p.graph.Funcs[u.From].File, u.Pos}, name}
				p.proxies[key] = proxyUse{set, u.Mixed || p.proxies[key].mixed}
			}
		}
	}
	return p.proxies
}

// proxyMade says what is in the way where a proxy is made.
func (p *pure) proxyMade(m *callgraph.Made) string {
	call := p.callAt(m.From, m.Pos, lastOf(m.Name))
	if call == 0 {
		return "what makes it is not found"
	}
	args := argsOf(p.files[p.graph.Funcs[m.From].File].tree, call)
	if len(args.positional) != 1 || len(args.keywords) > 0 || args.starred || args.unpacked {
		return "it also wraps what methods return"
	}
	return ""
}

// madeThere reports whether what is used is the call that makes the proxy: whatever that wraps, it is no other.
func (p *pure) madeThere(m *callgraph.Made, u *callgraph.ObjectUse) bool {
	file := p.graph.Funcs[m.From].File
	made := p.callAt(m.From, m.Pos, lastOf(m.Name))
	if made == 0 || p.graph.Funcs[u.From].File != file {
		return false
	}
	t := p.files[file].tree
	switch u.Kind {
	case callgraph.WithBlock:
		return t.Child(p.withs[file][u.Pos]) == made
	case callgraph.Method:
		call := p.callAt(u.From, u.Pos, u.Name)
		return call != 0 && t.Child(t.Child(call)) == made
	}
	return false
}

// looksOnly are functions that have the same answer for a proxy of either kind.
var looksOnly = map[string]bool{"builtins.hasattr": true, "builtins.repr": true, "builtins.str": true,
	"builtins.bool": true, "builtins.len": true, "builtins.print": true}

// proxyUsed says what is in the way of one use of a proxy.
func (p *pure) proxyUsed(u *callgraph.ObjectUse, set *proxySet) string {
	file := p.graph.Funcs[u.From].File
	s := p.files[file]
	where := fmt.Sprintf("%s:%d: ", s.path, u.Line)
	switch u.Kind {
	case callgraph.Method:
		call := p.callAt(u.From, u.Pos, u.Name)
		if call == 0 || p.nameOf(file, call) != u.Name || strings.HasPrefix(u.Name, "__") || !p.hasSite(file, u.Pos, u.Name) {
			return where + "`." + u.Name + "` of it cannot be awaited"
		}
	case callgraph.WithBlock:
		item := p.withs[file][u.Pos]
		if item == 0 || u.Mixed || s.tree.Has(s.tree.Parents()[item], pysyntax.FlagAsync) ||
			!p.hasSite(file, u.Pos, enterProxy) {
			return where + "what is entered can be something else"
		}
	case callgraph.Member:
		for n := range s.tree.All() {
			if s.tree.Kind(n) != pysyntax.Attribute || string(s.tree.Ident(n)) != u.Name || !p.isIn(u.From, s.tree.Start(n)) {
				continue
			}
			if parent := s.tree.Parents()[n]; s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n {
				continue
			}
			if s.tree.Has(n, pysyntax.FlagStore) {
				return where + "an attribute of it is set"
			}
			set.given = set.given || !s.isData(n)
		}
	case callgraph.Handed:
		if s.test && (strings.HasSuffix(u.Name, "patch.object") || lastOf(u.Name) == "MockPatchObject") {
			set.given = true
			return ""
		}
		if !looksOnly[u.Name] && !strings.HasPrefix(lastOf(u.Name), "assert") {
			return where + "it is handed to something else: " + u.Name
		}
	case callgraph.Replaced:
		set.given = true
	case callgraph.Unknown:
		return where + "`." + u.Name + "` of something of which nothing is known may be it"
	default:
		return where + u.Name
	}
	return ""
}

// isIn reports whether a place is in a function.
func (p *pure) isIn(f callgraph.FuncID, at uint32) bool {
	return p.graph.Funcs[f].Start <= at && at < p.graph.Funcs[f].End
}

// hasSite reports whether the graph has a call of a method of a proxy at a place.
func (p *pure) hasSite(file int32, pos uint32, method string) bool {
	return slices.ContainsFunc(p.where.sites[siteKey{file, pos}], func(i int32) bool {
		return knowledge.Canon(p.graph.Sites[i].Name) == proxyName+"."+method
	})
}

// proxyOrder is about a call of a method of a proxy: it runs in a thread, and is awaited.
func proxyOrder(c *spot) order {
	use, found := c.p.proxiesOf()[objectKey{siteKey{c.file, c.site.Pos}, lastOf(c.name)}]
	switch {
	case !found || use.because != "":
		return order{rule: byHand, note: proxyStays(use), waits: true}
	case use.mixed:
		return order{rule: callsEither, waits: true, write: func() {
			if c.runsInThread() {
				c.p.callEither(c.s, nodeKey{c.file, c.node}, c.name)
			}
		}}
	}
	return order{rule: use.rule(), waits: true, write: func() {
		if c.runsInThread() {
			c.await()
		}
	}}
}

// runsInThread reports whether a thread can still run a method of what a proxy wraps, and says so if not: one of the
// tree that is a coroutine function by now would only be called there.
func (c *spot) runsInThread() bool {
	for _, i := range c.p.where.edges[siteKey{c.file, c.site.Pos}] {
		e := &c.p.graph.Edges[i]
		f := &c.p.graph.Funcs[e.To]
		if e.From == c.site.From && c.p.async[e.To] && lastName(f.Qual) == lastOf(c.name) {
			c.p.note(c.s, c.site.Pos, byHand, c.name, f.Name()+" becomes a coroutine function: await it without the proxy")
			return false
		}
	}
	return true
}

// entersProxy is about a with block that holds a proxy.
func (c *spot) entersProxy(enter func(*Rule) order) order {
	use, found := c.p.proxiesOf()[objectKey{siteKey{c.file, c.site.Pos}, enterProxy}]
	if !found || use.because != "" {
		return order{rule: byHand, note: proxyStays(use), waits: true}
	}
	return enter(use.rule())
}

func (u *proxyUse) rule() *Rule {
	if u.given {
		return proxyGiven
	}
	return proxyAwaited
}

// proxyStays says why a proxy stays.
func proxyStays(use proxyUse) string {
	if use.proxySet == nil || use.because == "" {
		return remedy(proxyName)
	}
	return use.because
}

// proxyTwin is what the name of eventlet's proxy becomes at a place, "" with the reason if it stays: where one is made,
// and elsewhere if all can go.
func (p *pure) proxyTwin(file int32, s *source, r *scan.Record) (name, because string) {
	const twin = "aio.ThreadProxy"
	if use, found := p.proxiesOf()[objectKey{siteKey{file, uint32(r.Start)}, lastOf(proxyName)}]; found {
		if use.because != "" {
			return "", use.because
		}
		return twin, ""
	}
	n := s.nodes[span{r.Start, r.End}]
	stands := r.Ctx == scan.Base || s.tree.Kind(s.tree.Parents()[n]) == pysyntax.Attribute || s.callOf(r) != 0
	for _, use := range p.proxiesOf() {
		stands = stands || use.because != ""
	}
	if stands || n == 0 || len(p.proxiesOf()) == 0 {
		return "", remedy(proxyName)
	}
	return twin, ""
}
