package port

import (
	"testing"

	"aiohub/internal/program/callgraph"
)

// The innermost function is found among neighbours, nested ones and ones that end together.
func TestNesting(t *testing.T) {
	ranges := [][2]uint32{{0, 100}, {5, 50}, {7, 20}, {20, 50}, {30, 40}, {60, 99}, {60, 99}, {61, 99}, {110, 120}, {0, 130}}
	graph := &callgraph.Graph{}
	var file []callgraph.FuncID
	for i, r := range ranges {
		kind := callgraph.Plain
		if i == len(ranges)-1 {
			kind = callgraph.ModuleBody
		}
		graph.Funcs = append(graph.Funcs, callgraph.Func{Kind: kind, Start: r[0], End: r[1]})
		file = append(file, callgraph.FuncID(i))
	}
	n := newNesting(graph, file)
	for at := range uint32(140) {
		want, size := callgraph.FuncID(callgraph.None), ^uint32(0)
		for i, r := range ranges[:len(ranges)-1] {
			if r[0] <= at && at < r[1] && r[1]-r[0] < size {
				want, size = callgraph.FuncID(i), r[1]-r[0]
			}
		}
		if got := n.at(graph, at); got != want {
			t.Errorf("at %d: %d, not %d", at, got, want)
		}
	}
}
