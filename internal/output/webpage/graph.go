package webpage

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// Sizes of the graph in units of its view box.
const (
	nodeWidth  = 168
	nodeHeight = 44
	gapX       = 20
	gapY       = 56
	perRow     = 6
	mostNodes  = 36 // more than that nobody can read; the table has them all
)

// graphOf draws the packages in layers, what is called below what calls it.
func graphOf(d *Data) template.HTML {
	nodes := slices.Clone(d.Packages[:min(len(d.Packages), mostNodes)])
	if len(nodes) < 2 {
		return ""
	}
	var arrows []Arrow
	for _, a := range d.Arrows {
		if a.From < len(nodes) && a.To < len(nodes) && a.From != a.To {
			arrows = append(arrows, a)
		}
	}
	height := layout(nodes, arrows)
	var b strings.Builder
	width := perRow*(nodeWidth+gapX) - gapX + 8
	fmt.Fprintf(
		&b,
		`<svg class="graph" viewBox="-4 -4 %d %d" role="img" aria-label="packages and the calls between them; the table below has the same">`,
		width,
		height+8,
	)
	b.WriteString(
		`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>`,
	)
	for _, a := range arrows {
		from, to := &nodes[a.From], &nodes[a.To]
		x1, y1, x2, y2 := from.X+nodeWidth/2, from.Y+nodeHeight, to.X+nodeWidth/2, to.Y
		if from.Y >= to.Y {
			y1, y2 = from.Y, to.Y+nodeHeight
		}
		fmt.Fprintf(
			&b,
			`<path class="arrow" data-from="%d" data-to="%d" d="M%d %dC%d %d %d %d %d %d" marker-end="url(#tip)"><title>%s calls %s in %s</title></path>`,
			a.From,
			a.To,
			x1,
			y1,
			x1,
			(y1+y2)/2,
			x2,
			(y1+y2)/2,
			x2,
			y2,
			template.HTMLEscapeString(from.Name),
			template.HTMLEscapeString(to.Name),
			plural(a.Calls, "place"),
		)
	}
	for i := range nodes {
		n := &nodes[i]
		fmt.Fprintf(
			&b,
			`<g class="node %s" data-node="%d" tabindex="0"><rect x="%d" y="%d" width="%d" height="%d" rx="6"/><text x="%d" y="%d">%s</text><text class="small" x="%d" y="%d">%s must, %s may, %s</text><title>%s</title></g>`,
			state(n),
			i,
			n.X,
			n.Y,
			nodeWidth,
			nodeHeight,
			n.X+8,
			n.Y+18,
			template.HTMLEscapeString(tail(n.Name, 21)),
			n.X+8,
			n.Y+35,
			thousands(n.Must),
			thousands(n.May),
			plural(n.Faces, "face"),
			template.HTMLEscapeString(n.Name),
		)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// state is the class of a node: what of it is left to do.
func state(p *Package) string {
	switch {
	case p.Must == 0 && p.May == 0:
		return "done"
	case p.Must*4 > p.All:
		return "much"
	case p.Must > 0:
		return "some"
	}
	return "maybe"
}

func tail(s string, width int) string {
	if len(s) <= width {
		return s
	}
	return "…" + s[len(s)-width+1:]
}

// layout gives each node a place and returns the height of the whole. A node's layer is the longest way to it from one
// that nobody calls, arrows that close a circle left out.
func layout(nodes []Package, arrows []Arrow) int {
	out := make([][]int, len(nodes))
	for _, a := range arrows {
		out[a.From] = append(out[a.From], a.To)
	}
	for i := range out {
		slices.Sort(out[i])
	}
	const (
		fresh = iota
		open
		closed
	)
	mark := make([]int, len(nodes))
	var order []int
	forward := make([][]int, len(nodes))
	var visit func(int)
	visit = func(i int) {
		mark[i] = open
		for _, j := range out[i] {
			if mark[j] == open {
				continue
			}
			forward[i] = append(forward[i], j)
			if mark[j] == fresh {
				visit(j)
			}
		}
		mark[i] = closed
		order = append(order, i)
	}
	for i := range nodes {
		if mark[i] == fresh {
			visit(i)
		}
	}
	for _, i := range slices.Backward(order) {
		for _, j := range forward[i] {
			nodes[j].Layer = max(nodes[j].Layer, nodes[i].Layer+1)
		}
	}
	byLayer := map[int][]int{}
	deepest := 0
	for i := range nodes {
		byLayer[nodes[i].Layer] = append(byLayer[nodes[i].Layer], i)
		deepest = max(deepest, nodes[i].Layer)
	}
	row := 0
	for layer := 0; layer <= deepest; layer++ {
		list := byLayer[layer]
		slices.SortFunc(list, func(a, b int) int { return cmp.Compare(nodes[a].Name, nodes[b].Name) })
		for start := 0; start < len(list); start += perRow {
			part := list[start:min(start+perRow, len(list))]
			indent := (perRow - len(part)) * (nodeWidth + gapX) / 2
			for i, n := range part {
				nodes[n].X, nodes[n].Y = indent+i*(nodeWidth+gapX), row*(nodeHeight+gapY)
			}
			row++
		}
	}
	return max(row*(nodeHeight+gapY)-gapY, nodeHeight)
}
