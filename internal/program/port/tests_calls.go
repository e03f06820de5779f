package port

import (
	"bytes"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// handed is a function that a test hands to assertRaises and the like, which calls it at once.
type handed struct {
	from  callgraph.FuncID
	to    []callgraph.FuncID // functions of the tree; none for a green thread's wait
	file  int32
	call  pysyntax.Node
	value pysyntax.Node
	face  pysyntax.Node // around the value, or 0
	after int           // arguments before the value
}

// raising are assertions that call what they get, and how many arguments stand before it.
var raising = map[string]int{"assertRaises": 1, "assertRaisesRegex": 2, "assertRaisesRegexp": 2, "raises": 1}

// findHanded finds the assertions that call a function of the tree, or wait for a green thread.
func (p *pure) findHanded() {
	for i := range p.graph.Files {
		file := int32(i)
		s := p.files[file]
		if !p.graph.Files[i].Test {
			continue
		}
		t := s.tree
		for n := range t.All() {
			if t.Kind(n) != pysyntax.Call || t.Kind(t.Parents()[n]) != pysyntax.ExprStmt {
				continue
			}
			after, ok := raising[p.nameOf(file, n)]
			if !ok {
				continue
			}
			value := t.Next(t.Child(n))
			for k := 0; k < after && value != 0; k++ {
				value = t.Next(value)
			}
			if value == 0 || t.Kind(value) == pysyntax.Keyword || t.Kind(value) == pysyntax.Starred ||
				t.Kind(value) == pysyntax.Lambda {
				continue
			}
			h := handed{from: p.functionAt(file, t.Start(n)), file: file, call: n, value: value, after: after}
			h.to = p.targets[siteKey{file, t.Start(n)}]
			if t.Kind(value) == pysyntax.Call && string(t.Text(t.Child(value))) == "aiohub.async_to_sync" {
				h.value, h.face = t.Next(t.Child(value)), value
			}
			if h.face != 0 || len(h.to) > 0 || p.isMethod(s, value, "eventlet.greenthread.GreenThread.wait") {
				p.handed = append(p.handed, h)
			}
		}
	}
}

// isMethod reports whether an attribute is known to be a method of eventlet's.
func (p *pure) isMethod(s *source, n pysyntax.Node, canon string) bool {
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Method && r.Canon == canon && r.End == int(s.tree.End(n)) {
			return true
		}
	}
	return false
}

// functionAt is the function around a place: the innermost.
func (p *pure) functionAt(file int32, at uint32) callgraph.FuncID {
	found, size := callgraph.FuncID(callgraph.None), ^uint32(0)
	for _, i := range p.where.funcs[file] {
		if f := &p.graph.Funcs[i]; f.Start <= at && at < max(f.End, f.Start+1) && f.End-f.Start < size {
			found, size = callgraph.FuncID(i), f.End-f.Start
		}
	}
	return found
}

// waits reports whether what is handed over is a coroutine function.
func (p *pure) handsCoroutine(h *handed) bool {
	if h.face != 0 || len(h.to) == 0 {
		return true
	}
	for _, f := range h.to {
		if p.async[f] {
			return true
		}
	}
	return false
}

// assertions turns `self.assertRaises(E, f, a)` into a with statement around `await f(a)`.
func (p *pure) assertions() {
	for i := range p.handed {
		if h := &p.handed[i]; p.handsCoroutine(h) {
			p.assertion(h)
		}
	}
}

