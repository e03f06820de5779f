package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
)

// looked reports whether an attribute is only looked at by assertions of a mock: x.load.assert_called_once().
func (p *painter) looked(s *source, n pysyntax.Node) bool {
	parent := s.tree.Parents()[n]
	if s.tree.Kind(parent) != pysyntax.Attribute || s.tree.Child(parent) != n {
		return false
	}
	name := string(s.tree.Ident(parent))
	return strings.HasPrefix(name, "assert_") || strings.HasPrefix(name, "call_") || name == "called" ||
		name == "mock_calls" ||
		name == "return_value" || name == "side_effect" || name == "reset_mock"
}

// patched reports whether a file replaces an attribute of this name by a patch, which makes a mock that can be awaited.
// One that is an attribute of a mock cannot.
func (p *painter) patched(s *source, name string) bool {
	return s.index.patched[name]
}

// assigned deals with a mock that is put in the place of a function: it has to be one that can be awaited.
func (p *painter) assigned(file int32, s *source, n pysyntax.Node, name string) {
	parent := s.tree.Parents()[n]
	value := s.tree.Last(parent)
	if s.tree.Kind(parent) != pysyntax.Assign || s.tree.Kind(value) != pysyntax.Call {
		p.refuse(file, s.tree.Start(n), replaced, name, "", p.called(name)...)
		return
	}
	callee := s.tree.Child(value)
	switch class := string(s.tree.Ident(callee)); {
	case class == "AsyncMock":
	case (class == "Mock" || class == "MagicMock") && s.tree.Kind(callee) == pysyntax.Attribute:
		at := s.tree.IdentRange(callee)
		s.edits.Replace(int(at.Start), int(at.End), "AsyncMock")
		p.note(s, s.tree.Start(n), mocksAsync, name, "")
	default:
		p.refuse(file, s.tree.Start(n), replaced, name, "", p.called(name)...)
	}
}

// replacedByName refuses what replaces a function by its path and brings a replacement of its own. mock.patch without
// one makes a mock that can be awaited by itself.
func (p *painter) replacedByName(file int32, s *source, n pysyntax.Node) {
	value, ok := s.tree.StringValue(n)
	if !ok || !p.names[value[strings.LastIndexByte(value, '.')+1:]] {
		return
	}
	parents := s.tree.Parents()
	call := parents[n]
	if s.tree.Kind(call) != pysyntax.Call {
		return
	}
	callee := string(s.tree.Ident(s.tree.Child(call)))
	if !targets[callee] && callee != "getattr" || callee == "dict" {
		return
	}
	for next := s.tree.Next(n); next != 0; next = s.tree.Next(next) {
		keyword := string(s.tree.Ident(next))
		if s.tree.Kind(next) != pysyntax.Keyword || keyword == "new" || keyword == "new_callable" || keyword == "spec" {
			p.refuse(file, s.tree.Start(n), replaced, value, "", p.called(value[strings.LastIndexByte(value, '.')+1:])...)
			return
		}
	}
	if callee == "getattr" {
		p.refuse(file, s.tree.Start(n), usedAsValue, value, "", p.called(value[strings.LastIndexByte(value, '.')+1:])...)
	}
}

// replacedClass refuses the methods of a class that a test replaces, by its path, by another of its own: that one's
// methods are plain functions. A mock that is made by itself can be awaited.
func (p *painter) replacedClass(file int32, s *source, n pysyntax.Node) {
	value, ok := s.tree.StringValue(n)
	methods := p.classes[lastOf(value)]
	call := s.tree.Parents()[n]
	if !ok || len(methods) == 0 || !s.test || s.tree.Kind(call) != pysyntax.Call ||
		!targets[string(s.tree.Ident(s.tree.Child(call)))] {
		return
	}
	with := s.tree.Next(n)
	for ; with != 0 && s.tree.Kind(with) == pysyntax.Keyword &&
		string(s.tree.Ident(with)) != "new"; with = s.tree.Next(with) {
	}
	if with != 0 {
		p.refuse(file, s.tree.Start(n), replaced, value, "a class of the test's own", methods...)
	}
}

// assignedClass refuses the methods of a class in whose place a test puts something: module.Class = Fake.
func (p *painter) assignedClass(file int32, s *source, n pysyntax.Node, name string) {
	parent := s.tree.Parents()[n]
	if s.tree.Kind(parent) == pysyntax.Assign && string(s.tree.Ident(s.tree.Last(parent))) != name {
		p.refuse(file, s.tree.Start(n), replaced, name, "a class of the test's own", p.classes[name]...)
	}
}
