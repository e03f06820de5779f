package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/language/pytoken"
	"aiohub/internal/program/callgraph"
)

// object decides about `t = Timeout(...)`, which a try behind it cancelsThread in its finally: it becomes a block.
func (t *timing) object(call pysyntax.Node, f callgraph.FuncID) {
	s := t.s
	callee := s.tree.Child(call)
	assign := s.tree.Parents()[call]
	target := s.tree.Child(assign)
	stays := func(note string) { t.decide(s, callee, timeoutStays, timeoutClass, note) }
	try := s.tree.Next(assign)
	switch {
	case s.tree.Kind(target) != pysyntax.Name || s.tree.Next(target) != call:
		stays("its object is kept")
		return
	case s.tree.Kind(try) != pysyntax.Try || s.tree.Has(try, pysyntax.FlagStar):
		stays("no try follows that cancels it in its finally")
		return
	case !t.canAwait(s, try, f):
		stays("it is outside of what can await")
		return
	}
	name := string(s.tree.Ident(target))
	last := s.tree.ChildOf(try, pysyntax.FinallyBlock)
	cancel := s.tree.Child(last)
	if last == 0 || !s.isCancel(cancel, name) {
		stays("the finally of the try behind it does not begin with its cancel()")
		return
	}
	compared := t.compared(try, name)
	if t.mentioned(f, name) != 2+compared {
		stays("its object is used")
		return
	}
	if form, ok := s.formOf(call); !ok || form.kind != plainTimeout && t.anyInside(try) {
		stays("its arguments are not understood, or a handler in the block can take what it raises")
		return
	}
	if t.handlerInside(try) != 0 {
		stays("a handler in the block takes a Timeout, which would not be raised there")
		return
	}
	body := s.tree.ChildOf(try, pysyntax.Block)
	if s.lines.Line(int(s.tree.Start(s.tree.Child(body)))) == s.lines.Line(int(s.tree.Start(try))) {
		stays("the block of its try stands on one line with it")
		return
	}
	guarded := false
	for h := range s.tree.Children(try) {
		guarded = guarded || s.tree.Kind(h) == pysyntax.ExceptHandler || s.tree.Kind(h) == pysyntax.ElseBlock
		if s.tree.Kind(h) == pysyntax.ExceptHandler {
			if reason := t.compares(h); reason != "" && t.takes(h).timeout && compared == 0 {
				stays(reason)
				return
			}
			if t.takes(h).timeout {
				t.handlers[h] = timeoutObjects
			}
		}
	}
	more := s.tree.Next(cancel) != 0
	rule := timeoutsKept
	if guarded {
		rule = timeoutObjects // it ran during the handlers, too
	}
	rule = t.apply(callee, rule, timeoutClass, func() {
		t.need(s, importAio)
		text := "async with aio.Timeout" + string(s.src[s.tree.End(callee):s.tree.End(call)])
		if compared > 0 {
			text += " as " + name
		}
		text += ":"
		s.taken = append(s.taken, span{int(s.tree.Start(callee)), int(s.tree.End(callee))})
		s.deleteLines(int(s.tree.Start(assign)), int(s.tree.End(assign)))
		if !guarded && !more {
			colon := s.tree.TokenAt(s.tree.Start(try)) + 1
			s.edits.Replace(int(s.tree.Start(try)), int(s.tree.Tokens[colon].End), text)
			s.deleteLines(s.finallyAt(last), int(s.tree.End(cancel)))
			return
		}
		t.indent(try, body, text)
		if more {
			s.deleteLines(int(s.tree.Start(cancel)), int(s.tree.End(cancel)))
		} else {
			s.deleteLines(s.finallyAt(last), int(s.tree.End(cancel)))
		}
		for h := range s.tree.Children(try) {
			if s.tree.Kind(h) == pysyntax.ExceptHandler && t.takes(h).timeout {
				t.takeBoth(s, h, t.reaches(f, s.tree.Start(try), s.tree.Start(h), t.setsTimeout))
			}
		}
	})
	t.decide(s, s.tree.Child(s.tree.Child(cancel)), rule, timeoutClass+".cancel", "")
	for h := range s.tree.Children(try) {
		if s.tree.Kind(h) == pysyntax.ExceptHandler && t.handlers[h] != nil {
			t.handlers[h] = rule
		}
	}
}

