package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// doubles gives the methods that a test's own class and the class of the tree whose place it takes have in common:
// whoever calls them cannot know which of the two he has, so that both wait, or none.
func (p *pure) doubles() [][]callgraph.FuncID {
	var sets [][]callgraph.FuncID
	for i := range p.graph.Files {
		if !p.graph.Files[i].Test {
			continue
		}
		s := p.files[i]
		for n := range s.tree.All() {
			if s.tree.Kind(n) != pysyntax.Constant {
				continue
			}
			replaced, by := p.doubledBy(int32(i), s, n)
			if replaced != callgraph.None && by != callgraph.None {
				sets = append(sets, p.inCommon(replaced, by)...)
			}
		}
	}
	return sets
}

// doubledBy looks at patch("module.Class", Double).
func (p *pure) doubledBy(file int32, s *source, n pysyntax.Node) (replaced, by int32) {
	value, ok := s.tree.StringValue(n)
	call := s.tree.Parents()[n]
	next := s.tree.Next(n)
	if !ok || s.tree.Kind(call) != pysyntax.Call || !targets[string(s.tree.Ident(s.tree.Child(call)))] || next == 0 {
		return callgraph.None, callgraph.None
	}
	if s.tree.Kind(next) == pysyntax.Keyword && string(s.tree.Ident(next)) == "new" {
		next = s.tree.Child(next)
	}
	if s.tree.Kind(next) != pysyntax.Name {
		return callgraph.None, callgraph.None
	}
	return p.classNamed(value[strings.LastIndexByte(value, '.')+1:],
			func(c *callgraph.Class) bool { return !p.graph.Files[c.File].Test }),
		p.classNamed(string(s.tree.Ident(next)), func(c *callgraph.Class) bool { return p.graph.Files[c.File].Test })
}

// classNamed is the one class of a name that fits, or None.
func (p *pure) classNamed(name string, fits func(*callgraph.Class) bool) int32 {
	found := int32(callgraph.None)
	for i := range p.graph.Classes {
		if c := &p.graph.Classes[i]; c.Qual == name && fits(c) {
			if found != callgraph.None {
				return callgraph.None
			}
			found = int32(i)
		}
	}
	return found
}

func (p *pure) inCommon(a, b int32) [][]callgraph.FuncID {
	methods := map[string]callgraph.FuncID{}
	for i := range p.graph.Funcs {
		if f := &p.graph.Funcs[i]; f.Class == a {
			methods[lastName(f.Qual)] = callgraph.FuncID(i)
		}
	}
	var sets [][]callgraph.FuncID
	for i := range p.graph.Funcs {
		f := &p.graph.Funcs[i]
		if other, ok := methods[lastName(f.Qual)]; ok && f.Class == b && !strings.HasPrefix(lastName(f.Qual), "__") {
			sets = append(sets, []callgraph.FuncID{other, callgraph.FuncID(i)})
		}
	}
	return sets
}
