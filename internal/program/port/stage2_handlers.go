package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// taken says which errors a handler takes.
type taken struct{ all, timeout, wide bool }

// wideNames are names of errors, by their last part, that take a TimeoutError too.
var wideNames = map[string]bool{
	"Exception": true, "StandardError": true, "OSError": true, "IOError": true, "EnvironmentError": true,
	"TimeoutError": true, "error": true, "timeout": true, "SocketError": true, "WindowsError": true,
}

func (t *timing) takes(handler pysyntax.Node) (out taken) {
	s := t.s
	kind := s.tree.Child(handler)
	if s.tree.Kind(kind) == pysyntax.Block {
		return taken{all: true}
	}
	look := func(n pysyntax.Node) {
		switch last := string(s.tree.Ident(n)); {
		case t.names[s.tree.End(n)]:
			out.timeout = true
		case last == "BaseException":
			out.all = true
		case wideNames[last]:
			out.wide = true
		}
	}
	if s.tree.Kind(kind) == pysyntax.Tuple {
		for n := range s.tree.Children(kind) {
			look(n)
		}
		return out
	}
	look(kind)
	return out
}

// guard finds the handler in the function that sees the error of a timeout first, and whether one before it begins to
// take a TimeoutError.
func (t *timing) guard(call pysyntax.Node) (handler pysyntax.Node, wide bool) {
	s := t.s
	for n := call; ; {
		try, through := s.around(n, pysyntax.Try)
		if try == 0 {
			return 0, wide
		}
		if s.tree.Kind(through) == pysyntax.Block {
			for h := range s.tree.Children(try) {
				if s.tree.Kind(h) != pysyntax.ExceptHandler {
					continue
				}
				switch takes := t.takes(h); {
				case takes.timeout, takes.all:
					return h, wide
				case takes.wide:
					wide = true
				}
			}
		}
		n = try
	}
}

// handlerInside gives a handler of a Timeout within a block, or 0.
func (t *timing) handlerInside(with pysyntax.Node) (found pysyntax.Node) {
	t.within(with, func(h pysyntax.Node) {
		if t.takes(h).timeout && found == 0 {
			found = h
		}
	})
	return found
}

// anyInside reports whether a block has a handler.
func (t *timing) anyInside(with pysyntax.Node) (found bool) {
	t.within(with, func(pysyntax.Node) { found = true })
	return found
}

// within calls a function for each handler in the block of a statement, not in functions inside.
func (t *timing) within(statement pysyntax.Node, f func(pysyntax.Node)) {
	s := t.s
	s.tree.Walk(s.tree.ChildOf(statement, pysyntax.Block), func(n pysyntax.Node) bool {
		switch s.tree.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.ExceptHandler:
			f(n)
		}
		return true
	}, nil)
}

// compares tells why a handler looks at which timeout it is, "" if it does not.
func (t *timing) compares(handler pysyntax.Node) string {
	s := t.s
	if s.tree.Tok(handler) == 0 {
		return ""
	}
	name := string(s.tree.Ident(handler))
	compared := false
	s.tree.Walk(s.tree.ChildOf(handler, pysyntax.Block), func(n pysyntax.Node) bool {
		if s.tree.Kind(n) == pysyntax.Name && string(s.tree.Ident(n)) == name &&
			s.tree.Kind(s.tree.Parents()[n]) == pysyntax.Compare {
			compared = true
		}
		return true
	}, nil)
	if compared {
		return "its handler compares the error with the timeout"
	}
	return ""
}

// simple reports whether asyncio's own form says the same: the block is all that the handler guards, and no other
// handler would have taken a TimeoutError of the block's own.
func (t *timing) simple(with, guard pysyntax.Node, f callgraph.FuncID) bool {
	s := t.s
	try := s.tree.Parents()[guard]
	body := s.tree.ChildOf(try, pysyntax.Block)
	if s.tree.Child(body) != with || s.tree.Next(with) != 0 || t.several[guard] > 1 || s.tree.Tok(guard) != 0 ||
		s.tree.Kind(s.tree.Child(guard)) == pysyntax.Tuple ||
		s.tree.Has(try, pysyntax.FlagStar) || t.foreign(guard, with, f) {
		return false
	}
	behind := false
	for h := range s.tree.Children(try) {
		if s.tree.Kind(h) != pysyntax.ExceptHandler {
			continue
		}
		if takes := t.takes(h); behind && (takes.all || takes.wide) {
			return false
		}
		behind = behind || h == guard
	}
	first := s.tree.Child(s.tree.ChildOf(guard, pysyntax.Block))
	return s.lines.Line(int(s.tree.Start(first))) > s.lines.Line(int(s.tree.Start(guard)))
}

// foreign reports whether a handler can also get a Timeout of eventlet's: from what the block calls, or from a timeout
// around.
func (t *timing) foreign(guard, with pysyntax.Node, f callgraph.FuncID) bool {
	s := t.s
	if t.limited(with) {
		return true
	}
	try := s.tree.Parents()[guard]
	return t.reaches(f, s.tree.Start(try), s.tree.Start(guard), t.setsTimeout)
}

// limited reports whether a node is within a block under a Timeout of eventlet's.
func (t *timing) limited(inner pysyntax.Node) bool {
	s := t.s
	for n := inner; n != 0; {
		outer, _ := s.around(n, pysyntax.With)
		if outer == 0 {
			break
		}
		for item := range s.tree.Children(outer) {
			if manager := s.tree.Child(item); s.tree.Kind(item) == pysyntax.WithItem && s.tree.Kind(manager) == pysyntax.Call &&
				t.names[s.tree.End(s.tree.Child(manager))] {
				return true
			}
		}
		n = outer
	}
	return false
}
