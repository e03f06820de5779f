package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// takers are builtins that take all of an iterable at once, and which of them are a display themselves.
var takers = map[string]bool{"list": true, "tuple": false, "set": false, "sorted": false, "min": false, "max": false,
	"sum": false, "dict": false, "frozenset": false}

// iterated decides about results of a pool that something iterates over.
func (x *exchange) iterated(s *source, n pysyntax.Node, name string, u *callgraph.ObjectUse) {
	decided := n
	if s.tree.Kind(n) == pysyntax.Call {
		decided = s.tree.Child(n)
	}
	parent := s.tree.Parents()[n]
	switch kind := s.tree.Kind(parent); {
	case u.Mixed:
		x.stays(s, decided, name, "what is used here can be something else too")
	case !x.canAwait(s, n, u.From):
		x.stays(s, decided, name, "its results are taken outside of a coroutine")
	case kind == pysyntax.For && s.tree.Next(s.tree.Child(parent)) == n:
		if s.leaves(parent) {
			x.stays(s, decided, name, "the loop over the results can end early")
			return
		}
		x.becomes(s, decided, name, poolResults, func() { s.edits.Insert(int(s.tree.Start(parent)), "async ") })
	case kind == pysyntax.Comprehension && s.tree.Next(s.tree.Child(parent)) == n &&
		s.tree.Kind(s.tree.Parents()[parent]) != pysyntax.GeneratorExp:
		x.becomes(s, decided, name, poolResults, func() { s.edits.Insert(int(s.tree.Start(parent)), "async ") })
	case kind == pysyntax.Call && s.tree.Next(s.tree.Child(parent)) == n &&
		s.tree.Kind(s.tree.Child(parent)) == pysyntax.Name && s.takes(parent):
		callee := s.tree.Child(parent)
		if takers[string(s.tree.Ident(callee))] && s.tree.Next(n) == 0 {
			x.becomes(s, decided, name, poolResults, func() {
				s.edits.Replace(int(s.tree.Start(parent)), int(s.tree.Start(n)), "[item async for item in ")
				s.edits.Replace(int(s.tree.End(n)), int(s.tree.End(parent)), "]")
			})
			return
		}
		x.becomes(s, decided, name, poolResults, func() {
			s.edits.Insert(int(s.tree.Start(n)), "[item async for item in ")
			s.edits.Insert(int(s.tree.End(n)), "]")
		})
	default:
		x.stays(s, decided, name, "its results go to something that takes no asynchronous iterator")
	}
}

func (s *source) takes(call pysyntax.Node) bool {
	_, ok := takers[string(s.tree.Ident(s.tree.Child(call)))]
	return ok
}

// leaves reports whether a loop can end before it has taken everything, other than by an error.
func (s *source) leaves(loop pysyntax.Node) bool {
	found := false
	depth := 0
	s.tree.Walk(s.tree.ChildOf(loop, pysyntax.Block), func(n pysyntax.Node) bool {
		switch s.tree.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.For, pysyntax.While:
			depth++
		case pysyntax.Return, pysyntax.Yield:
			found = true
		case pysyntax.Break:
			found = found || depth == 0
		}
		return true
	}, func(n pysyntax.Node) {
		if kind := s.tree.Kind(n); kind == pysyntax.For || kind == pysyntax.While {
			depth--
		}
	})
	return found
}
