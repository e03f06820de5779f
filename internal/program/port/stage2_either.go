package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// lacks reports whether no object of eventlet's class can be used like that: where it can be something else, it is.
func (k *twin) lacks(u *callgraph.ObjectUse) bool {
	if k.any {
		return false
	}
	switch u.Kind {
	case callgraph.Method, callgraph.Member:
		return !strings.HasPrefix(u.Name, "_") && !slices.Contains(strings.Fields(k.has), u.Name)
	case callgraph.WithBlock:
		return !k.entered
	case callgraph.Other:
		return u.Name == "called" || u.Name == "indexed" || u.Name == "an operand" || u.Name == "iterated over" && !k.iterate
	}
	return false
}

// takesEither reports whether a use can be written such that it suits what the objects become, and something else as
// well: they keep the names and arguments of their methods, and run nothing that they are handed.
func (x *exchange) takesEither(kind *twin) bool {
	return !kind.starts && !x.channel
}

// callEither decides about the call of a method of what can be something else: what it gives is awaited if it can be.
func (x *exchange) callEither(s *source, call pysyntax.Node, name string, m method, u *callgraph.ObjectUse) {
	callee := s.tree.Child(call)
	if !x.kind.any {
		x.own = true // the arguments stay
	}
	if !m.waits {
		x.becomes(s, callee, name, takesEither, nil)
		return
	}
	x.becomes(s, callee, name, takesEither, func() {
		x.need(s, importAio)
		open := s.tree.TokenAt(s.tree.IdentRange(callee).End)
		comma := ", "
		if s.tree.Next(callee) == 0 {
			comma = ""
		}
		at := s.tree.Tokens[open]
		start, end := int(s.tree.Start(call)), int(s.tree.End(call))
		if x.canAwait(s, call, u.From) {
			s.edits.Insert(start, x.opening(s, call)+"await aio.call(")
			s.edits.Replace(int(at.Start), int(at.End), comma)
			if text := x.closing(s, call); text != "" {
				s.edits.Insert(end, text)
			}
			return
		}
		x.need(s, importAiohub)
		s.edits.Insert(start, "aiohub.wait(aio.call(")
		s.edits.Replace(int(at.Start), int(at.End), comma)
		s.edits.Insert(end, ")")
	})
}

// threadEither changes a call of a method of what can be a task, or something else that runs.
func (x *exchange) threadEither(s *source, call pysyntax.Node, u *callgraph.ObjectUse) {
	name := map[string]string{"wait": "join", "kill": "kill", "link": "link"}[u.Name]
	if name == "" {
		return // it has the same name
	}
	x.need(s, importAio)
	callee := s.tree.Child(call)
	head, tail := "aio."+name+"(", ""
	switch {
	case u.Name != "wait":
	case x.canAwait(s, call, u.From):
		head, tail = x.opening(s, call)+"await "+head, x.closing(s, call)
	default:
		x.need(s, importAiohub)
		head, tail = "aiohub.wait("+head, ")"
	}
	open := s.tree.Tokens[s.tree.TokenAt(s.tree.IdentRange(callee).End)]
	comma := ", "
	if s.tree.Next(callee) == 0 {
		comma = ""
	}
	s.edits.Insert(int(s.tree.Start(call)), head)
	s.edits.Replace(s.objectEnd(callee), int(open.End), comma)
	if tail != "" {
		s.edits.Insert(int(s.tree.End(call)), tail)
	}
}

// enterEither enters what can be a manager of either world.
func (x *exchange) enterEither(s *source, manager, with pysyntax.Node) {
	x.need(s, importAio)
	s.edits.Insert(int(s.tree.Start(with)), "async ")
	s.edits.Insert(int(s.tree.Start(manager)), "aio.enter(")
	s.edits.Insert(int(s.tree.End(manager)), ")")
}

// isChosen reports whether a name is eventlet's in one branch of the code, and something else in others.
func (s *source) isChosen(callee pysyntax.Node, canon string) bool {
	end := int(s.tree.End(callee))
	for i := range s.records {
		if r := &s.records[i]; r.End == end && r.Kind == scan.Use && (r.Canon == canon || r.Name == canon) {
			return r.Maybe
		}
	}
	return false
}
