package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// spotKey names a node of one of the files.
type spotKey struct {
	s *source
	n pysyntax.Node
}

// arguments are those of a call.
type arguments struct {
	t          *pysyntax.Tree
	positional []pysyntax.Node
	keywords   []string
	values     []pysyntax.Node // of the keywords
	starred    bool            // *x
	unpacked   bool            // **x
}

func argsOf(t *pysyntax.Tree, call pysyntax.Node) arguments {
	a := arguments{t: t}
	for n := t.Next(t.Child(call)); n != 0; n = t.Next(n) {
		switch {
		case t.Kind(n) == pysyntax.Starred:
			a.starred = true
		case t.Kind(n) == pysyntax.Keyword && t.Has(n, pysyntax.FlagUnpack):
			a.unpacked = true
		case t.Kind(n) == pysyntax.Keyword:
			a.keywords = append(a.keywords, string(t.Ident(n)))
			a.values = append(a.values, t.Child(n))
		default:
			a.positional = append(a.positional, n)
		}
	}
	return a
}

// first gives the argument at the first place, or under a name; 0 if there is none.
func (a *arguments) first(name string) pysyntax.Node { return a.at(0, name) }

func (a *arguments) at(place int, name string) pysyntax.Node {
	if len(a.positional) > place {
		return a.positional[place]
	}
	for i, k := range a.keywords {
		if k == name {
			return a.values[i]
		}
	}
	return 0
}

// names reports whether an expression is a name of eventlet's, or of the standard library, as it stands: not something
// that was put there, which callers and tests may put another thing in place of.
func (s *source) names(callee pysyntax.Node, canon string) bool {
	end := int(s.tree.End(callee))
	for i := range s.records {
		if r := &s.records[i]; r.End == end && (r.Kind == scan.Use || r.Kind == scan.Implicit) &&
			(r.Canon == canon || r.Name == canon) {
			return !r.Maybe
		}
	}
	return false
}

// widestAt gives the widest expression that begins at a place, or 0.
func (s *source) widestAt(pos uint32) pysyntax.Node {
	if list := s.index.exprs[pos]; len(list) > 0 {
		return list[0]
	}
	return 0
}

// exprAt gives an expression to point at.
func (s *source) exprAt(pos uint32) pysyntax.Node { return s.widestAt(pos) }

// attributesAt gives the attributes of a name that begin at a place.
func (s *source) attributesAt(pos uint32, name string) []pysyntax.Node {
	var found []pysyntax.Node
	for _, n := range s.index.exprs[pos] {
		if s.tree.Kind(n) == pysyntax.Attribute && string(s.tree.Ident(n)) == name {
			found = append(found, n)
		}
	}
	return found
}

// funcAt gives the innermost function around a place, callgraph.None outside of all.
func (a *atlas) funcAt(file int32, at uint32) callgraph.FuncID {
	n := a.nested[file]
	if n == nil {
		n = newNesting(a.graph, a.inFile[file])
		a.nested[file] = n
	}
	return n.at(a.graph, at)
}

// canAwait reports whether an await can stand at a node, in code of a function.
func (p *painter) canAwait(s *source, n pysyntax.Node, from callgraph.FuncID) bool {
	return from >= 0 && p.inside(from) && !p.inGenerator(s, n) && !s.inClassBody(n)
}

// putAwait puts an await before an expression.
func (p *painter) putAwait(s *source, n pysyntax.Node) {
	s.edits.Insert(int(s.tree.Start(n)), p.opening(s, n)+"await ")
	if text := p.closing(s, n); text != "" {
		s.edits.Insert(int(s.tree.End(n)), text)
	}
}

// putWait lets code that cannot await wait for an expression.
func (p *painter) putWait(s *source, n pysyntax.Node) {
	p.need(s, importAiohub)
	s.edits.Insert(int(s.tree.Start(n)), "aiohub.wait(")
	s.edits.Insert(int(s.tree.End(n)), ")")
}

// around gives the nearest ancestor of a kind within the same function, and the child of it through which it is
// reached.
func (s *source) around(n pysyntax.Node, kind pysyntax.Kind) (found, through pysyntax.Node) {
	parents := s.tree.Parents()
	for through = n; ; through = found {
		found = parents[through]
		switch k := s.tree.Kind(found); {
		case found == 0 || k == kind:
			return found, through
		case k == pysyntax.FunctionDef || k == pysyntax.Lambda || k == pysyntax.ClassDef:
			return 0, 0
		}
	}
}
