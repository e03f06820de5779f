package port

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
)

// startsAt gives which argument of a method is a function that it runs, -1 for none.
func startsAt(kind *twin, name string) int {
	if kind.starts && (strings.HasPrefix(name, "spawn") || name == "imap" || name == "starmap") ||
		kind == greenThread && name == "link" {
		return 0
	}
	return -1
}

// passNative notes that a call takes a coroutine function as it is.
func (p *painter) passNative(s *source, call pysyntax.Node, argument int) {
	p.native[spotKey{s, call}] = true
	args := argsOf(s.tree, call)
	if len(args.positional) <= argument {
		return
	}
	values := p.values[p.fileOf[s]]
	value := args.positional[argument]
	values[value] = true
	if s.tree.Kind(value) == pysyntax.Call && string(s.tree.Ident(s.tree.Child(value))) == "partial" {
		for n := s.tree.Next(s.tree.Child(value)); n != 0; n = s.tree.Next(n) {
			values[n] = true
		}
	}
}

// method decides about the call of a method.
func (x *exchange) method(s *source, call pysyntax.Node, class string, kind *twin, u *callgraph.ObjectUse) {
	callee := s.tree.Child(call)
	name := class + "." + u.Name
	m, ok := kind.methodOf(u.Name)
	if x.channel {
		m, ok = methodsOfChannel[u.Name]
	}
	if !ok {
		x.stays(s, callee, name, fmt.Sprintf("nothing of asyncio has `.%s`", u.Name))
		return
	}
	args := argsOf(s.tree, call)
	switch {
	case u.Mixed && !x.takesEither(kind):
		x.stays(s, callee, name, "what is used here can be something else too")
		return
	case m.value != "" && s.tree.Kind(s.tree.Parents()[call]) != pysyntax.ExprStmt:
		x.stays(s, callee, name, m.value+", which is used here")
		return
	case (args.starred || args.unpacked) && !m.takes("*"), len(args.positional) > m.args,
		slices.ContainsFunc(args.keywords, func(k string) bool { return !m.takes(k) }):
		x.stays(s, callee, name, fmt.Sprintf("`.%s` with these arguments", u.Name))
		return
	}
	var called []linked
	either := false
	if kind == greenThread && u.Name == "link" {
		var keeps bool
		if called, either, keeps = x.linkedBy(s, u, args.first("func")); keeps {
			x.stays(s, callee, name, "what is called uses the green thread that it gets")
			return
		}
	}
	wasOwn := x.own
	if m.own || len(args.positional) > m.plain && !kind.starts ||
		len(args.keywords) > 0 && !slices.Equal(args.keywords, []string{"item"}) {
		x.own = true
	}
	rule := kind.rule
	if m.rule != nil {
		rule = m.rule
	}
	if i := startsAt(kind, u.Name); i >= 0 {
		x.starting = append(x.starting, func() { x.passNative(s, call, i) })
	}
	switch {
	case u.Mixed && kind == greenThread:
		if !rule.IsUnsafe() {
			rule = takesEither
		}
		x.becomes(s, callee, name, rule, func() {
			x.threadEither(s, call, u)
			for i := range called {
				called[i].takeResults(x.painter, either)
			}
		})
	case u.Mixed:
		x.callEither(s, call, name, m, u)
	case kind == greenThread:
		x.becomes(s, callee, name, rule, func() {
			x.threadMethod(s, call, u)
			for i := range called {
				called[i].takeResults(x.painter, either)
			}
		})
	case u.Name == "imap" || u.Name == "starmap":
		x.iterated(s, call, name, u)
	case !m.waits:
		x.becomes(s, callee, name, rule, nil)
	case saysNow(s.tree, u.Name, &args) && kind.rule == semaphores && kind.asyncio != "":
		x.own = wasOwn
		x.becomes(s, callee, name, rule, func() {
			x.need(s, importAio)
			s.edits.Insert(int(s.tree.Start(call)), "aio.acquire_nowait(")
			s.edits.Replace(s.objectEnd(callee), int(s.tree.End(call)), ")")
		})
	case saysNow(s.tree, u.Name, &args) && kind.rule == queues && !x.channel:
		x.becomes(s, callee, name, rule, func() {
			at := s.tree.IdentRange(callee)
			s.edits.Replace(int(at.Start), int(at.End), u.Name+"_nowait")
			from, to := int(s.tree.Start(s.tree.Next(callee))), int(s.tree.End(s.tree.Last(call)))
			if u.Name == "put" {
				comma := s.tree.TokenAt(s.tree.End(s.tree.Next(callee)) - 1)
				for s.src[s.tree.Tokens[comma].Start] != ',' {
					comma++
				}
				from = int(s.tree.Tokens[comma].Start)
			}
			s.edits.Delete(from, to)
		})
	case x.canAwait(s, call, u.From):
		x.becomes(s, callee, name, rule, func() {
			x.rename(s, callee, u.Name)
			x.putAwait(s, call)
		})
	case kind.rule == queues && u.Name == "put" && !x.bounded && !x.channel && len(args.keywords) == 0 &&
		len(args.positional) == 1:
		x.becomes(s, callee, name, rule, func() {
			at := s.tree.IdentRange(callee)
			s.edits.Replace(int(at.Start), int(at.End), "put_nowait") // a queue without bounds never waits here
		})
	case kind.any && !s.test:
		x.becomes(s, callee, name, proxies, func() { x.putWait(s, call) }) // in a thread of the proxy it ran at once
	default:
		if u.Name != "wait" && u.Name != "waitall" && u.Name != "join" && !s.test && rule.Safety == finding.Safe {
			rule = bridgesSwitch // what only may wait
		}
		x.becomes(s, callee, name, rule, func() {
			x.rename(s, callee, u.Name)
			x.putWait(s, call)
		})
	}
}

