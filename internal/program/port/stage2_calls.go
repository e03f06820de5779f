package port

import (
	"cmp"
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// calls awaits the calls that lead to the component, and bridges those from outside.
func (p *painter) calls() {
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		file := p.graph.Funcs[e.From].File
		s := p.files[file]
		if s == nil {
			continue
		}
		if !p.chosen[e.To] || p.faced[e.To] {
			if e.Certain && e.Kind == callgraph.Call {
				if call := p.callAt(s, e.Pos, lastName(p.graph.Funcs[e.To].Qual)); call != 0 {
					p.callees[file][call] = true
				}
			}
			continue
		}
		if p.isNative(s, e.Pos) && e.Reason == callgraph.Passed {
			continue // the function is handed to what awaits it
		}
		to := &p.graph.Funcs[e.To]
		call := p.callAt(s, e.Pos, lastName(to.Qual))
		switch {
		case e.Certain && call == 0 && e.Reason == callgraph.Passed && p.wrapAtOnce(file, s, e):
		case !e.Certain && s.test && call != 0 && e.Kind == callgraph.Call && p.onlyOne(e):
			if !p.callees[file][call] {
				p.callees[file][call] = true
				p.note(s, e.Pos, bridgesByName, to.Name(), "")
				p.need(s, importAiohub)
				s.edits.Insert(int(s.tree.Start(call)), "aiohub.wait(")
				s.edits.Insert(int(s.tree.End(call)), ")")
			}
		case !e.Certain:
			if call == 0 || !p.callees[file][call] {
				p.refuse(file, e.Pos, mayBeCalled, to.Name(), "", e.To)
			}
		case e.Kind != callgraph.Call || call == 0:
			p.refuse(file, e.Pos, calledIndirectly, to.Name(), "", e.To)
		case e.Awaited || p.callees[file][call]:
			p.callees[file][call] = true
		default:
			p.callees[file][call] = true
			if p.leadsElsewhere(s, e) {
				p.refuse(file, e.Pos, mayBeCalled, to.Name(), "", e.To)
				continue
			}
			p.await(s, call, e)
		}
	}
	for i := range p.graph.Opens {
		o := &p.graph.Opens[i]
		if o.Common || p.bridged(o) {
			continue
		}
		for _, candidate := range o.Candidates {
			if p.chosen[candidate] && !p.faced[candidate] && p.graph.Funcs[candidate].Flags&callgraph.Async == 0 {
				p.refuse(p.graph.Funcs[o.From].File, o.Pos, mayBeCalled, p.graph.Funcs[candidate].Name(), "", candidate)
			}
		}
	}
}

// leadsElsewhere reports whether the call that an edge stands for also gets to a function by another name that stays
// plain: an attribute of a class, as in `read = lambda self: 1`, overrides a method.
func (p *painter) leadsElsewhere(s *source, e *callgraph.Edge) bool {
	alone := len(s.index.calls[e.Pos]) == 1
	first, _ := slices.BinarySearchFunc(p.graph.Edges, e, func(other callgraph.Edge, e *callgraph.Edge) int {
		return cmp.Or(cmp.Compare(other.From, e.From), cmp.Compare(other.Pos, e.Pos))
	})
	for i := first; i < len(p.graph.Edges) && p.graph.Edges[i].From == e.From && p.graph.Edges[i].Pos == e.Pos; i++ {
		other := &p.graph.Edges[i]
		to := &p.graph.Funcs[other.To]
		if other.Kind != callgraph.Call || !other.Certain || p.chosen[other.To] || to.Flags&callgraph.Async != 0 {
			continue
		}
		if to.Kind == callgraph.Lambda ||
			alone && to.Kind == callgraph.Plain && lastName(to.Qual) != lastName(p.graph.Funcs[e.To].Qual) {
			return true
		}
	}
	return false
}

// isNative reports whether a call at a place takes a coroutine function as it is.
func (p *painter) isNative(s *source, pos uint32) bool {
	return slices.ContainsFunc(s.index.calls[pos], func(n pysyntax.Node) bool { return p.native[spotKey{s, n}] })
}

// bridged reports whether an open call of a test is one that got a bridge.
func (p *painter) bridged(o *callgraph.Open) bool {
	file := p.graph.Funcs[o.From].File
	s := p.files[file]
	if s == nil || !s.test {
		return false
	}
	call := p.callAt(s, o.Pos, o.Attr)
	return call != 0 && p.callees[file][call]
}

// onlyOne reports whether everything in the tree that a possible call can lead to belongs to the component.
func (p *painter) onlyOne(e *callgraph.Edge) bool {
	name := lastName(p.graph.Funcs[e.To].Qual)
	for _, id := range p.byName[name] {
		if f := &p.graph.Funcs[id]; f.Class != callgraph.None && !p.chosen[id] && f.Flags&callgraph.Async == 0 {
			return false
		}
	}
	return e.Reason == callgraph.UniqueName || e.Reason == callgraph.AmongNames
}

