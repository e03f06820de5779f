package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// values looks at the places where a coroutine function stands for a value: whoever calls that has to be known.
func (p *pure) values() {
	called := p.calledAsValues()
	names := map[string][]callgraph.FuncID{}
	for i := range p.graph.Funcs {
		if f := &p.graph.Funcs[i]; p.async[i] && f.Kind == callgraph.Plain && f.Flags&callgraph.Async == 0 {
			name := lastName(p.graph.Funcs[i].Qual)
			names[name] = append(names[name], callgraph.FuncID(i))
		}
	}
	for i := range p.graph.Files {
		file := int32(i)
		s := p.files[file]
		parents := s.tree.Parents()
		for n := range s.tree.All() {
			kind := s.tree.Kind(n)
			if kind != pysyntax.Name && kind != pysyntax.Attribute || s.tree.Has(n, pysyntax.FlagStore) ||
				s.tree.Has(n, pysyntax.FlagDel) {
				continue
			}
			candidates := names[string(s.tree.Ident(n))]
			parent := parents[n]
			if len(candidates) == 0 || p.said[nodeKey{file, n}] ||
				s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n {
				continue
			}
			if kind == pysyntax.Attribute && s.tree.Kind(parent) == pysyntax.Attribute && looksAt(string(s.tree.Ident(parent))) {
				continue
			}
			candidates = slices.DeleteFunc(slices.Clone(candidates),
				func(f callgraph.FuncID) bool { return !p.canBe(file, s, n, f) })
			if len(candidates) == 0 || slices.ContainsFunc(candidates, func(f callgraph.FuncID) bool { return called[f] }) {
				continue
			}
			rule := valueEscapes
			if s.test || kind == pysyntax.Attribute && !p.isKnown(file, s, n) {
				rule = valueByName
			}
			p.note(s, s.tree.Start(n), rule, p.graph.Funcs[candidates[0]].Name(), "")
		}
	}
}

// looksAt reports whether an attribute of a mock is one that assertions look at.
func looksAt(name string) bool {
	return strings.HasPrefix(name, "assert_") || strings.HasPrefix(name, "call_") || name == "called" ||
		name == "mock_calls" ||
		name == "return_value" || name == "side_effect" || name == "reset_mock" || strings.HasPrefix(name, "await")
}

// calledAsValues is the functions of which the graph knows calls by another name: through an attribute, a parameter, a
// table.
func (p *pure) calledAsValues() map[callgraph.FuncID]bool {
	out := map[callgraph.FuncID]bool{}
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		if e.Kind != callgraph.Call || !p.async[e.To] {
			continue
		}
		call := p.callAt(e.From, e.Pos, lastName(p.graph.Funcs[e.To].Qual))
		if call != 0 && p.nameOf(p.graph.Funcs[e.From].File, call) != lastName(p.graph.Funcs[e.To].Qual) {
			out[e.To] = true
		}
	}
	return out
}

// canBe reports whether a mention can be one of a function, by what its name is bound to or the class around it.
func (p *pure) canBe(file int32, s *source, n pysyntax.Node, id callgraph.FuncID) bool {
	f := &p.graph.Funcs[id]
	if s.tree.Kind(n) == pysyntax.Name {
		if f.Class != callgraph.None {
			return false
		}
		if f.File == file {
			return p.sees(f, s.tree.Start(n))
		}
		for _, a := range s.aliases {
			if imp := alias3(s, a); imp.Binds() == string(s.tree.Ident(n)) && imp.Name == lastName(f.Qual) &&
				strings.HasSuffix(f.Module, strings.TrimLeft(imp.Module, ".")) {
				return true
			}
		}
		return false
	}
	object := s.tree.Child(n)
	if s.tree.Kind(object) != pysyntax.Name {
		return f.Class != callgraph.None
	}
	head, known := string(s.tree.Ident(object)), false
	for _, a := range s.aliases {
		if imp := alias3(s, a); imp.Binds() == head { // one of several, perhaps, in the branches of an if
			module := strings.TrimLeft(imp.Module, ".")
			if imp.Name != "" {
				module = strings.TrimLeft(module+"."+imp.Name, ".")
			}
			if f.Class == callgraph.None && strings.HasSuffix(f.Module, module) {
				return true
			}
			known = true
		}
	}
	if known {
		return false
	}
	if f.Class == callgraph.None {
		return false
	}
	if head == "self" || head == "cls" {
		class := p.classAround(file, s.tree.Start(n))
		return class == callgraph.None || p.related(class, f.Class)
	}
	return true
}

// sees reports whether a nested function can be meant at a place: it is inside the one around it.
func (p *pure) sees(f *callgraph.Func, at uint32) bool {
	if f.Outer == callgraph.None {
		return true
	}
	outer := &p.graph.Funcs[f.Outer]
	return outer.Kind == callgraph.ModuleBody || outer.Start <= at && at < outer.End
}

// isKnown reports whether the object of an attribute is a module, or self.
func (p *pure) isKnown(file int32, s *source, n pysyntax.Node) bool {
	object := s.tree.Child(n)
	if s.tree.Kind(object) != pysyntax.Name {
		return false
	}
	head := string(s.tree.Ident(object))
	if head == "self" || head == "cls" {
		return true
	}
	for _, a := range s.aliases {
		if alias3(s, a).Binds() == head {
			return true
		}
	}
	return false
}

// classAround is the class of the method around a place, or None.
func (p *pure) classAround(file int32, at uint32) int32 {
	class, size := int32(callgraph.None), ^uint32(0)
	for _, i := range p.where.funcs[file] {
		if f := &p.graph.Funcs[i]; f.Class != callgraph.None && f.Start <= at && at < f.End && f.End-f.Start < size {
			class, size = f.Class, f.End-f.Start
		}
	}
	return class
}

// related reports whether one class derives from the other, or something from both.
func (p *pure) related(a, b int32) bool {
	if p.derives(a, b) || p.derives(b, a) {
		return true
	}
	for i := range p.graph.Classes {
		if c := int32(i); p.derives(c, a) && p.derives(c, b) {
			return true
		}
	}
	return false
}

func (p *pure) derives(class, from int32) bool {
	if class == from {
		return true
	}
	return slices.ContainsFunc(p.graph.Classes[class].Bases,
		func(base int32) bool { return base != class && p.derives(base, from) })
}
