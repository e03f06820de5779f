package port

import (
	"bytes"
	"regexp"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

var assertsNone = regexp.MustCompile(`(\w+)\.assert\w+_with\(\)`)

// assertsArguments reports whether a test can look at how sleep was called where no argument was given, or one by its
// name. Only the functions of the test's file that run with the mock do, and only by the name that the mock has in the
// test, if it has one there.
func (p *painter) assertsArguments(m replacement, twin *mockedTwin) bool {
	scope := p.scopeOf(m)
	name := ""
	if t := p.targetOf(m, twin); t != nil && scope.test != callgraph.None {
		name = t.s.boundTo(t.s.tree.Parents()[t.text])
	}
	looks := func(src []byte) bool {
		if bytes.Contains(src, []byte("call()")) || bytes.Contains(src, []byte("seconds=")) {
			return true
		}
		for _, found := range assertsNone.FindAllSubmatch(src, -1) {
			if receiver := string(found[1]); name == "" || receiver == name || receiver == lastOf(twin.canon) {
				return true
			}
		}
		return false
	}
	if scope.test == callgraph.None {
		return looks(m.test.src)
	}
	for _, f := range p.inFile[scope.file] {
		fn := &p.graph.Funcs[f]
		if fn.Kind != callgraph.ModuleBody && p.inForce(m, f) &&
			looks(m.test.src[fn.Start:min(int(fn.End), len(m.test.src))]) {
			return true
		}
	}
	return false
}

// boundTo gives the variable that a with block or an assignment gives the value of a call, if nothing is done with it
// in the file but to read attributes of it.
func (s *source) boundTo(call pysyntax.Node) string {
	t := s.tree
	target := pysyntax.Node(0)
	switch parent := t.Parents()[call]; t.Kind(parent) {
	case pysyntax.WithItem:
		target = t.Next(call)
	case pysyntax.Assign:
		if first := t.Child(parent); t.Next(first) == call {
			target = first
		}
	}
	if target == 0 || t.Kind(target) != pysyntax.Name {
		return ""
	}
	name := string(t.Ident(target))
	for _, n := range s.index.names[name] {
		switch parent := t.Parents()[n]; t.Kind(parent) {
		case pysyntax.Attribute:
		case pysyntax.WithItem:
			if t.Child(parent) == n {
				return ""
			}
		case pysyntax.Assign:
			if t.Last(parent) == n {
				return ""
			}
		default:
			return ""
		}
	}
	return name
}
