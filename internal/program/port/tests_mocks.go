package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// sameCall are twins that are called with the arguments of what they replace, so that what a test asserts about them
// stays true.
var sameCall = map[string]bool{
	"eventlet.greenthread.sleep": true, "eventlet.tpool.execute": true, "eventlet.convenience.listen": true,
	"aiohub.timeout": true,
}

// mocks lets what replaces a name of eventlet's replace its twin.
func (p *pure) mocks() {
	for i, s := range p.files {
		for k := range s.records {
			switch r := &s.records[k]; r.Kind {
			case scan.Patch:
				p.patchedAttribute(int32(i), s, r)
			case scan.String:
				p.patchedPath(s, r)
			}
		}
	}
}

// patchedPath changes the dotted path of a mock: the module it leads through stays.
func (p *pure) patchedPath(s *source, r *scan.Record) {
	if !targets[string(r.Ctx)] {
		return // a value
	}
	n := s.nodes[span{r.Start, r.End}]
	value, ok := s.tree.StringValue(n)
	if n == 0 || !ok {
		return
	}
	twin := p.twin(r.Canon)
	module := p.moduleIn(value)
	rest := strings.TrimPrefix(strings.TrimPrefix(value, module), ".")
	if rest == "" {
		return
	}
	if r.Canon == sleepName && p.sleepsBare() && p.assertsNothing(s, r.Start) {
		p.note(s, uint32(r.Start), mockByHand, r.Canon, "its twin is called with 0 where it was called without an argument")
		return
	}
	if module != "" && p.leadsToRoot(module, rest) {
		module, rest = "", value // it replaces the name of eventlet's for all, wherever it was reached from
	}
	if !sameCall[r.Canon] || module != "" && !p.usesTwin(module, r.Canon) {
		p.note(s, uint32(r.Start), mockByHand, r.Canon, mockNote(twin))
		return
	}
	if !s.replaceInString(n, rest, twin) {
		p.note(s, uint32(r.Start), mockByHand, r.Canon, "the path is put together from several strings")
		return
	}
	p.note(s, uint32(r.Start), mockFollows, r.Canon, "")
	p.replacedTwin(s, n, r.Canon)
}

// replacedTwin lets a replacement that a test brings for a twin that is awaited be one that can be.
func (p *pure) replacedTwin(s *source, n pysyntax.Node, canon string) {
	if canon != sleepName && canon != "eventlet.tpool.execute" {
		return
	}
	for next := s.tree.Next(n); next != 0; next = s.tree.Next(next) {
		switch keyword := string(s.tree.Ident(next)); {
		case s.tree.Kind(next) != pysyntax.Keyword:
			p.replacement(s, next, canon)
		case keyword == "new" || keyword == "new_callable":
			p.replacement(s, s.tree.Child(next), canon)
		}
	}
}

// assertsNothing reports whether the test around a place asserts a call without arguments.
func (p *pure) assertsNothing(s *source, at int) bool {
	for i := range p.graph.Funcs {
		f := &p.graph.Funcs[i]
		if p.files[f.File] != s || f.Kind != callgraph.Plain {
			continue
		}
		// A decorator's place is before the function that it decorates.
		start, end := int(f.Start), int(f.End)
		if definition := p.defs[f.File][f.Start]; definition != 0 &&
			s.tree.Kind(s.tree.Child(definition)) == pysyntax.Decorator {
			start = int(s.tree.Start(s.tree.Child(definition)))
		}
		if start <= at && at < end {
			text := string(s.src[start:end])
			return strings.Contains(text, "_with()") || strings.Contains(text, "call()")
		}
	}
	return false
}

// sleepsBare reports whether the code sleeps without an argument anywhere.
func (p *pure) sleepsBare() bool {
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if knowledge.Canon(site.Name) == sleepName && !p.graph.Files[p.graph.Funcs[site.From].File].Test {
			if c := p.spotOf(site); c.node != 0 && len(c.args)+len(c.keywords) == 0 {
				return true
			}
		}
	}
	return false
}

func mockNote(twin string) string {
	if twin == "" {
		return ""
	}
	return "its twin is " + twin
}

