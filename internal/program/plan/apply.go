package plan

import (
	"cmp"
	"slices"

	"aiohub/internal/program/callgraph"
)

// Apply puts what the answers say about single calls into a graph: the calls that they settle lead where they say, for
// certain, and are open no more. It fails as New does for an answer that fits nothing.
func (a *Answers) Apply(g *callgraph.Graph) error {
	s, err := a.settle(g)
	if err != nil || len(s.calls) == 0 {
		return err
	}
	var added []callgraph.Site
	g.Edges, added = s.answered(g)
	g.Sites = append(g.Sites, added...)
	slices.SortStableFunc(g.Sites, func(a, b callgraph.Site) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Name, b.Name))
	})
	g.Opens = slices.DeleteFunc(g.Opens, func(o callgraph.Open) bool { return s.at(&o) != nil })
	return nil
}

// at is the answer about an open call, or nil.
func (s *settled) at(o *callgraph.Open) *answeredCall {
	for i := range s.calls[o.From] {
		if c := &s.calls[o.From][i]; c.fits(o.Line, o.Expr) {
			return c
		}
	}
	return nil
}

// answered gives the edges of a graph with those of the answers in the place of what was possible, and the calls out of
// the tree that the answers speak of.
func (s *settled) answered(g *callgraph.Graph) (edges []callgraph.Edge, added []callgraph.Site) {
	edges = slices.Clone(g.Edges)
	if len(s.calls) == 0 {
		return edges, nil
	}
	for i := range g.Opens {
		o := &g.Opens[i]
		c := s.at(o)
		if c == nil {
			continue
		}
		end := uint32(0)
		edges = slices.DeleteFunc(edges, func(e callgraph.Edge) bool {
			if e.From != o.From || e.Pos != o.Pos || e.Certain {
				return false
			}
			end = max(end, e.End)
			return true
		})
		for _, to := range c.targets {
			edges = append(edges,
				callgraph.Edge{From: o.From, To: to, Certain: true, Reason: callgraph.Name, Pos: o.Pos, End: end, Line: o.Line})
		}
		for _, name := range c.foreign {
			added = append(added, callgraph.Site{From: o.From, Certain: true, Pos: o.Pos, End: end, Line: o.Line, Name: name})
		}
	}
	slices.SortStableFunc(edges, func(a, b callgraph.Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.To, b.To))
	})
	return edges, added
}
