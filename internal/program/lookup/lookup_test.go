package lookup_test

import (
	"slices"
	"testing"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/lookup"
)

// graph has three files, of which the middle one has no functions: a of a.py calls b twice and starts c, b of c.py runs
// the coroutine of c.
func graph() *callgraph.Graph {
	return &callgraph.Graph{
		Files: []callgraph.File{{Path: "a.py"}, {Path: "b.py"}, {Path: "c.py"}},
		Funcs: []callgraph.Func{{File: 0, Qual: "<module>"}, {File: 0, Qual: "a"}, {File: 2, Qual: "b"}, {File: 2, Qual: "c"}},
		Edges: []callgraph.Edge{{From: 1, To: 2, Pos: 1}, {From: 1, To: 2, Pos: 5}, {From: 2, To: 3, Pos: 2}},
		Sites: []callgraph.Site{{From: 0, Name: "x"}, {From: 1, Name: "y"}, {From: 3, Name: "z"}},
		Starts: []callgraph.Start{
			{From: 1, To: 3, Pos: 7},
		},
		Runs: []callgraph.Run{{From: 2, To: 3, Start: 9}},
		Uses: []callgraph.Use{{From: 0, Start: 1}, {From: 1, Start: 2}, {From: 3, Start: 3}},
	}
}

func TestFilesAndTheirFunctions(t *testing.T) {
	x := lookup.New(graph())
	for i, want := range []struct {
		path     string
		from, to callgraph.FuncID
	}{{"a.py", 0, 2}, {"b.py", 2, 2}, {"c.py", 2, 4}} {
		file, ok := x.File(want.path)
		if !ok || int(file) != i {
			t.Errorf("%s: file %d, %v", want.path, file, ok)
		}
		if from, to := x.Funcs(file); from != want.from || to != want.to {
			t.Errorf("%s: functions %d to %d", want.path, from, to)
		}
	}
	if _, ok := x.File("d.py"); ok {
		t.Error("a file that the graph leaves out is there")
	}
}

func TestWhatFunctionsCall(t *testing.T) {
	x := lookup.New(graph())
	for f, want := range []struct{ edges, sites int }{{0, 1}, {2, 1}, {1, 0}, {0, 1}} {
		if got := x.Edges(callgraph.FuncID(f)); len(got) != want.edges || slices.ContainsFunc(got, func(e callgraph.Edge) bool { return int(e.From) != f }) {
			t.Errorf("function %d: edges %v", f, got)
		}
		if got := x.Sites(callgraph.FuncID(f)); len(got) != want.sites || slices.ContainsFunc(got, func(s callgraph.Site) bool { return int(s.From) != f }) {
			t.Errorf("function %d: sites %v", f, got)
		}
	}
	for file, want := range []int{2, 0, 1} {
		if got := x.SitesOf(int32(file)); len(got) != want {
			t.Errorf("file %d: sites %v", file, got)
		}
		if got := x.Uses(int32(file)); len(got) != want {
			t.Errorf("file %d: uses %v", file, got)
		}
	}
}

func TestWhoCallsAndStarts(t *testing.T) {
	x := lookup.New(graph())
	if got := x.Callers(2); !slices.Equal(got, []int32{0, 1}) {
		t.Errorf("callers of b: %v", got)
	}
	if got := x.Callers(1); len(got) != 0 {
		t.Errorf("callers of a: %v", got)
	}
	if got := x.StartedBy(3); !slices.Equal(got, []int32{0}) {
		t.Errorf("c is started by %v", got)
	}
	if got := x.Runs(3); len(got) != 1 || got[0].From != 2 {
		t.Errorf("c is run by %v", got)
	}
	if len(x.StartedBy(2)) != 0 || len(x.Runs(2)) != 0 {
		t.Error("b is started or run")
	}
}

// An empty graph has no files, and what is asked of it gives nothing.
func TestEmpty(t *testing.T) {
	x := lookup.New(&callgraph.Graph{})
	if _, ok := x.File(""); ok {
		t.Error("there is a file")
	}
	if from, to := lookup.New(&callgraph.Graph{Files: []callgraph.File{{Path: "a.py"}}}).Funcs(0); from != 0 || to != 0 {
		t.Errorf("functions %d to %d", from, to)
	}
}
