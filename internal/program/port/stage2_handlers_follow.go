package port

import (
	"fmt"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// see lets the handlers that a Timeout gets to take aio.Timeout: the guard in the function, or those of the functions
// above.
func (t *timing) see(call, with pysyntax.Node, f callgraph.FuncID) {
	if guard, _ := t.guard(call); guard != 0 {
		if t.handlers[guard] == nil {
			t.handlers[guard] = timeoutsKept
		}
		t.takeBoth(t.s, guard, t.foreign(guard, with, f))
		return
	}
	for g := range t.above(f) {
		s := t.files[t.graph.Funcs[g].File]
		if s == nil {
			continue
		}
		for _, handler := range t.handlersOf(s, g) {
			t.takeBoth(s, handler, true)
		}
	}
}

// expiredTest lets a handler of TimeoutError take what the timeout has raised, and nothing else.
func (t *timing) expiredTest(guard pysyntax.Node, deadline string) {
	s := t.s
	kind := s.tree.Child(guard)
	s.replace(int(s.tree.Start(kind)), int(s.tree.End(kind)), "TimeoutError")
	t.decide(s, kind, timeouts, timeoutClass, "")
	block := s.tree.ChildOf(guard, pysyntax.Block)
	start := int(s.tree.Start(s.tree.Child(block)))
	line := start
	for line > 0 && s.src[line-1] != '\n' && s.src[line-1] != '\r' {
		line--
	}
	indent := string(s.src[line:start])
	deeper := indent + s.unit(guard, indent)
	s.edits.Insert(start, fmt.Sprintf("if not %s.expired():\n%sraise\n%s", deadline, deeper, indent))
}

// unit is one more level of indentation than a statement has, whose block is indented by a text.
func (s *source) unit(statement pysyntax.Node, inner string) string {
	start := int(s.tree.Start(statement))
	line := start
	for line > 0 && s.src[line-1] != '\n' && s.src[line-1] != '\r' {
		line--
	}
	if outer := string(s.src[line:start]); len(inner) > len(outer) {
		return inner[len(outer):]
	}
	return "    "
}

// takeBoth lets a handler take aio.Timeout; both keeps eventlet's Timeout beside it.
func (t *timing) takeBoth(s *source, handler pysyntax.Node, both bool) {
	kind := s.tree.Child(handler)
	if s.tree.Kind(kind) == pysyntax.Block || t.expiring[spotKey{s, handler}] {
		return
	}
	t.expiring[spotKey{s, handler}] = true
	names := namesOf(s, timeoutClass)
	change := func(n pysyntax.Node, parens bool) {
		if !names[s.tree.End(n)] {
			return
		}
		t.need(s, importAio)
		t.decide(s, n, timeoutsKept, timeoutClass, "")
		switch {
		case !both:
			s.replace(int(s.tree.Start(n)), int(s.tree.End(n)), "aio.Timeout")
		case parens:
			s.edits.Insert(int(s.tree.Start(n)), "(")
			s.edits.Insert(int(s.tree.End(n)), ", aio.Timeout)")
		default:
			s.edits.Insert(int(s.tree.End(n)), ", aio.Timeout")
		}
	}
	if s.tree.Kind(kind) != pysyntax.Tuple {
		change(kind, true)
		return
	}
	if strings.Contains(string(s.tree.Text(kind)), "aio.Timeout") {
		return
	}
	for n := range s.tree.Children(kind) {
		change(n, false)
	}
}

// handlersOf gives the handlers of a Timeout in a function.
func (p *painter) handlersOf(s *source, f callgraph.FuncID) []pysyntax.Node {
	var found []pysyntax.Node
	for i := range s.records {
		r := &s.records[i]
		if r.Kind != scan.Use || r.Canon != timeoutClass || r.Ctx != scan.Except ||
			p.funcAt(p.fileOf[s], uint32(r.Start)) != f {
			continue
		}
		if handler, _ := s.around(s.nodes[span{r.Start, r.End}], pysyntax.ExceptHandler); handler != 0 {
			found = append(found, handler)
		}
	}
	return found
}

// handler decides about a handler whose timeouts are set elsewhere.
func (t *timing) handler(n pysyntax.Node, r *scan.Record, f callgraph.FuncID) {
	s := t.s
	handler, _ := s.around(n, pysyntax.ExceptHandler)
	if r.Ctx != scan.Except || handler == 0 {
		switch r.Ctx {
		case scan.Annotation, scan.Raise:
			t.decide(s, n, lives, timeoutClass, "")
		default:
			t.decide(s, n, timeoutStays, timeoutClass, "it is used as a value")
		}
		return
	}
	if rule := t.handlers[handler]; rule != nil {
		t.decide(s, n, rule, timeoutClass, "")
		return
	}
	try := s.tree.Parents()[handler]
	inside := false
	s.tree.Walk(s.tree.ChildOf(try, pysyntax.Block), func(m pysyntax.Node) bool {
		inside = inside || t.names[s.tree.End(m)] && s.tree.Kind(m).IsExpr()
		return true
	}, nil)
	switch {
	case t.limited(handler):
		t.decide(s, n, timeoutStays, timeoutClass, "the block around it stays under eventlet's Timeout")
	case inside:
		t.decide(s, n, t.ruleInside(try), timeoutClass, "")
	case t.reaches(f, s.tree.Start(try), s.tree.Start(handler), t.setsTimeout):
		t.decide(s, n, lives, timeoutClass, "")
	default:
		t.decide(s, n, timeoutStays, timeoutClass,
			"nothing below it sets a Timeout; one of a caller ends a coroutine with CancelledError")
		if t.could == nil {
			t.refuse(t.file, s.tree.Start(n), timeoutStays, timeoutClass,
				"nothing below it sets a Timeout; one of a caller ends a coroutine with CancelledError", f)
		}
	}
}

// ruleInside is the rule of the timeouts that are set within a try.
func (t *timing) ruleInside(try pysyntax.Node) *Rule {
	s := t.s
	rule := timeoutStays
	s.tree.Walk(s.tree.ChildOf(try, pysyntax.Block), func(m pysyntax.Node) bool {
		if i, ok := t.decided[decidedKey{s, s.tree.End(m)}]; ok && t.names[s.tree.End(m)] && s.tree.Kind(m).IsExpr() {
			rule = t.places[i].Rule
		}
		return true
	}, nil)
	return rule
}
