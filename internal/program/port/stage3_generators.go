package port

import (
	"bytes"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// consumer is a place that takes all or some of what a generator gives.
type consumer struct {
	file int32
	call pysyntax.Node // of the generator function
	at   pysyntax.Node // the for statement, the clause of a comprehension, or the call of list
	from callgraph.FuncID
}

// generators finds out which generators that wait become asynchronous: every place that may take from one is known, and
// can say `async for`. The reason is kept for the others.
func (p *pure) generators() {
	p.following, p.unfollowed = map[callgraph.FuncID][]consumer{}, map[callgraph.FuncID]string{}
	for i := range p.graph.Funcs {
		id, f := callgraph.FuncID(i), &p.graph.Funcs[i]
		if !p.async[id] || f.Flags&callgraph.Generator == 0 || f.Flags&(callgraph.Async|callgraph.ContextManager) != 0 {
			continue
		}
		if why := p.generatorForm(f); why != "" {
			p.unfollowed[id] = why
		} else {
			p.following[id] = nil
		}
	}
	p.findClosing()
	for id := range p.following {
		list, why := p.consumersOf(id)
		if why != "" {
			delete(p.following, id)
			p.unfollowed[id] = why
			continue
		}
		p.following[id] = list
	}
	for changed := true; changed; { // one that another takes from goes with it
		changed = false
		for id, list := range p.following {
			if i := slices.IndexFunc(list, func(c consumer) bool { return !p.canFollow(c.from) }); i >= 0 {
				delete(p.following, id)
				p.unfollowed[id] = p.graph.Funcs[list[i].from].Name() + " takes from it, and cannot await"
				changed = true
			}
		}
	}
}

// findClosing finds the generators that do something when they are closed at a yield, be it that they take from another
// such.
func (p *pure) findClosing() {
	p.closing = map[callgraph.FuncID]bool{}
	for id := range p.following {
		p.closing[id] = p.cleansUp(id)
	}
	for changed := true; changed; {
		changed = false
		for i := range p.graph.Edges {
			e := &p.graph.Edges[i]
			if _, takes := p.following[e.From]; takes && e.Kind == callgraph.Iterate && p.closing[e.To] && !p.closing[e.From] {
				p.closing[e.From], changed = true, true
			}
		}
	}
}

// canFollow reports whether `async for` can stand in a function.
func (p *pure) canFollow(f callgraph.FuncID) bool {
	fn := &p.graph.Funcs[f]
	if fn.Kind != callgraph.Plain || !p.async[f] {
		return false
	}
	_, follows := p.following[f]
	return follows || fn.Flags&callgraph.Generator == 0 || fn.Flags&callgraph.ContextManager != 0
}

// generatorForm tells what keeps a generator from being an asynchronous one, by its own code.
func (p *pure) generatorForm(f *callgraph.Func) string {
	s := p.files[f.File]
	definition := p.defs[f.File][f.Start]
	name := lastName(f.Qual)
	const other = callgraph.Property | callgraph.Setter | callgraph.Deleter
	switch {
	case definition == 0 || f.Kind != callgraph.Plain:
		return "it is no plain function"
	case f.Flags&other != 0 || strings.HasPrefix(name, "__"):
		return "it is a property or a special method"
	case slices.ContainsFunc(f.Decorators, func(d string) bool { return !harmless[d] }):
		return "it is decorated"
	}
	why := ""
	s.tree.Walk(s.tree.ChildOf(definition, pysyntax.Block), func(n pysyntax.Node) bool {
		switch s.tree.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.Lambda, pysyntax.ClassDef:
			return false
		case pysyntax.YieldFrom:
			why = "it has a `yield from`"
		case pysyntax.Return:
			if s.tree.Child(n) != 0 {
				why = "it returns a value"
			}
		case pysyntax.Yield:
			if s.tree.Kind(s.tree.Parents()[n]) != pysyntax.ExprStmt {
				why = "the value of a yield is used"
			} else if with, _ := s.around(n, pysyntax.With); with != 0 {
				why = "a with block is around a yield"
			}
		}
		return true
	}, nil)
	return why
}

// cleansUp reports whether a generator does something when it is closed at a yield.
func (p *pure) cleansUp(id callgraph.FuncID) bool {
	f := &p.graph.Funcs[id]
	s := p.files[f.File]
	found := false
	s.tree.Walk(s.tree.ChildOf(p.defs[f.File][f.Start], pysyntax.Block), func(n pysyntax.Node) bool {
		switch s.tree.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.Lambda, pysyntax.ClassDef:
			return false
		case pysyntax.Yield:
			try, _ := s.around(n, pysyntax.Try)
			found = found || try != 0
		}
		return true
	}, nil)
	return found
}