// callAt finds the call at a position of the graph: of several that begin there, the one of a function with this name.
func (p *painter) callAt(s *source, pos uint32, name string) pysyntax.Node {
	found := pysyntax.Node(0)
	for _, n := range s.index.calls[pos] {
		callee := s.tree.Child(n)
		if string(s.tree.Ident(callee)) == name &&
			(s.tree.Kind(callee) == pysyntax.Attribute || s.tree.Kind(callee) == pysyntax.Name) {
			if found != 0 {
				return 0
			}
			found = n
		}
	}
	return found
}

// await puts an await before a call, or a bridge around it.
func (p *painter) await(s *source, call pysyntax.Node, e *callgraph.Edge) {
	name := p.graph.Funcs[e.To].Name()
	start, end := int(s.tree.Start(call)), int(s.tree.End(call))
	if !p.inside(e.From) || p.inGenerator(s, call) || s.inClassBody(call) {
		p.note(s, e.Pos, bridges, name, "")
		p.need(s, importAiohub)
		s.edits.Insert(start, "aiohub.wait(")
		s.edits.Insert(end, ")")
		return
	}
	p.note(s, e.Pos, awaits, name, "")
	if bridge := p.bridgeAround(s, call); bridge != 0 {
		p.unbridge(s, bridge, call)
		return
	}
	s.edits.Insert(start, p.opening(s, call)+"await ")
	if text := p.closing(s, call); text != "" {
		s.edits.Insert(end, text)
	}
}

// unbridge awaits what a caller that was outside until now waits for.
func (p *painter) unbridge(s *source, bridge, awaited pysyntax.Node) {
	s.replace(int(s.tree.Start(bridge)), int(s.tree.Start(awaited)), p.opening(s, bridge)+"await ")
	s.edits.Replace(int(s.tree.End(awaited)), int(s.tree.End(bridge)), p.closing(s, bridge))
}

// opening and closing are the parentheses that an await needs where something binds closer to its operand.
func (p *painter) opening(s *source, n pysyntax.Node) string {
	parent := s.tree.Parents()[n]
	if s.tree.Has(n, pysyntax.FlagParens) {
		return ""
	}
	switch s.tree.Kind(parent) {
	case pysyntax.Attribute, pysyntax.Subscript, pysyntax.Call:
		if s.tree.Child(parent) == n {
			return "("
		}
	case pysyntax.Await:
		return "("
	}
	return ""
}

func (p *painter) closing(s *source, n pysyntax.Node) string {
	if p.opening(s, n) == "" {
		return ""
	}
	return ")"
}

// bridgeAround gives the call aiohub.wait(call), if that is what is around.
func (p *painter) bridgeAround(s *source, call pysyntax.Node) pysyntax.Node {
	parent := s.tree.Parents()[call]
	if s.tree.Kind(parent) == pysyntax.Call && s.tree.Next(s.tree.Child(parent)) == call && s.tree.Next(call) == 0 &&
		string(s.tree.Text(s.tree.Child(parent))) == "aiohub.wait" {
		return parent
	}
	return 0
}

// bridge awaits what a function of the component waited for so far.
func (p *painter) bridge(s *source, site *callgraph.Site) {
	for _, n := range s.index.calls[site.Pos] {
		if string(s.tree.Text(s.tree.Child(n))) != "aiohub.wait" {
			continue
		}
		awaited := s.tree.Next(s.tree.Child(n))
		switch {
		case s.isTaken(int(site.Pos)):
		case awaited == 0 || s.tree.Next(awaited) != 0 ||
			s.tree.Kind(awaited) != pysyntax.Call && s.tree.Kind(awaited) != pysyntax.Name &&
				s.tree.Kind(awaited) != pysyntax.Attribute:
		default:
			p.note(s, site.Pos, awaits, "aiohub.wait", "")
			p.unbridge(s, n, awaited)
		}
		return
	}
}

// inGenerator reports whether a call is in a generator expression, which an await would make one that nothing but
// `async for` takes.
func (p *painter) inGenerator(s *source, call pysyntax.Node) bool {
	parents := s.tree.Parents()
	for n := parents[call]; n != 0 && s.tree.Kind(n) != pysyntax.FunctionDef; n = parents[n] {
		if s.tree.Kind(n) == pysyntax.GeneratorExp && !p.inFirstIterable(s, n, call) {
			return true
		}
	}
	return false
}

// inClassBody reports whether a node runs with a class statement: there no await can stand, be it in a coroutine
// function.
func (s *source) inClassBody(n pysyntax.Node) bool {
	parents := s.tree.Parents()
	for through := n; ; through = n {
		n = parents[through]
		inside := s.tree.Kind(through) == pysyntax.Block
		switch s.tree.Kind(n) {
		case pysyntax.FunctionDef: // its decorators and defaults run outside of it
			if inside {
				return false
			}
		case pysyntax.Lambda:
			if s.tree.Last(n) == through {
				return false
			}
		case pysyntax.ClassDef:
			if inside {
				return true
			}
		}
		if n == 0 {
			return false
		}
	}
}

// inFirstIterable reports whether a node is in the part of a generator expression that runs outside of it.
func (p *painter) inFirstIterable(s *source, generator, n pysyntax.Node) bool {
	first := s.tree.ChildOf(generator, pysyntax.Comprehension)
	iterable := s.tree.Next(s.tree.Child(first))
	return s.tree.Start(iterable) <= s.tree.Start(n) && s.tree.End(n) <= s.tree.End(iterable)
}
