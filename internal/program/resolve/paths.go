package resolve

import (
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// Strings that are names and dotted paths, written down as a whole or put together of parts: __name__ +
// ".eventlet.sleep", f"{MODULE}.{NAME}". The parts are constants: variables, attributes of modules and classes, and
// elements of containers that are set to strings where they are made.

// Bounds of what is put together: how many variables are between a path and a string in it, how often each of them is
// bound, how many values a string can have, and how much is looked at for one. Such variables are constants of a test;
// without bounds, strings that are made of each other take time without end.
const (
	maxSpelled  = 4
	maxConstant = 4
	maxTexts    = 8
	maxSteps    = 200
)

// text is what a string can be: the name of a module of the tree and what follows, or text alone.
type text struct {
	of    pymodule.ID
	rest  string
	maybe bool // it can be something else, of which nothing is known
}

// speller works out one string.
type speller struct {
	*Resolver
	steps int
}

// place is an expression in a file.
type place struct {
	file int32
	ref  pyscope.Ref
}

// Path gives what a dotted path in a string denotes when it is imported from a file.
func (r *Resolver) Path(file int32, ref pyscope.Ref) Result {
	if n := &r.Model(file).Nodes[ref]; n.Kind == pyscope.StringNode {
		return r.Dotted(file, r.Model(file).Names[n.A])
	}
	var out Result
	for _, t := range r.texts(file, ref) {
		if t.of == pymodule.None {
			if IsDotted(t.rest) {
				out.add(perhaps(r.Dotted(file, t.rest), t.maybe))
			}
			continue
		}
		rest, ok := strings.CutPrefix(t.rest, ".")
		if !ok {
			continue // the name alone, or the beginning of another
		}
		of := Result{Values: []Value{ModuleValue(t.of)}}
		for part := range strings.SplitSeq(rest, ".") {
			of = r.Attribute(of, part)
		}
		out.add(perhaps(of, t.maybe))
	}
	return out
}

func perhaps(of Result, maybe bool) Result {
	if maybe {
		of.each(func(v *Value) { v.Maybe = true })
	}
	return of
}

// Strings gives what the value of an expression can be, as far as it is put together of strings alone; maybe says that
// it can be something else.
func (r *Resolver) Strings(file int32, ref pyscope.Ref) (out []string, maybe bool) {
	if ref == none {
		return nil, false
	}
	if s, ok := r.Model(file).Text(ref); ok {
		return []string{s}, false
	}
	for _, t := range r.texts(file, ref) {
		maybe = maybe || t.maybe || t.of != pymodule.None
		if t.of == pymodule.None {
			out = append(out, t.rest)
		}
	}
	return out, maybe
}

// IsDotted reports whether a string is names joined by dots.
func IsDotted(s string) bool {
	return s != "" && !strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".") && !strings.Contains(s, "..") &&
		!strings.ContainsFunc(s, func(c rune) bool {
			return c != '.' && c != '_' && !('0' <= c && c <= '9') && !('a' <= c|0x20 && c|0x20 <= 'z') && c < 0x80
		})
}

// texts gives what a string can be. What an attribute is asked of may itself be reached through a string:
// import_module(NAME).PATH.
func (r *Resolver) texts(file int32, ref pyscope.Ref) []text {
	if r.spelling == maxSpelled {
		if r.stack > 0 {
			r.low = -1 // as for what is too deep
		}
		return nil
	}
	s := speller{r, maxSteps >> (2 * r.spelling)}
	r.spelling++
	defer func() { r.spelling-- }()
	return s.spell(place{file, ref}, 0)
}