// moduleIn is the longest beginning of a dotted path that is a module of the tree.
func (p *pure) moduleIn(path string) string {
	longest := ""
	for i := range p.graph.Files {
		if m := p.graph.Files[i].Module; len(m) > len(longest) && strings.HasPrefix(path, m+".") {
			longest = m
		}
	}
	return longest
}

// leadsToRoot reports whether a path below a module leads through what it imports as eventlet:
// app.concurrency.eventlet.sleep.
func (p *pure) leadsToRoot(module, rest string) bool {
	head, _, below := strings.Cut(rest, ".")
	for i := range p.graph.Files {
		if s := p.files[i]; below && p.graph.Files[i].Module == module {
			for _, a := range s.aliases {
				imp, ours := asEventlet(alias3(s, a))
				if ours && imp.Binds() == head && canonical(imp) == knowledge.Root && !p.usesRoot(i, head) {
					return true
				}
			}
		}
	}
	return false
}

// usesRoot reports whether a file itself calls something by what it imports as eventlet: a mock then follows to the
// name that is imported there.
func (p *pure) usesRoot(file int, name string) bool {
	s := p.files[file]
	before, _ := s.mentions(name)
	return before > len(s.exports(name))
}

// usesTwin reports whether a module calls a name of eventlet's, so that its twin is imported there.
func (p *pure) usesTwin(module, canon string) bool {
	for i := range p.graph.Files {
		if p.graph.Files[i].Module != module {
			continue
		}
		for k := range p.files[i].records {
			if r := &p.files[i].records[k]; r.Kind == scan.Use && r.Canon == canon {
				return true
			}
		}
	}
	return false
}

// patchedAttribute changes mock.patch.object(eventlet, "sleep").
func (p *pure) patchedAttribute(file int32, s *source, r *scan.Record) {
	n := s.nodes[span{r.Start, r.End}]
	value, ok := s.tree.StringValue(n)
	if n == 0 || !ok {
		return
	}
	call := s.tree.Parents()[n]
	object := s.tree.Next(s.tree.Child(call))
	if s.tree.Kind(call) != pysyntax.Call || s.tree.Next(object) != n || !p.isName(s, object) {
		if p.isObject(r.Canon) {
			return // a method of an object that has the same one now
		}
		p.note(s, uint32(r.Start), mockByHand, r.Canon, "")
		return
	}
	twin := p.twin(r.Canon)
	if !sameCall[r.Canon] {
		p.note(s, uint32(r.Start), mockByHand, r.Canon, mockNote(twin))
		return
	}
	head, name := twin[:strings.LastIndexByte(twin, '.')], twin[strings.LastIndexByte(twin, '.')+1:]
	s.replace(int(s.tree.Start(object)), int(s.tree.End(object)), head)
	s.replaceInString(n, value, name)
	p.useName(s, twin)
	p.note(s, uint32(r.Start), mockFollows, r.Canon, "")
	p.replacedTwin(s, n, r.Canon)
}

// isName reports whether a node is a name of eventlet's itself, and not of an object of one of its classes.
func (p *pure) isName(s *source, n pysyntax.Node) bool {
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Use && r.Start == int(s.tree.Start(n)) && r.End == int(s.tree.End(n)) {
			return true
		}
	}
	return false
}

// isObject reports whether a canonical name is a method of a class that keeps its methods' names.
func (p *pure) isObject(canon string) bool {
	for _, class := range []string{"eventlet.greenpool.GreenPool.", "eventlet.event.Event."} {
		if strings.HasPrefix(canon, class) {
			return true
		}
	}
	return false
}

// isPatched reports whether a use is the object of a mock.patch.object that a record is about.
func (p *pure) isPatched(s *source, use *scan.Record) bool {
	n := s.nodes[span{use.Start, use.End}]
	if n == 0 {
		return false
	}
	next := s.tree.Next(n)
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Patch && next != 0 && r.Start == int(s.tree.Start(next)) &&
			r.End == int(s.tree.End(next)) {
			return true
		}
	}
	return false
}
