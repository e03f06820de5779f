package port

import (
	"slices"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// reaches reports whether a function calls, between two places, one of some functions, however far.
func (p *painter) reaches(f callgraph.FuncID, from, to uint32, wanted map[callgraph.FuncID]bool) bool {
	seen := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	for _, e := range p.edgesOf(f) {
		if from <= e.Pos && e.Pos < to && !seen[e.To] {
			seen[e.To] = true
			queue = append(queue, e.To)
		}
	}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if wanted[next] {
			return true
		}
		for _, e := range p.edgesOf(next) {
			if !seen[e.To] {
				seen[e.To] = true
				queue = append(queue, e.To)
			}
		}
	}
	return false
}

// edgesOf gives the calls of a function.
func (a *atlas) edgesOf(f callgraph.FuncID) []callgraph.Edge {
	from, _ := slices.BinarySearchFunc(a.graph.Edges, f,
		func(e callgraph.Edge, f callgraph.FuncID) int { return int(e.From) - int(f) })
	to := from
	for to < len(a.graph.Edges) && a.graph.Edges[to].From == f {
		to++
	}
	return a.graph.Edges[from:to]
}

// timersOf finds the functions that set a Timeout.
func timersOf(graph *callgraph.Graph) map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	for i := range graph.Sites {
		switch site := &graph.Sites[i]; knowledge.Canon(site.Name) {
		case timeoutClass, withTimeoutName, timeoutClass + ".__enter__", timeoutClass + ".__init__":
			found[site.From] = true
		}
	}
	return found
}

// namesOf gives where the names of something of eventlet's end in a file.
func namesOf(s *source, canon string) map[uint32]bool {
	found := map[uint32]bool{}
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Use && r.Canon == canon {
			found[uint32(r.End)] = true
		}
	}
	return found
}

// above gives the functions that call a function, or start it, however far.
func (p *painter) above(f callgraph.FuncID) map[callgraph.FuncID]bool {
	if p.callers == nil {
		p.callers = map[callgraph.FuncID][]callgraph.FuncID{}
		for i := range p.graph.Edges {
			e := &p.graph.Edges[i]
			p.callers[e.To] = append(p.callers[e.To], e.From)
		}
		for i := range p.graph.Starts {
			st := &p.graph.Starts[i]
			p.callers[st.To] = append(p.callers[st.To], st.From)
		}
	}
	seen := map[callgraph.FuncID]bool{}
	queue := []callgraph.FuncID{f}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, g := range p.callers[next] {
			if !seen[g] {
				seen[g] = true
				queue = append(queue, g)
			}
		}
	}
	return seen
}

// namedAbove reports whether a function above does anything with the name of Timeout but to handle it or to set one.
func (p *painter) namedAbove(f callgraph.FuncID) bool {
	for g := range p.above(f) {
		s := p.files[p.graph.Funcs[g].File]
		if s == nil {
			continue
		}
		for i := range s.records {
			r := &s.records[i]
			if r.Kind == scan.Use && r.Canon == timeoutClass && r.Ctx != scan.Except && !r.Call &&
				p.funcAt(p.fileOf[s], uint32(r.Start)) == g {
				return true
			}
		}
	}
	return false
}

// mentioned counts how often a function mentions a name.
func (t *timing) mentioned(f callgraph.FuncID, name string) int {
	fn := &t.graph.Funcs[f]
	count := 0
	for _, n := range t.s.index.names[name] {
		if at := t.s.tree.Start(n); fn.Start <= at && at < fn.End {
			count++
		}
	}
	return count
}
