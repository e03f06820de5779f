package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// starts wraps functions that are handed to something that runs them as a green thread or calls them later.
func (p *painter) starts() {
	wrap := func(from, to callgraph.FuncID, pos uint32, rule *Rule) {
		if !p.chosen[to] || p.faced[to] || p.graph.Funcs[to].Flags&callgraph.Async != 0 {
			return
		}
		file := p.graph.Funcs[from].File
		s := p.files[file]
		if s == nil {
			return
		}
		name := lastName(p.graph.Funcs[to].Qual)
		var found []pysyntax.Node
		for _, n := range s.index.calls[pos] {
			if p.native[spotKey{s, n}] {
				return
			}
			found = append(found, p.valuesIn(s, n, name)...)
		}
		found = slices.Compact(found)
		if len(found) != 1 {
			p.refuse(file, pos, passedOn, p.graph.Funcs[to].Name(), "", to)
			return
		}
		if p.values[file][found[0]] {
			return
		}
		p.values[file][found[0]] = true
		p.face(s, pos, found[0], rule, p.graph.Funcs[to].Name())
	}
	for i := range p.graph.Starts {
		wrap(p.graph.Starts[i].From, p.graph.Starts[i].To, p.graph.Starts[i].Pos, startsSync)
	}
	for i := range p.graph.Escapes {
		e := &p.graph.Escapes[i]
		if callsAtOnce[e.Name[strings.LastIndexByte(e.Name, '.')+1:]] {
			wrap(e.From, e.To, e.Pos, calledAtOnce)
			continue
		}
		if knowledge.Is(e.Name) && !strings.HasPrefix(knowledge.Canon(e.Name), "eventlet.tpool.") {
			wrap(e.From, e.To, e.Pos, startsSync) // pools call it in green threads
			continue
		}
		if p.chosen[e.To] && !p.faced[e.To] && !p.options.Unsafe {
			p.settle(e.From, e.To, e.Pos)
			p.refuse(p.graph.Funcs[e.From].File, e.Pos, passedOn, p.graph.Funcs[e.To].Name(), e.Name, e.To)
			continue
		}
		wrap(e.From, e.To, e.Pos, escapesSync)
	}
}

// wrapAtOnce gives a function a blocking face where something calls it that it is handed to, and keeps nothing of it:
// sorted(keys, key=load).
func (p *painter) wrapAtOnce(file int32, s *source, e *callgraph.Edge) bool {
	name := lastName(p.graph.Funcs[e.To].Qual)
	for _, n := range s.index.calls[e.Pos] {
		if !callsAtOnce[string(s.tree.Ident(s.tree.Child(n)))] {
			continue
		}
		found := p.valuesIn(s, n, name)
		if len(found) != 1 {
			return false
		}
		if !p.values[file][found[0]] {
			p.values[file][found[0]] = true
			p.face(s, e.Pos, found[0], calledAtOnce, p.graph.Funcs[e.To].Name())
		}
		return true
	}
	return false
}

// face puts a blocking face around a reference to a coroutine function.
func (p *painter) face(s *source, pos uint32, value pysyntax.Node, rule *Rule, name string) {
	p.note(s, pos, rule, name, "")
	p.need(s, importAiohub)
	s.edits.Insert(int(s.tree.Start(value)), "aiohub.async_to_sync(")
	s.edits.Insert(int(s.tree.End(value)), ")")
}

// settle notes the value that is reported already, so that it is not reported as one that nobody explains.
func (p *painter) settle(from, to callgraph.FuncID, pos uint32) {
	file := p.graph.Funcs[from].File
	s := p.files[file]
	if s == nil {
		return
	}
	for _, n := range s.index.calls[pos] {
		for _, value := range p.valuesIn(s, n, lastName(p.graph.Funcs[to].Qual)) {
			p.values[file][value] = true
		}
	}
}

// callsAtOnce are functions that call what they get while they run, and keep nothing of it.
var callsAtOnce = map[string]bool{
	"assertRaises": true, "assertRaisesRegex": true, "assertRaisesRegexp": true, "assertRaisesRegexMessage": true,
	"assertWarns": true, "assertWarnsRegex": true, "raises": true, "map": true, "filter": true, "sorted": true,
	"min": true, "max": true, "reduce": true,
}

// valuesIn gives the arguments of a call that are a name or attribute with this last name, also inside a partial.
func (p *painter) valuesIn(s *source, call pysyntax.Node, name string) []pysyntax.Node {
	var found []pysyntax.Node
	for n := s.tree.Next(s.tree.Child(call)); n != 0; n = s.tree.Next(n) {
		value := n
		if s.tree.Kind(n) == pysyntax.Keyword {
			value = s.tree.Child(n)
		}
		switch s.tree.Kind(value) {
		case pysyntax.Name, pysyntax.Attribute:
			if string(s.tree.Ident(value)) == name {
				found = append(found, value)
			}
		case pysyntax.Call:
			if string(s.tree.Ident(s.tree.Child(value))) == "partial" {
				found = append(found, p.valuesIn(s, value, name)...)
			}
		}
	}
	return found
}
