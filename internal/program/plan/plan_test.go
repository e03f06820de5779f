package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/output/fault"
	"aiohub/internal/program/callgraph"
)

// sketch makes a graph from lines such as "a:f -> a:g", "a:f ?> a:g" for a possible call, "a:f ! time.sleep" for a call
// out of the tree, "a:f ~> a:g" for driving a generator, "group a:A.m a:B.m", "flag a:g generator", "open a:f self.x
// a:g". Functions are those that occur.
func sketch(t *testing.T, text string) *callgraph.Graph {
	t.Helper()
	g := &callgraph.Graph{}
	ids := map[string]callgraph.FuncID{}
	var names []string
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range lines {
		for _, word := range strings.Fields(line) {
			if strings.Contains(word, ":") && !slices.Contains(names, word) {
				names = append(names, word)
			}
		}
	}
	slices.Sort(names)
	files := map[string]int32{}
	for i, name := range names {
		module, qual, _ := strings.Cut(name, ":")
		if _, ok := files[module]; !ok {
			files[module] = int32(len(g.Files))
			g.Files = append(g.Files, callgraph.File{Path: module + ".py", Module: module})
		}
		f := callgraph.Func{File: files[module], Module: module, Qual: qual, Class: callgraph.None, Outer: callgraph.None, Start: uint32(i), Line: i + 1}
		if class, _, ok := strings.Cut(qual, "."); ok {
			f.Class = int32(len(g.Classes))
			g.Classes = append(g.Classes, callgraph.Class{File: f.File, Module: module, Qual: class})
		}
		if qual == "<module>" {
			f.Kind = callgraph.ModuleBody
		}
		ids[name] = callgraph.FuncID(i)
		g.Funcs = append(g.Funcs, f)
	}
	for i, line := range lines {
		w := strings.Fields(line)
		pos, number := uint32(i), i+1
		switch {
		case w[0] == "group":
			var group []callgraph.FuncID
			for _, name := range w[1:] {
				group = append(group, ids[name])
			}
			g.Groups = append(g.Groups, group)
		case w[0] == "flag":
			flags := map[string]callgraph.Flags{
				"generator": callgraph.Generator, "async": callgraph.Async, "property": callgraph.Property, "manager": callgraph.Generator | callgraph.ContextManager,
			}
			g.Funcs[ids[w[1]]].Flags |= flags[w[2]]
		case w[0] == "open":
			o := callgraph.Open{From: ids[w[1]], Expr: w[2], Attr: w[2][strings.LastIndexByte(w[2], '.')+1:], Pos: pos, Line: number}
			for _, name := range w[3:] {
				o.Candidates = append(o.Candidates, ids[name])
			}
			g.Opens = append(g.Opens, o)
		case w[0] == "callback":
			g.Opens = append(g.Opens, callgraph.Open{From: ids[w[1]], Expr: w[2], Callback: true, Pos: pos, Line: number})
		case w[0] == "base":
			g.Classes[g.Funcs[ids[w[1]]].Class].Foreign = append(g.Classes[g.Funcs[ids[w[1]]].Class].Foreign, w[2])
		case w[1] == "starts":
			g.Starts = append(g.Starts, callgraph.Start{From: ids[w[0]], To: ids[w[2]], Name: w[3], Pos: pos, Line: number})
		case w[1] == "!":
			g.Sites = append(g.Sites, callgraph.Site{From: ids[w[0]], Name: w[2], Certain: true, Pos: pos, Line: number})
		default:
			reason := callgraph.Name
			if w[1] == "@>" {
				reason = callgraph.Wrapped
			}
			kinds := map[string]callgraph.EdgeKind{"->": callgraph.Call, "@>": callgraph.Call, "?>": callgraph.Call, "~>": callgraph.Iterate, "w>": callgraph.With}
			g.Edges = append(g.Edges, callgraph.Edge{From: ids[w[0]], To: ids[w[2]], Kind: kinds[w[1]], Certain: w[1] != "?>", Reason: reason, Pos: pos, Line: number})
		}
	}
	return g
}

