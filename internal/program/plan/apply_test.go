package plan

import (
	"testing"

	"aiohub/internal/program/callgraph"
)

// TestApply puts an answer about an open call into a graph: the call leads where it says, for certain, and is open no
// more.
func TestApply(t *testing.T) {
	graph := &callgraph.Graph{
		Files: []callgraph.File{{Path: "a.py", Module: "a"}},
		Funcs: []callgraph.Func{
			{Module: "a", Qual: "f", Class: callgraph.None, Outer: callgraph.None},
			{Module: "a", Qual: "g", Class: callgraph.None, Outer: callgraph.None},
			{Module: "a", Qual: "h", Class: callgraph.None, Outer: callgraph.None},
		},
		Edges: []callgraph.Edge{{From: 0, To: 2, Pos: 5, End: 9, Line: 1}},
		Opens: []callgraph.Open{{From: 0, Pos: 5, Line: 1, Expr: "x.g"}, {From: 1, Pos: 20, Line: 3, Expr: "x.h"}},
	}
	answers := &Answers{Calls: map[string][]string{"a:f:x.g": {"a:g", "lib.wait"}}}
	if err := answers.Apply(graph); err != nil {
		t.Fatal(err)
	}
	if len(graph.Edges) != 1 || graph.Edges[0].To != 1 || !graph.Edges[0].Certain || graph.Edges[0].End != 9 {
		t.Errorf("edges: %+v", graph.Edges)
	}
	if len(graph.Sites) != 1 || graph.Sites[0].Name != "lib.wait" {
		t.Errorf("sites: %+v", graph.Sites)
	}
	if len(graph.Opens) != 1 || graph.Opens[0].From != 1 {
		t.Errorf("open calls: %+v", graph.Opens)
	}
	if err := (&Answers{Calls: map[string][]string{"a:f:x.g": {"a:nothing"}}}).Apply(graph); err == nil {
		t.Error("an answer that fits nothing is no error")
	}
}
