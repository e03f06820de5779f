package plan

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// extending gives the methods that override one of a class outside the tree and call it, as `super().submit(...)` does:
// the library has a method of this name. Whoever gets the object as one of the library's calls it without await.
func extending(g *callgraph.Graph) map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	for i := range g.Sites {
		site := &g.Sites[i]
		f := &g.Funcs[site.From]
		if f.Class == callgraph.None || f.Flags&callgraph.Test != 0 || site.Awaited {
			continue
		}
		base, ok := strings.CutSuffix(site.Name, "."+lastName(f))
		if ok && !plain[base] && derivesFrom(g, f.Class, base) {
			found[site.From] = true
		}
	}
	return found
}

// derivesFrom reports whether a class has a base outside the tree, however far.
func derivesFrom(g *callgraph.Graph, class int32, base string) bool {
	return hasForeignBase(g, class, func(name string) bool { return name == base })
}

// hasForeignBase reports whether one of the bases that a class has outside the tree, however far, is as asked.
func hasForeignBase(g *callgraph.Graph, class int32, is func(base string) bool) bool {
	seen := map[int32]bool{}
	work := []int32{class}
	for len(work) > 0 {
		at := work[0]
		work = work[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		if slices.ContainsFunc(g.Classes[at].Foreign, is) {
			return true
		}
		work = append(work, g.Classes[at].Bases...)
	}
	return false
}
