package port

import (
	"fmt"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// use decides about one use of an object.
func (x *exchange) use(m *callgraph.Made, kind *twin, u *callgraph.ObjectUse) {
	file := x.graph.Funcs[u.From].File
	s := x.files[file]
	if s == nil {
		return
	}
	class := knowledge.Canon(m.Name)
	if kind == greenThread {
		class = "eventlet.greenthread.GreenThread"
	}
	if u.Mixed && kind.lacks(u) {
		return // it is the other one
	}
	at := s.exprAt(u.Pos)
	if u.Mixed && x.madeThere(s, m, u) {
		made := *u
		made.Mixed = false
		u = &made
	}
	switch u.Kind {
	case callgraph.Method:
		call := x.callAt(s, u.Pos, u.Name)
		if call == 0 {
			x.stays(s, at, class+"."+u.Name, "several calls of this name begin here")
			return
		}
		x.method(s, call, class, kind, u)
	case callgraph.Member:
		x.members(s, kind, u, class)
	case callgraph.WithBlock:
		x.enter(s, kind, u, class)
	case callgraph.Handed:
		switch canon := knowledge.Canon(u.Name); {
		case canon == "eventlet.greenpool.GreenPile" && kind.starts:
		case canon == "builtins.isinstance" || asksForClass[lastOf(canon)]:
			x.askedForClass(s, m, u, class)
		case strings.HasPrefix(lastOf(u.Name), "assert") || s.test && strings.HasSuffix("."+u.Name, ".mock.call"): // they compare it
		case s.test && (strings.HasSuffix(u.Name, "patch.object") || lastOf(u.Name) == "MockPatchObject"):
			x.changes = append(x.changes,
				change{source: s, node: at, name: class, rule: testsFollow, note: "a test replaces a method of it"})
		case canon == "eventlet.greenthread.kill" || canon == "eventlet.greenthread.cancel":
			x.stays(s, at, class, "is handed to "+u.Name)
		case kind.iterate && strings.HasPrefix(u.Name, "builtins."):
			if call := x.callAt(s, u.Pos, lastOf(u.Name)); call != 0 {
				args := argsOf(s.tree, call)
				if n := args.at(0, ""); n != 0 {
					x.iterated(s, n, class, u)
					return
				}
			}
			x.stays(s, at, class, "is handed to "+u.Name)
		case u.Name == "":
			x.stays(s, at, class, "is handed to something of which nothing is known")
		default:
			x.stays(s, at, class, "is handed to "+u.Name)
		}
	case callgraph.Other:
		if kind.iterate && u.Name == "iterated over" {
			x.iterated(s, s.widestAt(u.Pos), class, u)
			return
		}
		x.stays(s, at, class, u.Name)
	case callgraph.Unknown:
		for _, n := range s.attributesAt(u.Pos, u.Name) {
			parent := s.tree.Parents()[n]
			if s.tree.Kind(parent) != pysyntax.Attribute {
				continue
			}
			switch _, ok := kind.methodOf(string(s.tree.Ident(parent))); {
			case !ok:
			case s.test || x.isNear(s):
				x.stays(s, parent, class, "`."+u.Name+"` of something of which nothing is known may be it")
			default:
				x.becomes(s, parent, class, sameName, nil)
			}
		}
	case callgraph.Replaced:
		x.changes = append(x.changes,
			change{source: s, node: at, name: class, rule: testsFollow, note: "a test puts something else in its place"})
	}
}

// isNear reports whether a file has to do with the objects: one is made or used in it, or it imports a module in which
// that is so.
func (x *exchange) isNear(s *source) bool {
	if x.near == nil {
		x.near = map[string]bool{}
		for _, m := range x.group.made {
			x.near[x.graph.Funcs[m.From].Module] = true
			for _, u := range m.Uses {
				if u.Kind != callgraph.Unknown {
					x.near[x.graph.Funcs[u.From].Module] = true
				}
			}
		}
	}
	if x.near[s.module] {
		return true
	}
	for _, a := range s.aliases {
		imp := edit.Alias(s.tree, a.statement, a.node)
		if x.near[imp.Module] || imp.Name != "" && x.near[imp.Module+"."+imp.Name] {
			return true
		}
	}
	return false
}

// madeThere reports whether the object of a use is the call that makes it: whatever it is made of, that is no other.
func (x *exchange) madeThere(s *source, m *callgraph.Made, u *callgraph.ObjectUse) bool {
	made := x.callNamed(s, m.Pos, m.Name)
	if made == 0 || x.files[x.graph.Funcs[m.From].File] != s {
		return false
	}
	switch u.Kind {
	case callgraph.WithBlock:
		return s.widestAt(u.Pos) == made
	case callgraph.Method:
		call := x.callAt(s, u.Pos, u.Name)
		return call != 0 && s.tree.Child(s.tree.Child(call)) == made
	}
	return false
}

// isData reports whether an attribute that is read is no method: something is looked up in it.
func (s *source) isData(n pysyntax.Node) bool {
	parent := s.tree.Parents()[n]
	switch s.tree.Kind(parent) {
	case pysyntax.Subscript:
		return s.tree.Child(parent) == n && !s.tree.Has(n, pysyntax.FlagStore)
	case pysyntax.Attribute: // eventlet gives a function of its own for a method, which has none
		return !strings.HasPrefix(string(s.tree.Ident(parent)), "__")
	case pysyntax.Call: // of len, which no method has, or of an assertion that looks into it, or at it
		if callee := s.tree.Child(parent); callee != n && string(s.tree.Text(callee)) == "len" {
			return true
		}
		return s.test && s.tree.Child(parent) != n && strings.HasPrefix(string(s.tree.Ident(s.tree.Child(parent))), "assert")
	}
	return false
}

// members decides about attributes that are read and not called. The graph lists one of several in a function.
func (x *exchange) members(s *source, kind *twin, u *callgraph.ObjectUse, class string) {
	first := s.attributesAt(u.Pos, u.Name)
	if len(first) == 0 {
		return
	}
	object := string(s.tree.Text(s.tree.Child(first[0])))
	f := &x.graph.Funcs[u.From]
	for _, n := range s.index.attributes[u.Name] {
		if at := s.tree.Start(n); at < f.Start || at >= f.End || string(s.tree.Text(s.tree.Child(n))) != object {
			continue
		}
		parent := s.tree.Parents()[n]
		if s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n {
			continue
		}
		switch {
		case x.handedOn(s, n, kind, u, class):
		case kind == greenThread && u.Name == "dead" && !u.Mixed:
			x.becomes(s, n, class+".dead", kind.rule, func() {
				at := s.tree.IdentRange(n)
				s.edits.Replace(int(at.Start), int(at.End), "done()")
			})
		case kind.rule == queues && membersOfQueue[u.Name] && !u.Mixed && !x.channel && !s.tree.Has(n, pysyntax.FlagStore):
			x.own = true
			x.becomes(s, n, class+"."+u.Name, kind.rule, nil)
		case kind.any && !u.Mixed && s.isData(n):
			x.becomes(s, n, class+"."+u.Name, kind.rule, nil)
		case kind.any && !s.tree.Has(n, pysyntax.FlagStore):
			x.becomes(s, n, class+"."+u.Name, proxies, nil) // it may be a method, which has to be awaited now
		case kind.keeps(u.Name) && !u.Mixed && !x.channel && !s.tree.Has(n, pysyntax.FlagStore):
			x.becomes(s, n, class+"."+u.Name, kind.rule, nil) // whoever gets it may call it as before
		case kind.starts && u.Name == "size" && !s.tree.Has(n, pysyntax.FlagStore):
			x.becomes(s, n, class+".size", kind.rule, nil)
		default:
			x.stays(s, n, class+"."+u.Name, fmt.Sprintf("`.%s` is used as a value", u.Name))
		}
	}
}

// enter decides about a with block.
func (x *exchange) enter(s *source, kind *twin, u *callgraph.ObjectUse, class string) {
	manager := s.widestAt(u.Pos)
	item := s.tree.Parents()[manager]
	with := s.tree.Parents()[item]
	switch {
	case !kind.entered || s.tree.Kind(item) != pysyntax.WithItem:
		x.stays(s, manager, class, "is entered")
	case s.tree.Has(with, pysyntax.FlagAsync):
		x.stays(s, manager, class, "is entered by `async with`")
	case s.tree.Kind(s.tree.Next(s.tree.Child(with))) == pysyntax.WithItem:
		x.stays(s, manager, class, "shares its with statement with others: give it one of its own")
	case s.tree.Next(manager) != 0 && !kind.any:
		x.stays(s, manager, class, "the value of `with ... as` is used")
	case !x.canAwait(s, with, u.From):
		x.stays(s, manager, class,
			fmt.Sprintf("%s holds it in a with block, and is no coroutine", x.graph.Funcs[u.From].Name()))
	case u.Mixed:
		x.becomes(s, manager, class, takesEither, func() { x.enterEither(s, manager, with) })
	default:
		x.becomes(s, manager, class, kind.rule, func() { s.edits.Insert(int(s.tree.Start(with)), "async ") })
	}
}
