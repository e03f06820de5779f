package plan

import (
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
	seen := map[int32]bool{}
	work := []int32{class}
	for len(work) > 0 {
		at := work[0]
		work = work[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		for _, name := range g.Classes[at].Foreign {
			if name == base {
				return true
			}
		}
		work = append(work, g.Classes[at].Bases...)
	}
	return false
}
