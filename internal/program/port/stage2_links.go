package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// keepsAsKey are methods that find an object among others, or put it there: a task will do as well as a green thread.
var keepsAsKey = map[string]bool{"pop": true, "remove": true, "discard": true, "append": true, "add": true, "index": true, "get": true}

// callbackUses reports whether a function that is linked to a green thread does anything with its first argument, the
// thread, that it could not do with a task: the objects that the graph follows do not get there.
func (p *painter) callbackUses(s *source, from callgraph.FuncID, value pysyntax.Node) bool {
	switch t := s.tree; t.Kind(value) {
	case pysyntax.Lambda:
		return s.usesArgument(value, 0)
	case pysyntax.Name, pysyntax.Attribute:
		return slices.ContainsFunc(p.byName[string(t.Ident(value))], func(f callgraph.FuncID) bool {
			fn := &p.graph.Funcs[f]
			in := p.files[fn.File]
			if in == nil || in.index.defs[fn.Start] == 0 || (fn.Class != callgraph.None) != (t.Kind(value) == pysyntax.Attribute) && fn.File == p.graph.Funcs[from].File {
				return false
			}
			place := 0
			if fn.Class != callgraph.None && !slices.Contains(fn.Decorators, "staticmethod") {
				place = 1
			}
			return in.usesArgument(in.index.defs[fn.Start], place)
		})
	}
	return false
}

// usesArgument reports whether a function uses an argument for more than to find something by it.
func (s *source) usesArgument(function pysyntax.Node, place int) bool {
	t := s.tree
	param := t.Child(t.ChildOf(function, pysyntax.Params))
	for ; param != 0 && place > 0; place-- {
		param = t.Next(param)
	}
	if param == 0 || t.Op(param) == pysyntax.ParamVarArgs || t.Op(param) == pysyntax.ParamKwArgs {
		return false
	}
	return slices.ContainsFunc(s.index.names[string(t.Ident(param))], func(n pysyntax.Node) bool {
		return t.Start(function) <= t.Start(n) && t.End(n) <= t.End(function) && !s.isKey(n)
	})
}

// isKey reports whether an object at a place only tells itself from others.
func (s *source) isKey(n pysyntax.Node) bool {
	t := s.tree
	parent := t.Parents()[n]
	switch t.Kind(parent) {
	case pysyntax.Compare, pysyntax.Delete:
		return true
	case pysyntax.Subscript:
		return t.Child(parent) != n
	case pysyntax.Call:
		callee := t.Child(parent)
		return callee != n && t.Kind(callee) == pysyntax.Attribute && keepsAsKey[string(t.Ident(callee))]
	}
	return false
}
