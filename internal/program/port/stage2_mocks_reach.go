package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// inForce reports whether a mock can be in force while a function runs: a test that makes it, or something that it
// calls, starts or hands on, leads there. One that is made for several tests is in force in all of its file.
func (p *painter) inForce(m replacement, f callgraph.FuncID) bool {
	if f < 0 {
		return true
	}
	scope := p.scopeOf(m)
	reached, ok := p.reached[scope]
	if !ok {
		reached = p.reachedFrom(scope)
		p.reached[scope] = reached
	}
	return reached[f]
}

// mockScope is where a mock is in force: in one test, or in all of a file.
type mockScope struct {
	file int32
	test callgraph.FuncID // callgraph.None for all
}

func (p *painter) scopeOf(m replacement) mockScope {
	file := p.pathOf[m.record.File]
	scope := mockScope{file, callgraph.None}
	if f := p.funcAt(file, m.test.decorated(uint32(m.record.Start))); f >= 0 && isTestName(p.graph.Funcs[f].Qual) {
		scope.test = f
	}
	return scope
}

func isTestName(qual string) bool { return strings.HasPrefix(lastName(qual), "test") }

// reachedFrom gives the functions that a test can get to, with what runs before and behind it. Everything counts that
// may be called, but no other test: a decorator that all tests share leads to each of them.
func (p *painter) reachedFrom(scope mockScope) map[callgraph.FuncID]bool {
	seen := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	visit := func(f callgraph.FuncID) {
		if !seen[f] {
			seen[f] = true
			queue = append(queue, f)
		}
	}
	for _, f := range p.inFile[scope.file] {
		if scope.test == callgraph.None || f == scope.test || p.aroundTests(f) {
			visit(f)
		}
	}
	next := p.leads()
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		for _, to := range next[f] {
			if !p.isTest(to) || p.isTest(f) {
				visit(to)
			}
		}
	}
	return seen
}

func (p *painter) isTest(f callgraph.FuncID) bool {
	fn := &p.graph.Funcs[f]
	return p.graph.Files[fn.File].Test && isTestName(fn.Qual)
}

// aroundTests reports whether a function of a test's file runs before or behind tests.
func (p *painter) aroundTests(f callgraph.FuncID) bool {
	fn := &p.graph.Funcs[f]
	name := strings.TrimPrefix(strings.ToLower(lastName(fn.Qual)), "async")
	isFixture := func(decorator string) bool { return strings.Contains(decorator, "fixture") }
	return fn.Kind == callgraph.ModuleBody || strings.HasPrefix(name, "setup") || strings.HasPrefix(name, "teardown") ||
		strings.Contains(name, "cleanup") || slices.ContainsFunc(fn.Decorators, isFixture)
}

// leads gives for each function those that it may call, start or hand on.
func (a *atlas) leads() map[callgraph.FuncID][]callgraph.FuncID {
	if a.leading != nil {
		return a.leading
	}
	a.leading = map[callgraph.FuncID][]callgraph.FuncID{}
	to := func(from callgraph.FuncID, to ...callgraph.FuncID) { a.leading[from] = append(a.leading[from], to...) }
	for i := range a.graph.Edges {
		if e := &a.graph.Edges[i]; !a.isWrapper(e) {
			to(e.From, e.To)
			to(e.From, a.groups[e.To]...)
		}
	}
	for i := range a.graph.Starts {
		to(a.graph.Starts[i].From, a.graph.Starts[i].To)
	}
	for i := range a.graph.Escapes {
		to(a.graph.Escapes[i].From, a.graph.Escapes[i].To)
	}
	for i := range a.graph.Opens {
		if o := &a.graph.Opens[i]; !o.Common {
			to(o.From, o.Candidates...)
		}
	}
	return a.leading
}

// testNames is a test, with the names by which it can get at code.
type testNames struct {
	src        []byte
	names      map[string]bool
	decorators []decorator
}

// decorator is where one stands, and where the function that it decorates begins.
type decorator struct{ start, end, function uint32 }

// decorated gives a place in the function that a place in a decorator is about, and any other place as it is.
func (t *testNames) decorated(at uint32) uint32 {
	t.read()
	for _, d := range t.decorators {
		if d.start <= at && at < d.end {
			return d.function
		}
	}
	return at
}

// has reports whether a test names a module where code can be got from: in an import, as an attribute, or in a path.
func (t *testNames) has(module string) bool {
	t.read()
	return t.names[lastOf(module)]
}

func (t *testNames) read() {
	if t.names != nil {
		return
	}
	t.names = map[string]bool{}
	var parser pysyntax.Parser
	tree := parser.Parse(t.src)
	for n := range tree.All() {
		switch tree.Kind(n) {
		case pysyntax.FunctionDef:
			for c := range tree.Children(n) {
				if tree.Kind(c) == pysyntax.Decorator {
					t.decorators = append(t.decorators, decorator{tree.Start(c), tree.End(c), tree.Start(n)})
				}
			}
		case pysyntax.Attribute:
			t.names[string(tree.Ident(n))] = true
		case pysyntax.Import, pysyntax.ImportFrom:
			for _, part := range strings.FieldsFunc(string(tree.Text(n)),
				func(r rune) bool { return strings.ContainsRune(" .,()\\\r\n\t", r) }) {
				t.names[part] = true
			}
		case pysyntax.Constant:
			if value, ok := tree.StringValue(n); ok && len(value) < 200 && strings.Contains(value, ".") {
				for _, part := range strings.Split(value, ".") {
					t.names[part] = true
				}
			}
		}
	}
}

// isWrapper reports whether a call is that of a decorated function by what its decorator made of it: who calls the
// function has an edge of its own to it, and would get from there to all that the decorator decorates.
func (a *atlas) isWrapper(e *callgraph.Edge) bool {
	outer, _, nested := strings.Cut(a.graph.Funcs[e.From].Qual, ".")
	return nested && slices.ContainsFunc(a.graph.Funcs[e.To].Decorators, func(d string) bool { return lastOf(d) == outer })
}