// spell gives what the value of an expression, a string, can be; nothing if that is not known.
func (s *speller) spell(at place, depth int) []text {
	if s.steps--; at.ref == none || depth > maxSpelled || s.steps < 0 {
		return nil
	}
	f := s.Model(at.file)
	switch n := &f.Nodes[at.ref]; n.Kind {
	case pyscope.StringNode:
		return []text{{of: pymodule.None, rest: f.Names[n.A]}}
	case pyscope.JoinNode:
		return s.join(at.file, f, f.Args[n.B:n.B+n.N], depth)
	case pyscope.ChoiceNode:
		var out []text
		for _, a := range f.Args[n.B : n.B+n.N] {
			out = append(out, s.spell(place{at.file, a.Value}, depth)...)
		}
		return bounded(out)
	case pyscope.AttrNode:
		if f.Names[n.B] == "__name__" {
			return s.named(at.file, pyscope.Ref(n.A))
		}
	case pyscope.NameNode:
		if f.Names[n.A] == "__name__" && f.Lookup(n.Scope, pyscope.Name(n.A), n.Start) == none {
			return []text{{of: s.Files[at.file].Node}}
		}
	case pyscope.IndexNode:
		if n.N > 0 {
			return s.entry(place{at.file, pyscope.Ref(n.A)}, f.Names[n.N-1], depth)
		}
		return nil
	default:
		return nil
	}
	return s.each(s.origins(at), func(origin place) []text { return s.spell(origin, depth+1) })
}

// each puts together what each of several origins gives. If one gives nothing, the others are only possible.
func (s *speller) each(origins []place, of func(place) []text) []text {
	var out []text
	other := false
	for _, origin := range origins {
		found := of(origin)
		out, other = append(out, found...), other || len(found) == 0
	}
	for i := range out {
		out[i].maybe = out[i].maybe || other
	}
	return bounded(out)
}

func bounded(texts []text) []text {
	if len(texts) > maxTexts {
		return nil
	}
	return texts
}

// join gives what parts make together: each of the values of one with each of the others'.
func (s *speller) join(file int32, f *pyscope.File, parts []pyscope.Arg, depth int) []text {
	out := []text{{of: pymodule.None}}
	for _, part := range parts {
		var next []text
		switch {
		case part.Value == none:
			next = []text{{of: pymodule.None, rest: f.Names[part.Name]}}
		case part.Name >= 0:
			next = s.entry(place{file, part.Value}, f.Names[part.Name], depth+1)
		default:
			next = s.spell(place{file, part.Value}, depth+1)
		}
		var longer []text
		for _, before := range out {
			for _, after := range next {
				begins := before.of == pymodule.None && before.rest == ""
				switch {
				case after.of != pymodule.None && !begins || len(before.rest)+len(after.rest) > maxName:
				case begins:
					longer = append(longer, after)
				default:
					longer = append(longer, text{before.of, before.rest + after.rest, before.maybe || after.maybe})
				}
			}
		}
		if out = bounded(longer); len(out) == 0 {
			return nil
		}
	}
	return out
}

// entry gives what a mapping has for a key.
func (s *speller) entry(of place, key string, depth int) []text {
	if s.steps--; of.ref == none || depth > maxSpelled || s.steps < 0 {
		return nil
	}
	f := s.Model(of.file)
	var out []text
	switch n := &f.Nodes[of.ref]; n.Kind {
	case pyscope.CallNode:
		if f.Callee(n) == "dict" {
			return s.spell(place{of.file, f.Keyword(n, key)}, depth)
		}
	case pyscope.MapNode:
		for _, a := range f.Args[n.B : n.B+n.N] {
			if a.Name >= 0 && f.Names[a.Name] == key {
				out = s.spell(place{of.file, a.Value}, depth) // the last one counts
			}
		}
	case pyscope.NameNode, pyscope.AttrNode:
		return s.each(s.origins(of), func(origin place) []text { return s.entry(origin, key, depth+1) })
	}
	return bounded(out)
}

// named gives the modules whose __name__ an attribute is.
func (s *speller) named(file int32, object pyscope.Ref) []text {
	var out []text
	for _, v := range s.Eval(file, object).Values {
		switch {
		case v.Kind == Module && pymodule.ID(v.ID) != pymodule.None:
			out = append(out, text{of: pymodule.ID(v.ID)})
		case v.Kind == External:
			out = append(out, text{of: pymodule.None, rest: v.Name})
		}
	}
	return bounded(out)
}

