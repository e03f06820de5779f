package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// catchers finds the functions that catch a Timeout which they have not made: that of somebody who called them.
func (p *pure) catchers() map[callgraph.FuncID]bool {
	if p.catching != nil {
		return p.catching
	}
	p.catching = map[callgraph.FuncID]bool{}
	for i, s := range p.files {
		parents := s.tree.Parents()
		for k := range s.records {
			r := &s.records[k]
			if r.Kind != scan.Use || r.Ctx != scan.Except || r.Canon != timeoutName {
				continue
			}
			try := s.nodes[span{r.Start, r.End}]
			for try != 0 && s.tree.Kind(try) != pysyntax.Try {
				try = parents[try]
			}
			if try == 0 || strings.Contains(string(s.tree.Text(s.tree.ChildOf(try, pysyntax.Block))), "Timeout(") ||
				p.madeBefore(s, try) {
				continue
			}
			if f := p.functionAt(int32(i), uint32(r.Start)); f != callgraph.None {
				p.catching[f] = true
			}
		}
	}
	return p.catching
}

// madeBefore reports whether the statement before a try makes a Timeout, which the try limits itself with.
func (p *pure) madeBefore(s *source, try pysyntax.Node) bool {
	for n := range s.tree.Children(s.tree.Parents()[try]) {
		if s.tree.Next(n) == try {
			return strings.Contains(string(s.tree.Text(n)), "Timeout(")
		}
	}
	return false
}

// caughtBelow looks for a function, called from within the block of a Timeout however far down, that would have caught
// it there.
func (p *pure) caughtBelow(file int32, from callgraph.FuncID, body pysyntax.Node) string {
	catchers := p.catchers()
	if len(catchers) == 0 {
		return ""
	}
	t := p.files[file].tree
	seen := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	for i := range p.graph.Edges {
		if e := &p.graph.Edges[i]; e.From == from && t.Start(body) <= e.Pos && e.Pos < t.End(body) && e.Certain &&
			!seen[e.To] {
			seen[e.To] = true
			queue = append(queue, e.To)
		}
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if catchers[f] {
			return p.graph.Funcs[f].Name()
		}
		for _, to := range p.where.calls[f] {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	return ""
}