// compared counts how often the handlers of a try compare a variable that holds a Timeout with something: aio.Timeout
// raises itself, too.
func (t *timing) compared(try pysyntax.Node, name string) int {
	s := t.s
	count := 0
	for h := range s.tree.Children(try) {
		if s.tree.Kind(h) != pysyntax.ExceptHandler {
			continue
		}
		s.tree.Walk(s.tree.ChildOf(h, pysyntax.Block), func(n pysyntax.Node) bool {
			if s.tree.Kind(n) == pysyntax.Name && string(s.tree.Ident(n)) == name &&
				s.tree.Kind(s.tree.Parents()[n]) == pysyntax.Compare {
				count++
			}
			return true
		}, nil)
	}
	return count
}

// isCancel reports whether a statement is name.cancel().
func (s *source) isCancel(n pysyntax.Node, name string) bool {
	return s.tree.Kind(n) == pysyntax.ExprStmt && string(s.tree.Text(n)) == name+".cancel()"
}

// finallyAt is where the word finally stands before a block.
func (s *source) finallyAt(block pysyntax.Node) int {
	i := s.tree.TokenAt(s.tree.Start(block))
	for i > 0 && string(s.src[s.tree.Tokens[i].Start:s.tree.Tokens[i].End]) != "finally" {
		i--
	}
	return int(s.tree.Tokens[i].Start)
}

// deleteLines takes out the lines that a range is all there is of.
func (s *source) deleteLines(start, end int) {
	for start > 0 && s.src[start-1] != '\n' && s.src[start-1] != '\r' {
		start--
	}
	for end < len(s.src) && s.src[end] != '\n' && s.src[end] != '\r' {
		end++ // with the comment behind it
	}
	if end < len(s.src) && s.src[end] == '\r' {
		end++
	}
	if end < len(s.src) && s.src[end] == '\n' {
		end++
	}
	s.edits.Delete(start, end)
}

// indent puts a line with a block at the head of the body of a statement, and the body into it.
func (t *timing) indent(statement, body pysyntax.Node, head string) {
	s := t.s
	first := int(s.tree.Start(s.tree.Child(body)))
	line := first
	for line > 0 && s.src[line-1] != '\n' && s.src[line-1] != '\r' {
		line--
	}
	inner := string(s.src[line:first])
	unit := s.unit(statement, inner)
	strings := s.stringLines()
	s.edits.Insert(line, inner+head+"\n")
	for at := line; at < int(s.tree.End(body)); {
		end := at
		for end < len(s.src) && s.src[end] != '\n' && s.src[end] != '\r' {
			end++
		}
		if end > at && !strings[at] {
			s.edits.Insert(at, unit)
		}
		for end < len(s.src) && (s.src[end] == '\n' || s.src[end] == '\r') {
			end++
		}
		at = end
	}
}

// stringLines gives the places where a line begins inside a string.
func (s *source) stringLines() map[int]bool {
	found := map[int]bool{}
	for _, k := range s.tree.Tokens {
		if k.Kind != pytoken.String {
			continue
		}
		for at := int(k.Start); at < int(k.End); at++ {
			if s.src[at] == '\n' || s.src[at] == '\r' && (at+1 >= len(s.src) || s.src[at+1] != '\n') {
				found[at+1] = true
			}
		}
	}
	for n := range s.tree.All() { // f-strings are several tokens
		if kind := s.tree.Kind(n); kind != pysyntax.JoinedStr && kind != pysyntax.TemplateStr {
			continue
		}
		for at := int(s.tree.Start(n)); at < int(s.tree.End(n)); at++ {
			if s.src[at] == '\n' || s.src[at] == '\r' && s.src[at+1] != '\n' {
				found[at+1] = true
			}
		}
	}
	return found
}
