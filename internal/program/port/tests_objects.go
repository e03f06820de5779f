package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// mockedObjects gives mocks of whole objects what can be awaited: where a test looks at `service.submit.return_value`,
// and submit is a coroutine function, the mock's submit is an AsyncMock from where the mock is made.
func (p *pure) mockedObjects() {
	names, all := p.asyncNames(true), p.asyncNames(false)
	for i := range p.graph.Files {
		s := p.files[i]
		if !p.graph.Files[i].Test {
			continue
		}
		for n := range s.tree.All() {
			switch s.tree.Kind(n) {
			case pysyntax.Assign:
				p.mockedObject(s, n, names)
				if target := s.tree.Child(n); s.tree.Kind(target) == pysyntax.Attribute && all[string(s.tree.Ident(target))] {
					p.replacement(s, s.tree.Last(n), string(s.tree.Ident(target)))
				}
			case pysyntax.Call:
				p.configured(s, n, names)
			case pysyntax.Constant:
				p.patchedByName(s, n, all)
			}
		}
	}
}

// asyncNames are names that only coroutine functions of the tree have, tests aside: of methods, or of any.
func (p *pure) asyncNames(methods bool) map[string]bool {
	names := map[string]bool{}
	for i := range p.graph.Funcs {
		if f := &p.graph.Funcs[i]; p.async[i] && !p.graph.Files[f.File].Test && f.Kind == callgraph.Plain &&
			(f.Class != callgraph.None || !methods) {
			names[lastName(f.Qual)] = true
		}
	}
	for i := range p.graph.Funcs {
		if f := &p.graph.Funcs[i]; !p.async[i] && !p.graph.Files[f.File].Test && (f.Class != callgraph.None || !methods) {
			delete(names, lastName(f.Qual))
		}
	}
	return names
}

// patchedByName looks at mock.patch and the like with a replacement for a coroutine function. Without one they make a
// mock that can be awaited.
func (p *pure) patchedByName(s *source, n pysyntax.Node, names map[string]bool) {
	value, ok := s.tree.StringValue(n)
	name := value[strings.LastIndexByte(value, '.')+1:]
	call := s.tree.Parents()[n]
	if !ok || !names[name] || s.tree.Kind(call) != pysyntax.Call || !targets[string(s.tree.Ident(s.tree.Child(call)))] {
		return
	}
	for next := s.tree.Next(n); next != 0; next = s.tree.Next(next) {
		switch keyword := string(s.tree.Ident(next)); {
		case s.tree.Kind(next) != pysyntax.Keyword:
			p.replacement(s, next, name)
		case keyword == "new" || keyword == "new_callable":
			p.replacement(s, s.tree.Child(next), name)
		}
	}
}

// replacement lets what takes the place of a coroutine function be one.
func (p *pure) replacement(s *source, value pysyntax.Node, name string) {
	callee := value
	if s.tree.Kind(value) == pysyntax.Call {
		callee = s.tree.Child(value)
	}
	switch class := string(s.tree.Ident(callee)); {
	case s.tree.Kind(value) == pysyntax.Lambda:
		p.note(s, s.tree.Start(value), mockByHand, name,
			"a lambda in the place of a coroutine function: make it an `async def`")
	case class == "Mock" || class == "MagicMock":
		at := s.tree.IdentRange(callee)
		if s.tree.Kind(callee) == pysyntax.Name {
			module := s.mockModule(class)
			if module == "" {
				return
			}
			p.need(s, edit.Import{Module: module, Name: "AsyncMock"})
		}
		s.edits.Replace(int(at.Start), int(at.End), "AsyncMock")
		p.note(s, s.tree.Start(value), mockAwaited, name, "")
	}
}

// mockModule is where a class of mocks is imported from by its name, "" if it is not. Of several imports, as in the
// branches of a try, the first of the file counts.
func (s *source) mockModule(class string) string {
	module, first := "", pysyntax.Node(0)
	for _, a := range s.aliases {
		imp := alias3(s, a)
		if imp.Name == class && imp.Binds() == class && strings.HasSuffix(imp.Module, "mock") &&
			(first == 0 || a.node < first) {
			module, first = imp.Module, a.node
		}
	}
	return module
}