// origins gives the expressions that a variable or an attribute is set to; none of them for what is no expression.
func (s *speller) origins(at place) []place {
	f := s.Model(at.file)
	n := &f.Nodes[at.ref]
	if n.Kind == pyscope.NameNode {
		return s.symbol(at.file, f.Lookup(n.Scope, pyscope.Name(n.A), n.Start), 0)
	}
	var out []place
	for _, v := range s.Eval(at.file, pyscope.Ref(n.A)).Values {
		switch v.Kind {
		case Module:
			out = append(out, s.global(pymodule.ID(v.ID), f.Names[n.B], 0)...)
		case Class, Instance:
			out = append(out, s.attribute(v.File, v.ID, f.Names[n.B], 0)...)
		}
	}
	return out
}

// symbol gives what a symbol is bound to: constants are bound once, or a few times, by assignments, imports and loops.
func (s *speller) symbol(file, symbol int32, depth int) []place {
	if symbol == none || depth > maxSpelled {
		return nil
	}
	f := s.Model(file)
	var out []place
	bound := 0
	for b := f.Symbols[symbol].First; b != none; b = f.Binds[b].Next {
		if bound++; bound > maxConstant {
			return nil
		}
		switch bind := &f.Binds[b]; bind.Kind {
		case pyscope.BindExpr:
			out = append(out, place{file, pyscope.Ref(bind.A)})
		case pyscope.BindFrom:
			i := &f.Imports[bind.A]
			if from, _ := s.FromModule(file, i); from != pymodule.None {
				out = append(out, s.global(from, i.Name, depth+1)...)
			}
		case pyscope.BindElem:
			out = append(out, s.elementsIn(place{file, pyscope.Ref(bind.A)}, depth)...)
		case pyscope.BindNone: // a placeholder
		default:
			out = append(out, place{file, none})
		}
	}
	return out
}

func (s *speller) global(module pymodule.ID, name string, depth int) []place {
	file := s.Tree.File(module)
	if file < 0 {
		return nil
	}
	f := s.Model(int32(file))
	if n := f.Find(name); n != none {
		return s.symbol(int32(file), f.SymbolIn(0, n), depth)
	}
	return nil
}

func (s *speller) attribute(file, class int32, name string, depth int) []place {
	f := s.Model(file)
	if n := f.Find(name); n != none {
		c := &f.Classes[class]
		if symbol := f.SymbolIn(c.Scope, n); symbol != none && f.Symbols[symbol].First != none {
			return s.symbol(file, symbol, depth)
		}
		var out []place
		for i := c.First; i != none && len(out) <= maxConstant; i = f.Attrs[i].Next {
			if a := &f.Attrs[i]; a.Name == n && a.Elem == pyscope.Whole && a.Bind.Kind == pyscope.BindExpr {
				out = append(out, place{file, pyscope.Ref(a.Bind.A)})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	if depth > maxSpelled {
		return nil
	}
	for _, base := range s.Bases(file, class).Values {
		if base.Kind == Class {
			if found := s.attribute(base.File, base.ID, name, depth+1); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// elementsIn gives the elements of a list or tuple that a loop goes over.
func (s *speller) elementsIn(at place, depth int) []place {
	if at.ref == none || depth > maxSpelled {
		return nil
	}
	f := s.Model(at.file)
	n := &f.Nodes[at.ref]
	var out []place
	switch n.Kind {
	case pyscope.SeqNode:
		if n.N > maxTexts {
			return nil
		}
		for _, a := range f.Args[n.B : n.B+n.N] {
			out = append(out, place{at.file, a.Value})
		}
	case pyscope.NameNode, pyscope.AttrNode:
		for _, origin := range s.origins(at) {
			out = append(out, s.elementsIn(origin, depth+1)...)
		}
	}
	return out
}
