package show

import (
	"fmt"
	"io"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
)

// arrow is a call between modules that both have something to move.
type arrow struct{ from, to int32 }

// modules gives the modules with something to move, and the calls between them that transmit colour, as often as they
// stand.
func modules(p *plan.Plan) (nodes []int32, arrows []arrow, calls map[arrow]int) {
	counted := map[int32]bool{}
	for i := range p.Graph.Funcs {
		if p.Colours[i] != plan.Stays {
			counted[p.Graph.Funcs[i].File] = true
		}
	}
	for i := range p.Graph.Files {
		if counted[int32(i)] {
			nodes = append(nodes, int32(i))
		}
	}
	calls = map[arrow]int{}
	for _, e := range p.Spreading() {
		a := arrow{p.Graph.Funcs[e.From].File, p.Graph.Funcs[e.To].File}
		if a.from == a.to {
			continue
		}
		if calls[a] == 0 {
			arrows = append(arrows, a)
		}
		calls[a]++
	}
	return nodes, arrows, calls
}

func moduleCounts(p *plan.Plan, file int32) plan.Counts {
	return p.Count(func(f *callgraph.Func) bool { return f.File == file })
}

// Dot writes the modules and the calls between them for Graphviz.
func Dot(w io.Writer, p *plan.Plan) error {
	nodes, arrows, calls := modules(p)
	b := &page{}
	b.line("digraph plan {")
	b.line("  rankdir=BT")
	b.line("  node [shape=box, style=filled, fillcolor=white]")
	for _, file := range nodes {
		c := moduleCounts(p, file)
		fill := "lightyellow"
		if c.Must > 0 {
			fill = "lightsalmon"
		}
		b.line("  %q [label=%q, fillcolor=%s]", p.Graph.Files[file].Module,
			fmt.Sprintf("%s\n%d must, %d may, %d faces", p.Graph.Files[file].Module, c.Must, c.May, c.Faces), fill)
	}
	for _, a := range arrows {
		b.line("  %q -> %q [label=%d]", p.Graph.Files[a.from].Module, p.Graph.Files[a.to].Module, calls[a])
	}
	b.line("}")
	return b.to(w)
}

// Mermaid writes the same for Mermaid.
func Mermaid(w io.Writer, p *plan.Plan) error {
	nodes, arrows, calls := modules(p)
	b := &page{}
	b.line("flowchart BT")
	for _, file := range nodes {
		c := moduleCounts(p, file)
		b.line("  m%d[\"%s<br>%d must, %d may, %d faces\"]", file,
			strings.ReplaceAll(p.Graph.Files[file].Module, `"`, "#quot;"), c.Must, c.May, c.Faces)
	}
	for _, a := range arrows {
		b.line("  m%d -->|%d| m%d", a.from, calls[a], a.to)
	}
	return b.to(w)
}