// configured looks at Mock(**{"receive.return_value": 1}): a method that is awaited gets a mock that can be, before it
// is configured.
func (p *pure) configured(s *source, call pysyntax.Node, names map[string]bool) {
	t := s.tree
	callee := t.Child(call)
	class := string(t.Ident(callee))
	if class != "Mock" && class != "MagicMock" {
		return
	}
	prefix := ""
	if t.Kind(callee) == pysyntax.Attribute {
		prefix = string(t.Text(t.Child(callee))) + "."
	} else if s.mockModule(class) == "" {
		return
	}
	given := map[string]bool{}
	for n := range t.Children(call) {
		if t.Kind(n) == pysyntax.Keyword && !t.Has(n, pysyntax.FlagUnpack) {
			given[string(t.Ident(n))] = true
		}
	}
	for n := range t.Children(call) {
		if t.Kind(n) != pysyntax.Keyword || !t.Has(n, pysyntax.FlagUnpack) || t.Kind(t.Child(n)) != pysyntax.Dict {
			continue
		}
		for key := range t.Children(t.Child(n)) {
			value, ok := t.StringValue(key)
			name, rest, dotted := strings.Cut(value, ".")
			if !ok || !dotted || !names[name] || !looksAt(rest) || given[name] {
				continue
			}
			given[name] = true
			s.edits.Insert(int(t.Start(n)), name+"="+prefix+"AsyncMock(), ")
			if prefix == "" {
				p.need(s, edit.Import{Module: s.mockModule(class), Name: "AsyncMock"})
			}
			p.note(s, t.Start(n), mockAwaited, name, "")
		}
	}
}

// mockedObject looks at one assignment.
func (p *pure) mockedObject(s *source, assign pysyntax.Node, names map[string]bool) {
	t := s.tree
	target, value := t.Child(assign), t.Last(assign)
	if t.Next(target) != value || t.Kind(value) != pysyntax.Call ||
		t.Kind(target) != pysyntax.Name && t.Kind(target) != pysyntax.Attribute {
		return
	}
	callee := t.Child(value)
	class := string(t.Ident(callee))
	if class != "Mock" && class != "MagicMock" || t.Kind(callee) == pysyntax.Name && s.mockModule(class) == "" {
		return
	}
	object := string(t.Text(target))
	var wanted []string
	parents := t.Parents()
	for n := range t.All() {
		if t.Kind(n) != pysyntax.Attribute || !names[string(t.Ident(n))] || string(t.Text(t.Child(n))) != object {
			continue
		}
		name, parent := string(t.Ident(n)), parents[n]
		if t.Has(n, pysyntax.FlagStore) {
			names = withoutName(names, name) // it has one already
			wanted = slices.DeleteFunc(wanted, func(w string) bool { return w == name })
			continue
		}
		if t.Kind(parent) == pysyntax.Attribute && looksAt(string(t.Ident(parent))) && !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	if len(wanted) == 0 {
		return
	}
	slices.Sort(wanted)
	library := ""
	if t.Kind(callee) == pysyntax.Attribute {
		library = string(t.Text(t.Child(callee))) + "."
	} else {
		p.need(s, edit.Import{Module: s.mockModule(class), Name: "AsyncMock"})
	}
	indent := s.indentOf(int(t.Start(assign)))
	var lines strings.Builder
	for _, name := range wanted {
		lines.WriteString(indent + object + "." + name + " = " + library + "AsyncMock()\n")
		p.note(s, t.Start(assign), mockAwaited, object+"."+name, "")
	}
	s.edits.Insert(s.lineAfter(int(t.End(assign))), lines.String())
}

func withoutName(names map[string]bool, name string) map[string]bool {
	out := map[string]bool{}
	for n := range names {
		out[n] = n != name
	}
	return out
}
