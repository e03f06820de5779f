// Package lookup answers what a call graph says of a file, of a function and of a place.
//
// An Index is made once for a graph and only read afterwards, by any number of goroutines. It keeps no copy: what it
// gives are parts of the graph's own slices.
package lookup

import (
	"slices"
	"sort"
	"sync"

	"aiohub/internal/program/callgraph"
)

// Index is a graph by file and by function.
type Index struct {
	Graph *callgraph.Graph

	files map[string]int32
	funcs []int32 // by file: where its functions begin in Graph.Funcs; one more for the end
	sites []int32 // by function: where its sites begin in Graph.Sites; one more
	edges []int32 // by function: where its edges begin in Graph.Edges; one more

	turned sync.Once
	in     [][]int32 // by function: edges to it
	starts map[callgraph.FuncID][]int32
	runs   map[callgraph.FuncID][]callgraph.Run
}

// New makes the index of a graph.
func New(g *callgraph.Graph) *Index {
	x := &Index{Graph: g, files: make(map[string]int32, len(g.Files)), funcs: make([]int32, len(g.Files)+1)}
	for i := range g.Files {
		x.files[g.Files[i].Path] = int32(i)
	}
	for i := range x.funcs {
		x.funcs[i] = int32(sort.Search(len(g.Funcs), func(k int) bool { return int(g.Funcs[k].File) >= i }))
	}
	x.sites = begins(len(g.Funcs), len(g.Sites), func(i int) callgraph.FuncID { return g.Sites[i].From })
	x.edges = begins(len(g.Funcs), len(g.Edges), func(i int) callgraph.FuncID { return g.Edges[i].From })
	return x
}

// begins tells for each function where its part of a list that is sorted by function begins.
func begins(funcs, n int, from func(int) callgraph.FuncID) []int32 {
	out := make([]int32, funcs+1)
	i := 0
	for f := range out {
		for i < n && int(from(i)) < f {
			i++
		}
		out[f] = int32(i)
	}
	return out
}

// File gives the number of a file; ok is false for one that the graph leaves out.
func (x *Index) File(path string) (file int32, ok bool) {
	file, ok = x.files[path]
	return file, ok
}

// Funcs gives the functions of a file, as a range of FuncIDs.
func (x *Index) Funcs(file int32) (from, to callgraph.FuncID) {
	return callgraph.FuncID(x.funcs[file]), callgraph.FuncID(x.funcs[file+1])
}

// Sites gives the calls of a function that lead out of the tree.
func (x *Index) Sites(f callgraph.FuncID) []callgraph.Site {
	return x.Graph.Sites[x.sites[f]:x.sites[f+1]]
}

// Edges gives the calls of a function that lead to functions of the tree.
func (x *Index) Edges(f callgraph.FuncID) []callgraph.Edge {
	return x.Graph.Edges[x.edges[f]:x.edges[f+1]]
}

// EdgesOf gives the calls of a file that lead to functions of the tree.
func (x *Index) EdgesOf(file int32) []callgraph.Edge {
	from, to := x.Funcs(file)
	return x.Graph.Edges[x.edges[from]:x.edges[to]]
}

// SitesOf gives the calls of a file that lead out of the tree.
func (x *Index) SitesOf(file int32) []callgraph.Site {
	from, to := x.Funcs(file)
	return x.Graph.Sites[x.sites[from]:x.sites[to]]
}

// Uses gives the uses of values in a file.
func (x *Index) Uses(file int32) []callgraph.Use {
	g := x.Graph
	from, _ := slices.BinarySearchFunc(g.Uses, file,
		func(u callgraph.Use, file int32) int { return int(g.Funcs[u.From].File) - int(file) })
	to := from
	for to < len(g.Uses) && g.Funcs[g.Uses[to].From].File == file {
		to++
	}
	return g.Uses[from:to]
}

// Callers gives the calls of a function by functions of the tree, as indices into Graph.Edges.
func (x *Index) Callers(f callgraph.FuncID) []int32 {
	x.turn()
	return x.in[f]
}

// StartedBy gives where a function is handed to something that runs it as a task or thread of its own, as indices into
// Graph.Starts.
func (x *Index) StartedBy(f callgraph.FuncID) []int32 {
	x.turn()
	return x.starts[f]
}

// Runs gives where the coroutine of a function is handed to something that runs it.
func (x *Index) Runs(f callgraph.FuncID) []callgraph.Run {
	x.turn()
	return x.runs[f]
}

func (x *Index) turn() {
	x.turned.Do(func() {
		x.in = make([][]int32, len(x.Graph.Funcs))
		for i := range x.Graph.Edges {
			to := x.Graph.Edges[i].To
			x.in[to] = append(x.in[to], int32(i))
		}
		x.starts = map[callgraph.FuncID][]int32{}
		for i := range x.Graph.Starts {
			to := x.Graph.Starts[i].To
			x.starts[to] = append(x.starts[to], int32(i))
		}
		x.runs = map[callgraph.FuncID][]callgraph.Run{}
		for _, r := range x.Graph.Runs {
			x.runs[r.To] = append(x.runs[r.To], r)
		}
	})
}