func planOf(t *testing.T, text string, answers *Answers) *Plan {
	t.Helper()
	p, err := New(Input{Graph: sketch(t, text), Answers: answers})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// coloured lists the functions of a colour.
func (p *Plan) coloured(c Colour) string {
	var names []string
	for i, is := range p.Colours {
		if is == c {
			names = append(names, p.Graph.Funcs[i].Name())
		}
	}
	return strings.Join(names, " ")
}

func TestColours(t *testing.T) {
	patched := &Answers{Patched: true}
	for _, test := range []struct {
		name, graph     string
		answers         *Answers
		must, may, face string
	}{
		{"callers of what blocks, however far", "a:f -> a:g\na:g -> a:h\na:h ! eventlet.sleep\na:x -> a:y", nil, "a:f a:g a:h", "", ""},
		{"a call that is only possible", "a:f ?> a:g\na:e -> a:f\na:g ! eventlet.sleep", nil, "a:g", "a:e a:f", ""},
		{"the standard library is green where it is patched", "a:f ! time.sleep", nil, "", "", ""},
		{"under monkey_patch", "a:f ! time.sleep", patched, "a:f", "", ""},
		{"a constructor stays and stops it", "a:f -> a:C.__init__\na:C.__init__ ! eventlet.sleep", nil, "", "", "a:C.__init__"},
		{"a special method with an async form", "a:f w> a:C.__enter__\na:C.__enter__ ! eventlet.sleep", nil, "a:C.__enter__ a:f", "", ""},
		{"a special method without", "a:f -> a:C.__len__\na:C.__len__ ! eventlet.sleep", nil, "", "", "a:C.__len__"},
		{"a property", "flag a:C.p property\na:f -> a:C.p\na:C.p ! eventlet.sleep", nil, "", "", "a:C.p"},
		{"module level", "a:<module> -> a:f\na:f ! eventlet.sleep", nil, "a:f", "", "a:<module>"},
		{"who makes a generator does not wait, who drives it does", "flag a:g generator\na:g ! eventlet.sleep\na:make -> a:g\na:drive ~> a:g", nil, "a:drive a:g", "", ""},
		{"a context manager that is a generator", "flag a:g manager\na:g ! eventlet.sleep\na:make -> a:g\na:enter w> a:g", nil, "a:enter a:g", "", ""},
		{"methods that override each other", "group a:A.m b:B.m\nb:B.m ! eventlet.sleep\na:f -> a:A.m", nil, "a:A.m a:f b:B.m", "", ""},
		{"a coroutine ends it", "flag a:f async\na:e -> a:f\na:f -> a:g\na:g ! eventlet.sleep", nil, "a:g", "", "a:f"},
		{"who waits for a coroutine through a bridge", "a:f ! aiohub.wait\na:e -> a:f\na:C.__init__ -> a:f", nil, "a:e a:f", "", "a:C.__init__"},
		{"what runs in a thread may block", "a:f starts a:g eventlet.tpool.execute\na:g -> a:h\na:h ! eventlet.sleep", nil, "a:h", "", ""},
		{"unless it is called, too", "a:f starts a:g asyncio.to_thread\na:e -> a:g\na:g ! eventlet.sleep", nil, "a:e a:g", "", ""},
		{"a green thread does not wait for what it starts", "a:f starts a:g eventlet.spawn\na:g ! eventlet.sleep", nil, "a:g", "", ""},
		{"what code outside the tree calls", "base a:S.start oslo_service.service.Service\na:e -> a:S.start\na:S.start ! eventlet.sleep", nil, "", "", "a:S.start"},
		{"what overrides a method of a library's class and calls it", "base a:P.submit lib.Pool\na:e -> a:P.submit\na:P.submit ! lib.Pool.submit\na:P.submit ! eventlet.sleep", nil, "", "", "a:P.submit"},
		{"what a library's class has no method for", "base a:P.submit lib.Pool\na:P.submit ! lib.Pool.close\na:P.submit ! eventlet.sleep", nil, "a:P.submit", "", ""},
		{"a wrapper of functions of both kinds", "a:w @> a:f\na:w @> a:g\na:user -> a:w\na:user -> a:g\na:f ! eventlet.sleep", nil, "a:f", "", ""},
		{"a wrapper of what blocks alone", "a:w @> a:f\na:w @> a:g\na:user -> a:w\na:f ! eventlet.sleep\na:g -> a:f", nil, "a:f a:g a:user a:w", "", ""},
		{"what forks", "a:main -> a:daemonize\na:daemonize ! os.fork\na:daemonize ! eventlet.sleep", nil, "", "", "a:daemonize"},
		{"what forks the green way", "a:daemonize ! eventlet.green.os.fork\na:daemonize ! eventlet.sleep", nil, "", "", "a:daemonize"},
		{"blocking in the configuration", "a:f -> a:g\na:x -> a:f", &Answers{Blocking: []string{"a:g"}}, "a:f a:g a:x", "", ""},
		{"a name outside the tree", "a:f ! lib.Client.send", &Answers{Blocking: []string{"lib.Client.send"}}, "a:f", "", ""},
		{"all below a name outside the tree", "a:f ! lib.Client.send", &Answers{Blocking: []string{"lib.Client.*"}}, "a:f", "", ""},
		{"never-blocks", "a:f -> a:g\na:g ! eventlet.sleep", &Answers{NeverBlocks: []string{"a:g"}}, "", "", ""},
		{"never-blocks outside the tree", "a:f ! eventlet.sleep", &Answers{NeverBlocks: []string{"eventlet.sleep"}}, "", "", ""},
		{"stays-sync", "a:e -> a:f\na:f -> a:g\na:g ! eventlet.sleep", &Answers{StaysSync: []string{"a:f"}}, "a:g", "", "a:f"},
		{
			"calls", "open a:f self.x a:g\na:g ! eventlet.sleep\na:e -> a:f",
			&Answers{Calls: map[string][]string{"a:f:self.x": {"a:g"}}}, "a:e a:f a:g", "", "",
		},
		{
			"calls by line, and nothing else is called there", "open a:f self.x a:g a:h\na:f ?> a:g\na:g ! eventlet.sleep\na:h -> a:h",
			&Answers{Calls: map[string][]string{"a:f:1": {"a:h"}}}, "a:g", "a:f", "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, test.graph, test.answers)
			got := []string{p.coloured(Must), p.coloured(May), p.coloured(Face)}
			if diff := cmp.Diff([]string{test.must, test.may, test.face}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestThePatchOfAProgramCountsForWhatItRuns(t *testing.T) {
	g := sketch(t, "a:f ! time.sleep\na:f ! aiohub.wait\nb:f ! time.sleep\na:g ! subprocess.call")
	p, err := New(Input{Graph: g, Programs: []Program{{Entry: "a.py", Patches: map[string]bool{"time": true}, Files: map[string]bool{"a.py": true}}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.coloured(Must); got != "a:f" {
		t.Errorf("must: %s; only what runs in the program is patched, and of that only what it patches", got)
	}
	if left := p.Left()[0]; left.Must != 1 || left.Calls != 1 || left.Blocks[0].Name != "time.sleep" {
		t.Errorf("left: %+v", left)
	}
}

func TestWhatUsersOfALibraryHandInMayBlock(t *testing.T) {
	const graph = "callback a:f self.handler\na:e -> a:f\na:h ! eventlet.sleep"
	p := planOf(t, graph, nil)
	if p.coloured(May) != "a:e a:f" || p.coloured(Must) != "a:h" {
		t.Errorf("may %q, must %q", p.coloured(May), p.coloured(Must))
	}
	if chain := p.Why(callgraph.FuncID(0)); len(chain) != 2 || chain[1].Cause.Kind != CallsBack || chain[1].Cause.Name != "self.handler" {
		t.Errorf("why: %v", chain)
	}
	answered := planOf(t, graph, &Answers{Calls: map[string][]string{"a:f:self.handler": {}}})
	if answered.coloured(May) != "" {
		t.Errorf("the answer does not count: may %q", answered.coloured(May))
	}
	program, err := New(Input{Graph: sketch(t, graph), Programs: []Program{{Entry: "a.py"}}})
	if err != nil || program.coloured(May) != "" {
		t.Errorf("a tree with a program: may %q (%v)", program.coloured(May), err)
	}
}

func TestWhyIsAShortestChain(t *testing.T) {
	p := planOf(t, "a:f -> a:g\na:g -> a:h\na:f -> a:h\na:h ! eventlet.sleep", nil)
	var names []string
	ids, _ := p.Find("a:f")
	for _, link := range p.Why(ids[0]) {
		names = append(names, p.Graph.Funcs[link.Func].Name())
	}
	if diff := cmp.Diff([]string{"a:f", "a:h"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestWhoStopsAtFaces(t *testing.T) {
	p := planOf(t, "a:C.__init__ -> a:f\na:g -> a:C.__init__\na:h -> a:f\na:i -> a:h", nil)
	ids, _ := p.Find("a:f")
	var names []string
	for _, pull := range p.Who(ids[0]) {
		name := p.Graph.Funcs[pull.Func].Name()
		if pull.Face {
			name = "face " + name
		}
		names = append(names, name)
	}
	if diff := cmp.Diff([]string{"face a:C.__init__", "a:h", "a:i"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestStepsGoBottomUp(t *testing.T) {
	p := planOf(t, "a:f -> b:g\nb:g -> c:h\nc:h ! eventlet.sleep\nc:x -> c:y\nc:y -> c:x\nc:y ! eventlet.sleep\na:top -> c:x", nil)
	done := map[callgraph.FuncID]bool{}
	for _, step := range p.Steps() {
		inside := map[callgraph.FuncID]bool{}
		for _, id := range step.Funcs {
			inside[id] = true
		}
		for _, id := range step.Funcs {
			for _, to := range p.needs(id) {
				if !inside[to] && !done[to] {
					t.Errorf("step %d: %s comes before %s, which it calls", step.Number, p.Graph.Funcs[id].Name(), p.Graph.Funcs[to].Name())
				}
			}
			done[id] = true
		}
	}
	if len(done) != 6 {
		t.Errorf("%d functions are in the steps, want 6", len(done))
	}
}

func TestAComponentIsNotSplit(t *testing.T) {
	p := planOf(t, "a:f -> b:g\nb:g -> c:h\nc:h -> a:f\nc:h ! eventlet.sleep", nil)
	if steps := p.Steps(); len(steps) != 1 || len(steps[0].Funcs) != 3 {
		t.Errorf("%d steps; what calls itself in a circle moves together", len(steps))
	}
}

func TestQuestionsAreRankedByWhatTheyMove(t *testing.T) {
	p := planOf(t, "open a:small self.x a:b\nopen a:large self.x a:b\na:u1 -> a:large\na:u2 -> a:u1\na:b ! eventlet.sleep\na:l ! lib.thing.fetch\na:p ! lib.thing.name", nil)
	var got []string
	for _, q := range p.Questions() {
		got = append(got, p.Graph.Funcs[q.From].Name()+" "+q.Paste)
	}
	want := []string{
		`a:large calls."a:large:self.x" = ["a:b"]`, `a:small calls."a:small:self.x" = ["a:b"]`, `a:l blocking = ["lib.thing.fetch"]`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAnswerThatFitsNothingIsAnError(t *testing.T) {
	for _, test := range []struct {
		answers       Answers
		message, hint string
	}{
		{Answers{Blocking: []string{"a:fetsch"}}, `blocking: "a:fetsch" is nothing that this tree has or calls`, `did you mean "a:fetch"?`},
		{Answers{NeverBlocks: []string{"a.fetsch"}}, `never-blocks: "a.fetsch" is nothing that this tree has or calls`, `did you mean "a:fetch"?`},
		{Answers{StaysSync: []string{"time.sleep"}}, `stays-sync: "time.sleep" is nothing that this tree has or calls`, "functions are named module:function or module:Class.method"},
		{Answers{Public: []string{"x"}}, `public: "x" is nothing that this tree has or calls`, "functions are named module:function or module:Class.method"},
		{Answers{Calls: map[string][]string{"a:fetch:self.y": {"a:fetch"}}}, `calls: a:fetch has no open call "self.y"`, "`aiohub plan` lists the calls whose target is not known; an answer that is no longer needed can go"},
		{Answers{Calls: map[string][]string{"a:fetch:self.x": {"a:fotch"}}}, `calls: "a:fotch" is nothing that this tree has or calls`, `did you mean "a:fetch"?`},
		{Answers{Calls: map[string][]string{"a:fetch": {"a:fetch"}}}, `calls: "a:fetch" names no call`, `write "module:function:line" or "module:function:expression"`},
	} {
		_, err := New(Input{Graph: sketch(t, "open a:fetch self.x a:g\na:g ! lib.f"), Answers: &test.answers})
		if err == nil || err.Error() != test.message || fault.Hint(err) != test.hint {
			t.Errorf("%+v:\n got %v (%s)\nwant %s (%s)", test.answers, err, fault.Hint(err), test.message, test.hint)
		}
	}
}

func TestAnAnswerAboutCodeOutsideThatNothingCallsIsANotice(t *testing.T) {
	p := planOf(t, "a:f ! lib.Client.send", &Answers{Blocking: []string{"lib.Client.sent", "socket.socket.recv", "other.thing.*"}})
	want := []string{`blocking: nothing in this tree is seen to call lib.Client.sent; did you mean "lib.Client.send"?`}
	if diff := cmp.Diff(want, p.Notices()); diff != "" {
		t.Error(diff)
	}
}

func TestNarrowerPlans(t *testing.T) {
	graph := "a:f -> a:g\na:g ! eventlet.sleep\nb:x -> a:g\nb:y ! eventlet.sleep"
	for _, test := range []struct {
		name string
		in   Input
		must string
	}{
		{"only what a function needs", Input{Only: "a:f"}, "a:f a:g"},
		{"only what a module needs", Input{Until: "b"}, "a:g b:x b:y"},
		{"only files of a program", Input{Within: map[string]bool{"a.py": true}}, "a:f a:g"},
		{"with a call that is supposed", Input{Assumed: []Assumption{{"b:z", "b:y"}}}, "a:f a:g b:x b:y b:z"},
	} {
		in := test.in
		in.Graph = sketch(t, graph+"\nb:z -> b:z")
		p, err := New(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.coloured(Must); got != test.must {
			t.Errorf("%s: %s, want %s", test.name, got, test.must)
		}
	}
	if _, err := New(Input{Graph: sketch(t, graph), Until: "c"}); err == nil {
		t.Error("a module that the tree does not have is planned")
	}
}

func TestAFunctionOfSeveralDefinitionsHasTheirColour(t *testing.T) {
	for _, test := range []struct{ name, graph, want string }{
		{"one of two", "a:f -> a:x\na:f#2 ! eventlet.sleep", "a:f must"},
		{"the second alone may", "a:f -> a:x\na:f#2 ?> a:g\na:g ! eventlet.sleep", "a:f may"},
		{"the first has it already", "a:f ! eventlet.sleep\na:f#2 ! eventlet.sleep", ""},
		{"they differ", "a:f -> a:x\na:f#2 ?> a:g\na:f#3 ! eventlet.sleep\na:g ! eventlet.sleep", ""},
		{"the first is a coroutine", "flag a:f async\na:f -> a:x\na:f#2 ! eventlet.sleep", ""},
		{"methods and what is nested in them", "a:C.m#2.g ! eventlet.sleep\na:C.m.g -> a:x", "a:C.m.g must"},
		{"none", "a:f#2 -> a:x\na:g ! eventlet.sleep", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := planOf(t, test.graph, nil)
			var got []string
			for name, id := range p.Variants() {
				got = append(got, name+" "+p.Colours[id].String())
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}
