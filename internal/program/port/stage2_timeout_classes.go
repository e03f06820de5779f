package port

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// ownTimeouts gives the names of the tree's classes that derive from Timeout.
func ownTimeouts(graph *callgraph.Graph) []string {
	var names []string
	for i := range graph.Classes {
		if c := &graph.Classes[i]; isTimeoutClass(c) {
			names = append(names, lastOf(c.Qual))
		}
	}
	return names
}

func isTimeoutClass(c *callgraph.Class) bool {
	return slices.ContainsFunc(c.Foreign, func(base string) bool { return knowledge.Canon(base) == timeoutClass })
}

// timeoutClasses lets the project's own Timeouts derive from aio.Timeout, each together with all blocks that it limits.
func (p *painter) timeoutClasses() {
	for i := range p.graph.Classes {
		c := &p.graph.Classes[i]
		s := p.files[c.File]
		if !isTimeoutClass(c) || s == nil {
			continue
		}
		o := &ownTimeout{painter: p, class: c, name: lastOf(c.Qual)}
		if base := o.base(s); base != 0 {
			o.change(s, base)
		}
	}
}

// ownTimeout is a class of the tree that derives from Timeout.
type ownTimeout struct {
	*painter
	class   *callgraph.Class
	name    string
	blocks  []spotKey // with statements
	touched bool      // a function of the component has one of them
}

// base finds the name of Timeout among the bases.
func (o *ownTimeout) base(s *source) pysyntax.Node {
	for i := range s.records {
		r := &s.records[i]
		if r.Kind != scan.Use || r.Canon != timeoutClass || r.Ctx != scan.Base {
			continue
		}
		n := s.nodes[span{r.Start, r.End}]
		if def := s.tree.Parents()[n]; s.tree.Kind(def) == pysyntax.ClassDef && string(s.tree.Ident(def)) == o.name {
			return n
		}
	}
	return 0
}

func (o *ownTimeout) change(s *source, base pysyntax.Node) {
	note := o.shape(s, s.tree.Parents()[base])
	for _, other := range o.sorted() {
		if reason := o.uses(other); note == "" {
			note = reason
		}
	}
	switch {
	case !o.touched && o.could == nil:
		return
	case note != "":
		o.decide(s, base, timeoutStays, timeoutClass, note)
		return
	}
	o.decide(s, base, timeoutClasses, timeoutClass, "")
	o.replaceName(s, base, "aio", "Timeout")
	for _, b := range o.blocks {
		b.s.edits.Insert(int(b.s.tree.Start(b.n)), "async ")
	}
}

// shape tells what in the class aio.Timeout does not have.
func (o *ownTimeout) shape(s *source, def pysyntax.Node) string {
	for n := range s.tree.Children(s.tree.ChildOf(def, pysyntax.Block)) {
		if s.tree.Kind(n) != pysyntax.FunctionDef {
			continue
		}
		switch name := string(s.tree.Ident(n)); name {
		case "__init__", "__str__", "__repr__":
		default:
			return "the class has a method " + name
		}
	}
	return ""
}

// uses looks at the places of a file that name the class, and tells which one stands in the way.
func (o *ownTimeout) uses(s *source) string {
	t := o.timingOf(s)
	where := func(n pysyntax.Node, what string) string {
		return fmt.Sprintf("%s:%d: %s", s.path, s.lines.Line(int(s.tree.Start(n))), what)
	}
	for _, n := range append(slices.Clone(s.index.names[o.name]), s.index.attributes[o.name]...) {
		parent := s.tree.Parents()[n]
		switch s.tree.Kind(parent) {
		case pysyntax.ExceptHandler, pysyntax.Raise, pysyntax.Tuple:
			continue
		case pysyntax.Call:
		default:
			return where(n, "it is used as a value")
		}
		item := s.tree.Parents()[parent]
		switch {
		case s.tree.Kind(item) == pysyntax.Raise:
			continue
		case s.tree.Kind(item) != pysyntax.WithItem || s.tree.Child(parent) != n:
			return where(n, "it is no with block")
		}
		with := s.tree.Parents()[item]
		if s.tree.Has(with, pysyntax.FlagAsync) {
			continue
		}
		f := o.funcAt(t.file, s.tree.Start(n))
		o.touched = o.touched || f >= 0 && o.chosen[f]
		if reason := t.obstacle(with, item, s.tree.Next(parent), f); reason != "" {
			return where(n, reason)
		}
		if o.handledInside(t, with) {
			return where(n, "a handler in the block takes it, which would not be raised there")
		}
		o.blocks = append(o.blocks, spotKey{s, with})
	}
	return ""
}

// handledInside reports whether a handler in a block names the class.
func (o *ownTimeout) handledInside(t *timing, with pysyntax.Node) (found bool) {
	t.within(with, func(h pysyntax.Node) {
		kind := t.s.tree.Child(h)
		if t.s.tree.Kind(kind) != pysyntax.Block && strings.Contains(string(t.s.tree.Text(kind)), o.name) {
			found = true
		}
	})
	return found
}
