package port

import "aiohub/internal/program/callgraph"

// places finds what a graph has at a place of a file.
type places struct {
	edges  map[siteKey][]int32 // by where they are
	sites  map[siteKey][]int32
	starts map[siteKey]bool
	// wrappers are what decorators of the tree put in the place of functions.
	wrappers map[callgraph.FuncID][]callgraph.FuncID
	funcs    [][]callgraph.FuncID                    // by file
	calls    map[callgraph.FuncID][]callgraph.FuncID // certain ones
}

func newPlaces(graph *callgraph.Graph) *places {
	w := &places{edges: map[siteKey][]int32{}, sites: map[siteKey][]int32{}, starts: map[siteKey]bool{},
		calls: map[callgraph.FuncID][]callgraph.FuncID{}, wrappers: map[callgraph.FuncID][]callgraph.FuncID{},
		funcs: make([][]callgraph.FuncID, len(graph.Files))}
	for i := range graph.Edges {
		e := &graph.Edges[i]
		key := siteKey{graph.Funcs[e.From].File, e.Pos}
		w.edges[key] = append(w.edges[key], int32(i))
		if e.Certain {
			w.calls[e.From] = append(w.calls[e.From], e.To)
		}
		if e.Reason == callgraph.Wrapped {
			w.wrappers[e.To] = append(w.wrappers[e.To], e.From)
		}
	}
	for i := range graph.Sites {
		s := &graph.Sites[i]
		key := siteKey{graph.Funcs[s.From].File, s.Pos}
		w.sites[key] = append(w.sites[key], int32(i))
	}
	for i := range graph.Starts {
		s := &graph.Starts[i]
		w.starts[siteKey{graph.Funcs[s.From].File, s.Pos}] = true
	}
	for i := range graph.Funcs {
		file := graph.Funcs[i].File
		w.funcs[file] = append(w.funcs[file], callgraph.FuncID(i))
	}
	return w
}
