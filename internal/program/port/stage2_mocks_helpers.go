package port

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// patcher is what puts something in the place of a name: a function of a library for tests, or a helper in the tree
// that hands all that it gets on to one.
type patcher uint8

const (
	noPatcher patcher = iota
	patchesPath
	patchesObject
	putsAtPath   // something that is given
	putsAtObject // so, or at a path
)

// patcherOf tells what the callee of a call does.
func (p *painter) patcherOf(s *source, callee pysyntax.Node) patcher {
	switch name := string(s.tree.Ident(callee)); {
	case name == "patch":
		return patchesPath
	case name == "object":
		return patchesObject
	case name == "MonkeyPatch":
		return putsAtPath
	case string(s.tree.Text(callee)) == "monkeypatch.setattr":
		return putsAtObject
	default:
		return p.helper(name)
	}
}

// helper tells what all functions of the tree with a name hand on what they get to: `self.mock_object(eventlet,
// "sleep")` of a base class of tests makes a mock by mock.patch.object. One that brings a mock of its own is no such
// helper: it could not be awaited.
func (p *painter) helper(name string) patcher {
	does, ok := p.patching[name]
	if !ok {
		for _, f := range p.byName[name] {
			fn := &p.graph.Funcs[f]
			if fn.Kind != callgraph.Plain {
				continue
			}
			if other := p.handsOnTo(fn); does == noPatcher || does == other {
				does = other
			} else {
				does = noPatcher
				break
			}
			if does == noPatcher {
				break
			}
		}
		p.patching[name] = does
	}
	return does
}

// handsOnTo tells which patcher a method hands all of its arguments to, as they are, if it does nothing else with them.
func (p *painter) handsOnTo(f *callgraph.Func) patcher {
	src, err := os.ReadFile(filepath.Join(p.tree.Root, filepath.FromSlash(p.graph.Files[f.File].Path)))
	if err != nil || f.Flags&callgraph.Async != 0 {
		return noPatcher
	}
	var parser pysyntax.Parser
	t := parser.Parse(src)
	definition := pysyntax.Node(0)
	for n := range t.All() {
		if t.Kind(n) == pysyntax.FunctionDef && t.Start(n) == f.Start {
			definition = n
		}
	}
	stars := map[pysyntax.Op]string{pysyntax.ParamVarArgs: "*", pysyntax.ParamKwArgs: "**"}
	var parameters []string
	for n := range t.Children(t.ChildOf(definition, pysyntax.Params)) {
		if t.Has(n, pysyntax.FlagDefault) {
			return noPatcher
		}
		parameters = append(parameters, stars[t.Op(n)]+string(t.Ident(n)))
	}
	does, call := noPatcher, pysyntax.Node(0)
	mentioned := map[string]int{}
	t.Walk(t.ChildOf(definition, pysyntax.Block), func(n pysyntax.Node) bool {
		callee := "." + string(t.Text(t.Child(n)))
		switch {
		case t.Kind(n) == pysyntax.Name:
			mentioned[string(t.Ident(n))]++
		case t.Kind(n) == pysyntax.Call && strings.HasSuffix(callee, ".mock.patch.object"):
			does, call = patchesObject, n
		case t.Kind(n) == pysyntax.Call && strings.HasSuffix(callee, ".fixtures.MonkeyPatch"):
			does, call = putsAtPath, n
		}
		return true
	}, nil)
	if call == 0 || len(parameters) < 3 {
		return noPatcher
	}
	handed := []string{}
	for n := t.Next(t.Child(call)); n != 0; n = t.Next(n) {
		handed = append(handed, string(t.Text(n)))
	}
	for _, name := range handed {
		if mentioned[strings.TrimLeft(name, "*")] != 1 {
			return noPatcher
		}
	}
	if !slices.Equal(parameters[1:], handed) ||
		does == patchesObject && (len(handed) != 4 || !strings.HasPrefix(handed[3], "**")) ||
		does == putsAtPath && len(handed) != 2 {
		return noPatcher
	}
	return does
}

// awaitable tells how what a test brings for a function that is awaited becomes something that can be: a plain mock, or
// a lambda that gives a constant. It is nil for anything else.
func (s *source) awaitable(value pysyntax.Node) func() {
	t := s.tree
	switch t.Kind(value) {
	case pysyntax.Call:
		callee := t.Child(value)
		class := string(t.Ident(callee))
		for n := t.Next(callee); n != 0; n = t.Next(n) {
			if name := string(t.Ident(n)); t.Kind(n) != pysyntax.Keyword || name != "return_value" && name != "side_effect" {
				return nil
			}
		}
		if t.Kind(callee) != pysyntax.Attribute || string(t.Text(t.Child(callee))) != "mock" ||
			class != "Mock" && class != "MagicMock" {
			return nil
		}
		return func() {
			at := t.IdentRange(callee)
			s.edits.Replace(int(at.Start), int(at.End), "AsyncMock")
		}
	case pysyntax.Lambda:
		if t.Kind(t.Last(value)) != pysyntax.Constant || !s.bindsMock() {
			return nil
		}
		return func() { s.edits.Replace(int(t.Start(value)), int(t.End(value)), "mock.AsyncMock()") }
	}
	return nil
}

// bindsMock reports whether a file imports unittest.mock as mock.
func (s *source) bindsMock() bool {
	for _, a := range s.aliases {
		imp := alias3(s, a)
		if imp.Binds() == "mock" &&
			(imp.Name == "mock" && imp.Module == "unittest" || imp.Module == "mock" && imp.Name == "") {
			return true
		}
	}
	return false
}
