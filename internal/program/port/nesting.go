package port

import (
	"cmp"
	"slices"
	"sort"

	"aiohub/internal/program/callgraph"
)

// nesting is the functions of a file, by where they start, the outer before the inner. Those around a place are found
// without looking at all: a file can have as many functions as places that are asked for.
type nesting struct {
	funcs  []callgraph.FuncID
	around []int32 // by index in funcs: the one around it, -1 for none
}

func newNesting(graph *callgraph.Graph, file []callgraph.FuncID) *nesting {
	n := &nesting{}
	for _, id := range file {
		if graph.Funcs[id].Kind != callgraph.ModuleBody {
			n.funcs = append(n.funcs, id)
		}
	}
	slices.SortStableFunc(n.funcs, func(a, b callgraph.FuncID) int {
		f, g := &graph.Funcs[a], &graph.Funcs[b]
		return cmp.Or(cmp.Compare(f.Start, g.Start), cmp.Compare(g.End, f.End), cmp.Compare(b, a))
	})
	n.around = make([]int32, len(n.funcs))
	last := int32(-1)
	for i, id := range n.funcs {
		for last >= 0 && graph.Funcs[n.funcs[last]].End <= graph.Funcs[id].Start {
			last = n.around[last]
		}
		n.around[i], last = last, int32(i)
	}
	return n
}

// at gives the innermost function around a place, callgraph.None outside of all.
func (n *nesting) at(graph *callgraph.Graph, at uint32) callgraph.FuncID {
	i := int32(sort.Search(len(n.funcs), func(i int) bool { return graph.Funcs[n.funcs[i]].Start > at })) - 1
	for ; i >= 0; i = n.around[i] {
		if at < graph.Funcs[n.funcs[i]].End {
			return n.funcs[i]
		}
	}
	return callgraph.None
}
