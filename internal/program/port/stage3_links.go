package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// greenAttribute is something of a green thread that a function uses which is called when it has ended, and that no
// rewrite of calls deals with; "" if there is none.
func (c *spot) greenAttribute(value pysyntax.Node) string {
	if c.s.tree.Kind(value) == pysyntax.Lambda {
		return c.s.linkedUses(value, 0).attribute
	}
	for _, f := range c.p.targets[siteKey{c.file, c.site.Pos}] {
		fn := &c.p.graph.Funcs[f]
		if definition := c.p.defs[fn.File][fn.Start]; definition != 0 {
			if name := c.p.files[fn.File].linkedUses(definition, firstArgument(fn)).attribute; name != "" {
				return name
			}
		}
	}
	return ""
}

// hasEnded reports whether a call waits for a green thread in a function that is called when it has ended, and never
// otherwise.
func (c *spot) hasEnded() bool {
	f := &c.p.graph.Funcs[c.site.From]
	definition := c.p.defs[f.File][f.Start]
	if f.Kind == callgraph.Lambda {
		definition = c.s.lambdaAt(f.Start)
	}
	return definition != 0 && c.onlyArguments(0) && c.p.linksAlone(c.site.From) &&
		slices.Contains(c.s.linkedUses(definition, firstArgument(f)).joins, c.node)
}

func (s *source) lambdaAt(start uint32) pysyntax.Node {
	for n := range s.tree.All() {
		if s.tree.Kind(n) == pysyntax.Lambda && s.tree.Start(n) == start {
			return n
		}
	}
	return 0
}

// linksAlone reports whether a function is linked to green threads, and called in no other way.
func (p *pure) linksAlone(f callgraph.FuncID) bool {
	if p.handings == nil {
		p.handings = handedOver(p.graph)
	}
	h := p.handings[f]
	return len(h.places) > 0 && !h.other && !isCalled(p.graph, f)
}
