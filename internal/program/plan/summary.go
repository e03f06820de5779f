package plan

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// Counts says how many functions have which colour.
type Counts struct {
	All, Must, May, Faces int
	Async                 int // already
	Blocking              int // async already, and still reaches what blocks; among the faces, too
}

// Count counts the functions of a graph that are no module bodies, below the given package ("" for all).
func (p *Plan) Count(within func(*callgraph.Func) bool) Counts {
	var c Counts
	for i := range p.Graph.Funcs {
		f := &p.Graph.Funcs[i]
		if within != nil && !within(f) {
			continue
		}
		switch p.Colours[i] {
		case Must:
			c.Must++
		case May:
			c.May++
		case Face:
			c.Faces++
		}
		if f.Kind == callgraph.ModuleBody {
			continue
		}
		c.All++
		if f.Flags&callgraph.Async != 0 {
			c.Async++
			if p.Colours[i] == Face {
				c.Blocking++
			}
		}
	}
	return c
}

// Package is the state of a package.
type Package struct {
	Name string
	Counts
}

// Packages gives the state of the packages that have something to move, those with most to move first. Packages are cut
// where a page can hold them: two components deep, three where all have the first two in common.
func (p *Plan) Packages() []Package {
	byName := map[string]*Package{}
	for i := range p.Graph.Funcs {
		f := &p.Graph.Funcs[i]
		name := cut(f.Module, p.depth)
		pkg := byName[name]
		if pkg == nil {
			pkg = &Package{Name: name}
			byName[name] = pkg
		}
		switch p.Colours[i] {
		case Must:
			pkg.Must++
		case May:
			pkg.May++
		case Face:
			pkg.Faces++
		}
		if f.Kind != callgraph.ModuleBody {
			pkg.All++
			if f.Flags&callgraph.Async != 0 {
				pkg.Async++
			}
		}
	}
	var list []Package
	for _, pkg := range byName {
		if pkg.Must+pkg.May+pkg.Faces > 0 {
			list = append(list, *pkg)
		}
	}
	slices.SortFunc(list, func(a, b Package) int {
		return cmp.Or(cmp.Compare(b.Must, a.Must), cmp.Compare(b.May, a.May), strings.Compare(a.Name, b.Name))
	})
	return list
}

// PackageOf gives the package of a function, cut as Packages cuts it.
func (p *Plan) PackageOf(id callgraph.FuncID) string {
	return cut(p.Graph.Funcs[id].Module, p.depth)
}

// packageDepth is how many components of a module's name its package has on a page.
func packageDepth(g *callgraph.Graph) int {
	tops := map[string]bool{}
	for i := range g.Files {
		tops[cut(g.Files[i].Module, 1)] = true
	}
	if len(tops) > 8 {
		return 1
	}
	return 2
}

func cut(module string, depth int) string {
	end := 0
	for range depth {
		i := strings.IndexByte(module[end:], '.')
		if i < 0 {
			return module
		}
		end += i + 1
	}
	return module[:end-1]
}

// Notices are things about the answers that are no errors.
func (p *Plan) Notices() []string { return p.index.settled.notices }

// Unpatched counts the calls that would block an event loop and that nothing makes green: no program of the tree
// patches the standard library for them.
func (p *Plan) Unpatched() int {
	n := 0
	for i := range p.Graph.Sites {
		if s := &p.Graph.Sites[i]; !s.Awaited && p.index.judge(s) == wouldStop {
			n++
		}
	}
	return n
}

// Spreading gives the certain calls along which colour spreads, in the order of the graph.
func (p *Plan) Spreading() []callgraph.Edge {
	var list []callgraph.Edge
	for i := range p.index.edges {
		e := &p.index.edges[i]
		if e.Certain && p.Colours[e.To] == Must && p.Colours[e.From] != Stays && p.index.transmits(e) {
			list = append(list, *e)
		}
	}
	return list
}