// consumersOf gives the places that take from a generator; why says that there may be others, or one that cannot say
// `async for`.
func (p *pure) consumersOf(id callgraph.FuncID) (list []consumer, why string) {
	f := &p.graph.Funcs[id]
	name := lastName(f.Qual)
	if len(p.groups[id]) > 0 {
		return nil, "it overrides another, or is overridden"
	}
	cleans := p.closing[id]
	driven := map[siteKey]callgraph.FuncID{}
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		if e.To == id && (e.Kind != callgraph.Iterate || !e.Certain) {
			return nil, "it is taken from in a way that is not understood"
		}
		if e.To == id {
			driven[siteKey{p.graph.Funcs[e.From].File, e.Pos}] = e.From
		}
	}
	for i := range p.graph.Opens {
		if slices.Contains(p.graph.Opens[i].Candidates, id) {
			return nil, "something of which nothing is known may be it"
		}
	}
	found := 0
	for i, s := range p.files {
		file := int32(i)
		if !bytes.Contains(s.src, []byte(name)) {
			continue
		}
		for n := range s.tree.All() {
			switch kind := s.tree.Kind(n); {
			case kind == pysyntax.Constant && s.test:
				if value, ok := s.tree.StringValue(n); ok && lastOf(value) == name {
					return nil, "a test names it in a string"
				}
				continue
			case kind != pysyntax.Name && kind != pysyntax.Attribute, string(s.tree.Ident(n)) != name,
				s.tree.Kind(n) == pysyntax.Name && s.tree.Has(n, pysyntax.FlagStore), !p.canBe(file, s, n, id):
				continue
			}
			c, ok := p.consumerAt(file, s, n, cleans)
			from, known := driven[siteKey{file, s.tree.Start(c.at)}]
			if iterable := s.tree.Start(c.call); !known {
				from, known = driven[siteKey{file, iterable}]
			}
			if !ok || !known || p.drivesOthers(from, id, c, s) {
				return nil, "it is used as a value, or taken from in a way that has no asynchronous twin"
			}
			c.from = from
			list = append(list, c)
			found++
		}
	}
	if found == 0 {
		return nil, "nothing in the tree takes from it"
	}
	if found != len(driven) {
		return nil, "it is taken from under another name"
	}
	return list, ""
}

// drivesOthers reports whether what a place takes from can be something else.
func (p *pure) drivesOthers(from, id callgraph.FuncID, c consumer, s *source) bool {
	for _, at := range []uint32{s.tree.Start(c.call), s.tree.Start(c.at)} {
		for _, i := range p.where.edges[siteKey{c.file, at}] {
			if e := &p.graph.Edges[i]; e.From == from && e.Kind == callgraph.Iterate && e.To != id {
				return true
			}
		}
	}
	return false
}

// consumerAt understands the place around a mention of a generator function.
func (p *pure) consumerAt(file int32, s *source, n pysyntax.Node, cleans bool) (c consumer, ok bool) {
	t, parents := s.tree, s.tree.Parents()
	call := parents[n]
	if t.Kind(call) != pysyntax.Call || t.Child(call) != n {
		return c, false
	}
	at := parents[call]
	c = consumer{file: file, call: call, at: at}
	switch t.Kind(at) {
	case pysyntax.For:
		return c, t.Next(t.Child(at)) == call && !t.Has(at, pysyntax.FlagAsync) && !s.inClassBody(at) &&
			(!cleans || !s.callsInside(call))
	case pysyntax.Comprehension:
		return c, t.Next(t.Child(at)) == call && !cleans && !s.inClassBody(at) &&
			t.Kind(parents[at]) != pysyntax.GeneratorExp && !p.inGenerator(s, call)
	case pysyntax.Call:
		return c, string(t.Text(t.Child(at))) == "list" && t.Next(call) == 0 && t.Child(at) != call && !s.inClassBody(at) &&
			!p.inGenerator(s, at)
	}
	return c, false
}

// callsInside reports whether the arguments of a call have calls in them.
func (s *source) callsInside(call pysyntax.Node) bool {
	found := false
	s.tree.Walk(call, func(n pysyntax.Node) bool {
		found = found || n != call && s.tree.Kind(n) == pysyntax.Call
		return true
	}, nil)
	return found
}

// putGenerators lets the consumers of the asynchronous generators say `async for`.
func (p *pure) putGenerators() {
	for id, list := range p.following {
		cleans := p.closing[id]
		for _, c := range list {
			p.follow(c, p.graph.Funcs[id].Name(), cleans)
		}
	}
}

func (p *pure) follow(c consumer, name string, cleans bool) {
	s := p.files[c.file]
	t := s.tree
	start := int(t.Start(c.at))
	p.note(s, t.Start(c.at), asyncFor, name, "")
	switch {
	case t.Kind(c.at) == pysyntax.Call:
		s.edits.Replace(start, int(t.Start(c.call)), "[item async for item in ")
		s.edits.Replace(int(t.End(c.call)), int(t.End(c.at)), "]")
	case !cleans || t.Kind(c.at) != pysyntax.For:
		s.edits.Insert(start, "async ")
	default: // what its finally does is done as soon as the loop is left
		variable := "items"
		for p.isMentioned(c, variable) {
			variable += "_"
		}
		line := s.lineStart(start)
		s.edits.Insert(line, s.indentOf(start)+"async with contextlib.aclosing("+string(t.Text(c.call))+") as "+
			variable+":\n")
		s.indentRange(start, int(t.End(c.at)), 1)
		s.edits.Insert(start, "async ")
		s.edits.Replace(int(t.Start(c.call)), int(t.End(c.call)), variable)
		p.need(s, edit.Import{Module: "contextlib"})
	}
}

// isMentioned reports whether a name occurs in the function around a consumer.
func (p *pure) isMentioned(c consumer, name string) bool {
	s, f := p.files[c.file], &p.graph.Funcs[c.from]
	for n := range s.tree.All() {
		if s.tree.Kind(n) == pysyntax.Name && string(s.tree.Ident(n)) == name && s.tree.Start(n) >= f.Start &&
			s.tree.Start(n) < f.End {
			return true
		}
	}
	return false
}

// isFollowing reports whether a function is a generator that becomes asynchronous: to call it waits for nothing.
func (p *pure) isFollowing(f callgraph.FuncID) bool {
	_, follows := p.following[f]
	return follows
}
