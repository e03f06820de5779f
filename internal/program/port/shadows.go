package port

import (
	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// shadows finds the places where a name that an import of the file binds is written and means something else: a local
// variable, a parameter, the name of an argument.
func (s *source) shadows() map[uint32]bool {
	if s.shadowed != nil {
		return s.shadowed
	}
	s.shadowed = map[uint32]bool{}
	var builder pyscope.Builder
	file := builder.Build(s.tree)
	imported := map[int32]bool{}
	for i := range file.Symbols {
		for b := file.Symbols[i].First; b != pyscope.None; b = file.Binds[b].Next {
			if kind := file.Binds[b].Kind; kind == pyscope.BindImport || kind == pyscope.BindFrom {
				imported[int32(i)] = true
			}
		}
		for b := file.Symbols[i].First; b != pyscope.None && !imported[int32(i)]; b = file.Binds[b].Next {
			s.shadowed[file.Binds[b].Pos] = true
		}
	}
	for i := range file.Nodes {
		if n := &file.Nodes[i]; n.Kind == pyscope.NameNode && !imported[file.Lookup(n.Scope, pyscope.Name(n.A), n.Start)] {
			s.shadowed[n.Start] = true
		}
	}
	for n := range s.tree.All() {
		switch s.tree.Kind(n) {
		case pysyntax.Keyword, pysyntax.Param, pysyntax.ExceptHandler, pysyntax.FunctionDef, pysyntax.ClassDef:
			s.shadowed[s.tree.IdentRange(n).Start] = true
		}
	}
	return s.shadowed
}