func (p *pure) assertion(h *handed) {
	s := p.files[h.file]
	t := s.tree
	value, outer := s.extent(h.call, h.value), s.extent(h.call, h.value)
	if h.face != 0 {
		value, outer = s.extent(h.face, h.value), s.extent(h.call, h.face)
	}
	start, end := int(t.Start(h.call)), int(t.End(h.call))
	before := t.Child(h.call)
	for range h.after {
		before = t.Next(before)
	}
	next := t.Next(h.value)
	if h.face != 0 {
		next = t.Next(h.face)
	}
	p.note(s, t.Start(h.call), testRaises, string(t.Ident(t.Child(h.call))), "")
	p.said[nodeKey{h.file, h.value}], p.results[nodeKey{h.file, h.value}] = true, true
	waits := h.face == 0 && len(h.to) == 0 // `thread.wait` is `await thread`
	if waits {
		value = span{int(t.Start(h.value)), int(t.End(h.value))}
	}
	open, close := "", ""
	if own := (span{int(t.Start(h.value)), int(t.End(h.value))}); own == value &&
		bytes.ContainsAny(t.Text(h.value), "\r\n") {
		open, close = "(", ")" // its lines were held together by the call
	}
	first := start
	if whole := t.Parents()[h.call]; t.Has(h.call, pysyntax.FlagParens) { // a with statement cannot stand in them
		first = int(t.Start(whole))
		s.edits.Delete(first, start)
		s.edits.Delete(end, int(t.End(whole)))
	}
	s.edits.Insert(start, "with ")
	from := s.extent(h.call, before).end
	said := s.comments(from, value.start)
	if next == 0 {
		said = append(said, s.comments(value.end, end)...)
	}
	head, indent := "):\n", s.indentOf(first)+step
	for i, c := range said {
		if i == 0 && s.lines.Line(int(c.Start)) == s.lines.Line(from) {
			head = "):  " + string(s.src[c.Start:c.End]) + "\n"
			continue
		}
		head += indent + string(s.src[c.Start:c.End]) + "\n"
	}
	s.replace(from, value.start, head+indent+"await "+open)
	switch {
	case waits:
		s.replace(int(t.End(t.Child(h.value))), end, close)
	case next == 0:
		s.edits.Replace(value.end, end, close+"()")
	default:
		at := s.extent(h.call, next).start
		between := ""
		if len(s.comments(outer.end, at)) > 0 {
			between = string(s.src[outer.end+1 : at]) // behind the comma
		}
		s.edits.Replace(value.end, at, close+"("+between)
	}
}

// cleanups lets a cleanup that waits be awaited.
func (p *pure) cleanups() {
	for i := range p.graph.Escapes {
		e := &p.graph.Escapes[i]
		from := &p.graph.Funcs[e.From]
		if !p.async[e.To] || !strings.HasSuffix(e.Name, ".addCleanup") && e.Name != "addCleanup" {
			continue
		}
		s := p.files[from.File]
		call := p.callAt(e.From, e.Pos, "addCleanup")
		if call == 0 || p.nameOf(from.File, call) != "addCleanup" {
			continue
		}
		by, roots := p.runnerOf(from)
		if by != byUnit {
			continue
		}
		for _, root := range roots {
			p.isolate(root)
		}
		c := &spot{p: p, file: from.File, s: s, node: call, callee: s.tree.Child(call),
			site: &callgraph.Site{From: e.From, Pos: e.Pos}}
		c.args = append(c.args, s.tree.Next(c.callee))
		value, face := c.started(0)
		if value == 0 {
			continue
		}
		if !p.said[nodeKey{from.File, value}] {
			c.say(value)
			c.method("addAsyncCleanup")
			c.plainFace(value, face)
			p.note(s, e.Pos, testCase, p.graph.Funcs[e.To].Name(), "a cleanup that waits")
		}
	}
}

// supers lets the hooks of a test case call the async twin of the one above.
func (p *pure) supers() {
	rename := func(from callgraph.FuncID, pos uint32, name string) {
		f := &p.graph.Funcs[from]
		twin := asyncHooks[name]
		if twin == "" || !p.async[from] || lastName(f.Qual) != name || !p.graph.Files[f.File].Test {
			return
		}
		if by, _ := p.runnerOf(f); by != byUnit {
			return
		}
		call := p.callAt(from, pos, name)
		if call == 0 || p.nameOf(f.File, call) != name {
			return
		}
		s := p.files[f.File]
		at := s.tree.IdentRange(s.tree.Child(call))
		s.edits.Replace(int(at.Start), int(at.End), twin)
		p.await(s, nodeKey{f.File, call}, name)
	}
	for i := range p.graph.Edges {
		if e := &p.graph.Edges[i]; e.Reason == callgraph.Super {
			rename(e.From, e.Pos, lastName(p.graph.Funcs[e.To].Qual))
		}
	}
	for i := range p.graph.Sites {
		if site := &p.graph.Sites[i]; strings.HasSuffix(site.Name, "TestCase.setUp") ||
			strings.HasSuffix(site.Name, "TestCase.tearDown") {
			rename(site.From, site.Pos, site.Name[strings.LastIndexByte(site.Name, '.')+1:])
		}
	}
}
