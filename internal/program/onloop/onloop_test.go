package onloop_test

import (
	"fmt"
	"strings"
	"testing"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/lookup"
	"aiohub/internal/program/onloop"
)

// builder makes graphs of functions that are named by letters.
type builder struct {
	g     callgraph.Graph
	named map[string]callgraph.FuncID
}

func newBuilder(names string) *builder {
	b := &builder{named: map[string]callgraph.FuncID{}}
	b.g.Files = []callgraph.File{{Path: "a.py"}}
	for i, name := range strings.Fields(names) {
		b.named[name] = callgraph.FuncID(i)
		b.g.Funcs = append(b.g.Funcs, callgraph.Func{Qual: name})
	}
	return b
}

// call adds an edge; those of one function have to come one after the other, as a graph has them.
func (b *builder) call(from, to string, e callgraph.Edge) {
	e.From, e.To, e.Certain = b.named[from], b.named[to], true
	b.g.Edges = append(b.g.Edges, e)
}

func (b *builder) site(from, name string, s callgraph.Site) {
	s.From, s.Name, s.Certain = b.named[from], name, true
	b.g.Sites = append(b.g.Sites, s)
}

func (b *builder) way() *onloop.Way {
	return onloop.New(lookup.New(&b.g), func(s *callgraph.Site) bool { return s.Name == "time.sleep" })
}

// chain writes a way: the functions, and an exclamation mark if it is sure.
func (b *builder) chain(w *onloop.Way, from string) string {
	through, last := w.Chain(b.named[from])
	if last == nil {
		return "none"
	}
	out := ""
	for _, e := range through {
		out += b.g.Funcs[e.To].Qual + " "
	}
	if w.Sure(b.named[from]) {
		last.Name += "!"
	}
	return out + last.Name
}

func TestNearestWay(t *testing.T) {
	b := newBuilder("a b c d")
	b.call("a", "b", callgraph.Edge{Pos: 1})
	b.call("a", "c", callgraph.Edge{Pos: 2})
	b.call("b", "c", callgraph.Edge{Pos: 1})
	b.call("d", "a", callgraph.Edge{Pos: 1})
	b.site("c", "time.sleep", callgraph.Site{})
	w := b.way()
	if got := b.chain(w, "d"); got != "a c time.sleep!" {
		t.Error(got)
	}
	if !w.Leads(b.named["b"]) {
		t.Error("b leads nowhere")
	}
}

// A way on which nothing decides is longer here, and is the one that is given.
func TestSureBeforeNear(t *testing.T) {
	b := newBuilder("a b c")
	b.call("a", "c", callgraph.Edge{Pos: 1, Doubtful: true})
	b.call("a", "b", callgraph.Edge{Pos: 2})
	b.call("b", "c", callgraph.Edge{Pos: 1})
	b.site("c", "time.sleep", callgraph.Site{})
	if got := b.chain(b.way(), "a"); got != "b c time.sleep!" {
		t.Error(got)
	}
}

func TestDoubtOnTheWay(t *testing.T) {
	for name, doubtful := range map[string][2]bool{"edge": {true, false}, "site": {false, true}, "both": {true, true}, "none": {false, false}} {
		t.Run(name, func(t *testing.T) {
			b := newBuilder("top a b")
			b.call("top", "a", callgraph.Edge{Pos: 1})
			b.call("a", "b", callgraph.Edge{Pos: 1, Doubtful: doubtful[0]})
			b.site("b", "time.sleep", callgraph.Site{Doubtful: doubtful[1]})
			want := "a b time.sleep"
			if name == "none" {
				want += "!"
			}
			if got := b.chain(b.way(), "top"); got != want {
				t.Errorf("%s, not %s", got, want)
			}
		})
	}
}

// What is no call here and now is not followed.
func TestNotFollowed(t *testing.T) {
	cases := map[string]callgraph.Edge{
		"awaited": {Pos: 1, Awaited: true}, "indirect": {Pos: 1, Indirect: true}, "decorator": {Pos: 1, Kind: callgraph.DecoratorUse},
	}
	for name, e := range cases {
		b := newBuilder("a b")
		b.call("a", "b", e)
		b.site("b", "time.sleep", callgraph.Site{})
		if got := b.chain(b.way(), "a"); got != "none" {
			t.Errorf("%s: %s", name, got)
		}
	}
	for name, flags := range map[string]callgraph.Flags{"async": callgraph.Async, "decorated": callgraph.Decorated} {
		b := newBuilder("a b")
		b.g.Funcs[1].Flags = flags
		b.call("a", "b", callgraph.Edge{Pos: 1})
		b.site("b", "time.sleep", callgraph.Site{})
		if got := b.chain(b.way(), "a"); got != "none" {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, s := range []callgraph.Site{{Awaited: true}} {
		b := newBuilder("a")
		b.site("a", "time.sleep", s)
		if got := b.chain(b.way(), "a"); got != "none" {
			t.Errorf("%v: %s", s, got)
		}
	}
}

// Who asks whether a loop runs, itself or through a function that it calls, does something else where one does.
func TestAsksForLoop(t *testing.T) {
	b := newBuilder("top a asks other")
	b.call("top", "a", callgraph.Edge{Pos: 1})
	b.call("a", "asks", callgraph.Edge{Pos: 1})
	b.call("other", "top", callgraph.Edge{Pos: 1})
	b.site("top", "time.sleep", callgraph.Site{Pos: 9})
	b.site("a", "time.sleep", callgraph.Site{})
	b.site("asks", "asyncio.get_running_loop", callgraph.Site{})
	w := b.way()
	if w.Leads(b.named["a"]) {
		t.Error("a asks through another function")
	}
	if !w.Leads(b.named["other"]) {
		t.Error("other asks nothing")
	}
}

func TestAlternativesAndServes(t *testing.T) {
	edges := []callgraph.Edge{
		{From: 0, To: 1, Pos: 1, End: 5}, {From: 0, To: 2, Pos: 1, End: 5}, // one call of two functions
		{From: 0, To: 1, Pos: 7, End: 9}, {From: 0, To: 2, Pos: 7, End: 12}, // f() and f().g()
		{From: 0, To: 1, Pos: 20, End: 25, Awaited: true},
	}
	for i, want := range []bool{true, true, false, false, false} {
		if got := onloop.Alternatives(&callgraph.Graph{Funcs: make([]callgraph.Func, 3)}, edges, i); got != want {
			t.Errorf("edge %d has alternatives: %v", i, got)
		}
	}
	for i, want := range []bool{true, false, true, false, true} {
		if got := onloop.Serves(edges, i); got != want {
			t.Errorf("edge %d serves both worlds: %v", i, got)
		}
	}
}

// Ways end where functions call one another.
func TestCycle(t *testing.T) {
	b := newBuilder("a b c")
	b.call("a", "b", callgraph.Edge{Pos: 1})
	b.call("b", "a", callgraph.Edge{Pos: 1})
	b.call("b", "c", callgraph.Edge{Pos: 2, Doubtful: true})
	b.site("c", "time.sleep", callgraph.Site{})
	w := b.way()
	if got := fmt.Sprint(b.chain(w, "a"), ", ", b.chain(w, "b")); got != "b c time.sleep, c time.sleep" {
		t.Error(got)
	}
}