// objectEnd is where the object of a method ends, parentheses included.
func (s *source) objectEnd(callee pysyntax.Node) int {
	object := s.tree.Child(callee)
	if !s.tree.Has(object, pysyntax.FlagParens) {
		return int(s.tree.End(object))
	}
	return int(s.tree.Tokens[s.tree.TokenAt(s.tree.IdentRange(callee).Start)-1].Start)
}

// rename gives a method its new name, if it has another one.
func (x *exchange) rename(s *source, callee pysyntax.Node, name string) {
	if name != "spawn_n" {
		return
	}
	at := s.tree.IdentRange(callee)
	s.edits.Replace(int(at.Start), int(at.End), "spawn")
}

// threadMethod changes a call of a method of a green thread into one of a task.
func (x *exchange) threadMethod(s *source, call pysyntax.Node, u *callgraph.ObjectUse) {
	callee := s.tree.Child(call)
	start, end := int(s.tree.Start(call)), int(s.tree.End(call))
	objectEnd := s.objectEnd(callee)
	switch u.Name {
	case "wait":
		x.need(s, edit.Import{Module: "asyncio"})
		if x.canAwait(s, call, u.From) {
			s.edits.Insert(start, x.opening(s, call)+"await asyncio.shield(")
			s.edits.Replace(objectEnd, end, ")"+x.closing(s, call))
			return
		}
		x.need(s, importAiohub)
		s.edits.Insert(start, "aiohub.wait(asyncio.shield(")
		s.edits.Replace(objectEnd, end, "))")
	case "kill":
		at := s.tree.IdentRange(callee)
		s.edits.Replace(int(at.Start), int(at.End), "cancel")
	case "link":
		x.need(s, importAio)
		s.edits.Insert(start, "aio.link(")
		open := s.tree.TokenAt(uint32(s.tree.IdentRange(callee).End))
		s.edits.Replace(objectEnd, int(s.tree.Tokens[open].End), ", ")
	}
}
