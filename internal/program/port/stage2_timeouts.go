package port

import (
	"fmt"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// timing is what is found out about the timeouts of a file.
type timing struct {
	*painter
	s        *source
	file     int32
	names    map[uint32]bool         // where a name of Timeout ends
	handlers map[pysyntax.Node]*Rule // handlers that are decided about
	several  map[pysyntax.Node]int   // how many timeouts a handler is the guard of
}

// timeouts changes Timeouts in functions of the component, and their handlers.
func (p *painter) timeouts() {
	for _, s := range p.sorted() {
		t := p.timingOf(s)
		t.withs()
		t.rest()
	}
	p.timeoutClasses()
}

func (p *painter) timingOf(s *source) *timing {
	return &timing{
		painter: p, s: s, file: p.fileOf[s], names: namesOf(s, timeoutClass), handlers: map[pysyntax.Node]*Rule{},
		several: map[pysyntax.Node]int{},
	}
}

// relevant gives the function around a place if it is of the component.
func (t *timing) relevant(at int) (callgraph.FuncID, bool) {
	f := t.funcAt(t.file, uint32(at))
	return f, f >= 0 && t.chosen[f]
}

// withs decides about the timeouts themselves.
func (t *timing) withs() {
	s := t.s
	var calls []pysyntax.Node
	for i := range s.records {
		r := &s.records[i]
		if r.Kind != scan.Use || r.Canon != timeoutClass {
			continue
		}
		if _, ok := t.relevant(r.Start); !ok {
			continue
		}
		if call := s.callOf(r); call != 0 {
			if s.tree.Kind(s.tree.Parents()[call]) == pysyntax.WithItem {
				if guard, _ := t.guard(call); guard != 0 {
					t.several[guard]++
				}
			}
			calls = append(calls, call)
		}
	}
	for _, call := range calls {
		parent := s.tree.Parents()[call]
		f, _ := t.relevant(int(s.tree.Start(call)))
		callee := s.tree.Child(call)
		switch s.tree.Kind(parent) {
		case pysyntax.WithItem:
			t.with(call, timeoutClass, f)
		case pysyntax.Assign:
			t.object(call, f)
		case pysyntax.Raise:
			t.decide(s, callee, lives, timeoutClass, "")
		default:
			t.decide(s, callee, timeoutStays, timeoutClass, "it is no with block, and no object that a finally cancels")
		}
	}
}

// with decides about `with Timeout(...)`.
func (t *timing) with(call pysyntax.Node, name string, f callgraph.FuncID) (rule *Rule) {
	s := t.s
	callee := s.tree.Child(call)
	item := s.tree.Parents()[call]
	with := s.tree.Parents()[item]
	form, ok := s.formOf(call)
	stays := func(note string) *Rule {
		t.decide(s, callee, timeoutStays, name, note)
		return timeoutStays
	}
	variable := s.tree.Next(call)
	if !ok {
		return stays("its arguments are not understood")
	}
	if reason := t.obstacle(with, item, variable, f); reason != "" {
		return stays(reason)
	}
	keep := func() {
		t.replaceName(s, callee, "aio", "Timeout")
		s.edits.Insert(int(s.tree.Start(with)), "async ")
	}
	switch {
	case form.kind == silentTimeout:
		return t.apply(callee, timeoutsSilent, name, func() {
			t.replaceName(s, callee, "aio", "silent_timeout")
			s.edits.Delete(int(s.tree.End(form.seconds)), int(s.tree.End(s.tree.Last(call))))
			s.edits.Insert(int(s.tree.Start(with)), "async ")
		})
	case form.kind == raisingTimeout && t.anyInside(with):
		return stays("a handler in the block can take what it raises, which would not be raised there")
	case form.kind == raisingTimeout, t.reaches(f, s.tree.Start(with), s.tree.End(with), t.handlesTimeout):
		return t.apply(callee, timeoutsRaise, name, func() {
			keep()
			t.see(call, with, f)
		})
	}
	guard, wide := t.guard(call)
	if guard != 0 {
		if reason := t.compares(guard); reason != "" {
			t.handlers[guard] = timeoutStays
			return stays(reason)
		}
	}
	if guard != 0 && !wide && t.simple(with, guard, f) {
		t.handlers[guard] = t.orChosen(callee, timeouts)
		return t.apply(callee, timeouts, name, func() {
			s.edits.Insert(int(s.tree.Start(with)), "async ")
			t.asyncioTimeout(call, form)
			deadline := "deadline"
			if variable != 0 {
				deadline = string(s.tree.Ident(variable))
			} else {
				for t.mentioned(f, deadline) > 0 {
					deadline += "_"
				}
				s.edits.Insert(int(s.tree.End(call)), " as "+deadline)
			}
			t.expiredTest(guard, deadline)
		})
	}
	rule = timeoutsKept
	if guard == 0 && t.namedAbove(f) {
		rule = timeoutsEscape
	}
	return t.apply(callee, rule, name, func() {
		keep()
		t.see(call, with, f)
	})
}

// obstacle tells why a with block cannot be an asynchronous one, "" if it can.
func (t *timing) obstacle(with, item, variable pysyntax.Node, f callgraph.FuncID) string {
	s := t.s
	switch {
	case s.tree.Kind(s.tree.Next(item)) == pysyntax.WithItem || s.tree.Child(with) != item:
		return "it shares its with statement with others: give it one of its own"
	case !t.canAwait(s, with, f):
		return "it is outside of what can await"
	case t.handlerInside(with) != 0:
		return fmt.Sprintf("line %d in the block takes a Timeout, which would not be raised there",
			s.lines.Line(int(s.tree.Start(t.handlerInside(with)))))
	case variable != 0 && s.tree.Kind(variable) != pysyntax.Name:
		return "what it is bound to"
	case variable != 0 && t.mentioned(f, string(s.tree.Ident(variable))) > 1:
		return "its object is used"
	}
	return ""
}

// apply decides, and edits if the rule may be followed.
func (t *timing) apply(callee pysyntax.Node, rule *Rule, name string, edits func()) *Rule {
	rule = t.orChosen(callee, rule)
	t.decide(t.s, callee, rule, name, "")
	if !rule.IsUnsafe() || t.options.Unsafe {
		edits()
	}
	return rule
}

var importAio = edit.Import{Module: "aiohub", Name: "aio"}

// orChosen is a rule, or the one about a name that is eventlet's Timeout in one branch only.
func (t *timing) orChosen(callee pysyntax.Node, rule *Rule) *Rule {
	if !rule.IsUnsafe() && t.s.isChosen(callee, timeoutClass) {
		return branchChosen
	}
	return rule
}
