package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// mentions refuses the component if one of its functions is mentioned in a way that the graph does not explain: as a
// value, or called on something of which nothing is known.
func (p *painter) mentions() {
	for i := range p.graph.Files {
		file := int32(i)
		s := p.files[file]
		if s == nil {
			continue
		}
		parents := s.tree.Parents()
		bound := p.boundNames(s, file)
		for _, n := range s.index.mentions {
			name := string(s.tree.Ident(n))
			switch kind := s.tree.Kind(n); {
			case kind == pysyntax.Attribute && p.names[name] && !p.elsewhere(s, file, n, name):
			case kind == pysyntax.Name && p.names[name] && (bound[name] || p.nested(file, s.tree.Start(n), name)):
			case kind == pysyntax.Constant:
				p.replacedByName(file, s, n)
				p.replacedClass(file, s, n)
				continue
			case kind == pysyntax.Attribute && s.test && s.tree.Has(n, pysyntax.FlagStore) && len(p.classes[name]) > 0:
				p.assignedClass(file, s, n, name)
				continue
			default:
				continue
			}
			parent := parents[n]
			called := s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n
			switch {
			case p.values[file][n] || called:
			case s.tree.Has(n, pysyntax.FlagDel):
			case s.tree.Has(n, pysyntax.FlagStore):
				if s.tree.Kind(n) == pysyntax.Attribute {
					p.assigned(file, s, n, name)
				}
			case s.tree.Kind(n) == pysyntax.Attribute && p.looked(s, n):
				if !p.patched(s, name) {
					p.refuse(file, s.tree.Start(n), replaced, name, "by a mock of the object", p.called(name)...)
				}
			default:
				p.refuse(file, s.tree.Start(n), usedAsValue, name, "", p.called(name)...)
			}
		}
	}
}

// nested reports whether a name at a place is that of a function of the component defined inside the function around.
func (p *painter) nested(file int32, at uint32, name string) bool {
	for f := range p.chosen {
		fn := &p.graph.Funcs[f]
		if fn.File != file || lastName(fn.Qual) != name || fn.Outer == callgraph.None || fn.Class != callgraph.None {
			continue
		}
		if outer := &p.graph.Funcs[fn.Outer]; outer.Kind == callgraph.Plain && outer.Start <= at && at < outer.End {
			return true
		}
	}
	return false
}

// boundNames is the names of the component that a file binds to one of its functions at the top: by a def, or by an
// import of it.
func (p *painter) boundNames(s *source, file int32) map[string]bool {
	bound := map[string]bool{}
	for f := range p.chosen {
		if fn := &p.graph.Funcs[f]; fn.File == file && !strings.Contains(fn.Qual, ".") {
			bound[fn.Qual] = true
		}
	}
	for _, a := range s.aliases {
		if imp := edit.Alias(s.tree, a.statement, a.node); imp.Name != "" && p.names[imp.Name] {
			bound[imp.Binds()] = true
		}
	}
	return bound
}

// elsewhere reports whether an attribute is known to be none of the component's: of a module that the file imports, or
// of self in a class that has nothing to do with those of the component.
func (p *painter) elsewhere(s *source, file int32, n pysyntax.Node, name string) bool {
	object := s.tree.Child(n)
	if s.tree.Kind(object) != pysyntax.Name {
		return false
	}
	head := string(s.tree.Ident(object))
	if known, ours := p.imported(s, head, name); known {
		return !ours
	}
	if head != "self" && head != "cls" {
		return false
	}
	class := p.classAt(file, s.tree.Start(n))
	if class == callgraph.None {
		return false
	}
	for f := range p.chosen {
		if fn := &p.graph.Funcs[f]; lastName(fn.Qual) == name && fn.Class != callgraph.None &&
			(p.derives(fn.Class, class) || p.derives(class, fn.Class)) {
			return false
		}
	}
	return len(p.graph.Classes[class].Foreign) == 0 || !p.mixin(class)
}

// imported reports whether a file imports something by a name, be it in each branch of an if, and whether that can be a
// module with a function of the component.
func (p *painter) imported(s *source, head, name string) (known, ours bool) {
	for _, a := range s.aliases {
		imp := edit.Alias(s.tree, a.statement, a.node)
		if imp.Binds() != head {
			continue
		}
		module := imp.Module
		if imp.Name != "" {
			module += "." + imp.Name
		}
		known = true
		ours = ours || !p.hasModule(module)
		for f := range p.chosen {
			fn := &p.graph.Funcs[f]
			ours = ours || fn.Module == module && fn.Qual == name
		}
	}
	return known, ours
}

// mixin reports whether something of the tree derives from a class together with others, so that self can be more than
// the class says.
func (p *painter) mixin(class int32) bool {
	return slices.ContainsFunc(p.graph.Classes,
		func(c callgraph.Class) bool { return len(c.Bases) > 1 && slices.Contains(c.Bases, class) })
}

func (p *painter) hasModule(name string) bool {
	return p.modules[name]
}

// classAt is the class of the method around a place, or None.
func (p *painter) classAt(file int32, at uint32) int32 {
	class, size := int32(callgraph.None), ^uint32(0)
	for _, id := range p.inFile[file] {
		f := &p.graph.Funcs[id]
		if f.Class != callgraph.None && f.Start <= at && at < f.End && f.End-f.Start < size {
			class, size = f.Class, f.End-f.Start
		}
	}
	return class
}

// derives reports whether a class is another or derives from it.
func (p *painter) derives(class, from int32) bool {
	if class == from {
		return true
	}
	return slices.ContainsFunc(p.graph.Classes[class].Bases,
		func(base int32) bool { return base != class && p.derives(base, from) })
}
