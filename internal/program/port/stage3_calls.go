package port

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

var (
	importAsyncio = edit.Import{Module: "asyncio"}
)

// callsAndValues deals with calls of the tree's own functions, and with the places where one of them stands for a
// value.
func (p *pure) callsAndValues() {
	for i := range p.graph.Edges {
		p.edge(&p.graph.Edges[i])
	}
	for i := range p.graph.Opens {
		p.open(&p.graph.Opens[i])
	}
	p.values()
}

// edge awaits a call that leads to a coroutine function.
func (p *pure) edge(e *callgraph.Edge) {
	from, to := &p.graph.Funcs[e.From], &p.graph.Funcs[e.To]
	s := p.files[from.File]
	switch {
	case e.Awaited || !p.async[e.To] && !p.thread[e.To] || to.Flags&callgraph.Async != 0:
		return // what was a coroutine function before is called for its coroutine, unless that is awaited
	case e.Kind == callgraph.With && to.Flags&callgraph.ContextManager != 0:
		if item := p.withs[from.File][e.Pos]; item != 0 && p.async[e.To] {
			p.entering[nodeKey{from.File, item}] = true
			p.note(s, e.Pos, entersAsync, to.Name(), "")
		}
		return
	}
	call := p.callAt(e.From, e.Pos, calledAs(to, e.Kind))
	key := nodeKey{from.File, call}
	if p.thread[e.To] {
		if call != 0 && p.async[e.From] && from.Kind == callgraph.Plain &&
			(e.Kind == callgraph.Call || e.Kind == callgraph.Construct) {
			p.inThread(s, key, to.Name())
		}
		return
	}
	if to.Flags&callgraph.ContextManager != 0 {
		return // makes the manager; entering it is what waits
	}
	switch {
	case !e.Certain && !s.test:
		p.note(s, e.Pos, callerUnknown, to.Name(), "")
	case p.isFollowing(e.To):
	case e.Kind == callgraph.DecoratorUse:
		p.note(s, e.Pos, decoratorBlind, to.Name(), "")
	case e.Kind != callgraph.Call || call == 0:
		if !strings.HasPrefix(lastName(to.Qual), "__") && to.Flags&callgraph.Property == 0 {
			p.note(s, e.Pos, callHidden, to.Name(), "")
		}
	case from.Kind == callgraph.ModuleBody:
		p.startProgram(s, key, to)
	case from.Kind == callgraph.Lambda:
	case p.inGenerator(s, call):
		p.note(s, e.Pos, generatorWaits, to.Name(), "in a generator expression")
	case s.inClassBody(call):
		p.note(s, e.Pos, specialWaits, to.Name(), "in the body of a class")
	case p.mixed(e, call):
		p.callEither(s, key, to.Name())
	default:
		p.await(s, key, to.Name())
	}
}

// open reports a call of which nothing is known, and which may lead to a coroutine function by its name. In a test it
// is taken to.
func (p *pure) open(o *callgraph.Open) {
	file := p.graph.Funcs[o.From].File
	s := p.files[file]
	call := p.callAt(o.From, o.Pos, o.Attr)
	key := nodeKey{file, call}
	if _, done := p.awaited[key]; o.Common || done || call == 0 {
		return
	}
	for _, f := range o.Candidates {
		if !p.async[f] || p.graph.Funcs[f].Flags&callgraph.Async != 0 {
			continue
		}
		if s.test && p.async[o.From] {
			p.callEither(s, key, p.graph.Funcs[f].Name())
			return
		}
		p.note(s, o.Pos, callerUnknown, p.graph.Funcs[f].Name(), "")
	}
}

func (p *pure) await(s *source, key nodeKey, name string) {
	if _, done := p.awaited[key]; done {
		return
	}
	p.awaited[key] = ""
	p.note(s, s.tree.Start(key.node), waitsFor, name, "")
}

// inThread lets a coroutine call a function that waits for the standard library.
func (p *pure) inThread(s *source, key nodeKey, name string) {
	if _, done := p.awaited[key]; done {
		return
	}
	p.awaited[key] = "asyncio.to_thread("
	p.need(s, importAsyncio)
	p.note(s, s.tree.Start(key.node), testInThread, name, "")
	p.pass(s, key.node)
}

// pass makes the callee of a call the first argument of one that is opened before it.
func (p *pure) pass(s *source, call pysyntax.Node) {
	open := s.tree.Tokens[s.opening(call)]
	if first := s.tree.Next(s.tree.Child(call)); first != 0 {
		start := s.extent(call, first).start
		text := ", "
		if broken := s.between(int(open.Start), start); broken != "" {
			text = "," + broken
		}
		s.edits.Replace(int(open.Start), start, text)
		return
	}
	s.edits.Replace(int(open.Start), int(s.tree.End(call)), ")")
}

// between is what stands between a callee's end and its first argument, the parenthesis and a blank left out: a line
// break stays, and so does a comment.
func (s *source) between(start, end int) string {
	if inside := s.src[start+1 : end]; bytes.IndexByte(inside, '\n') >= 0 {
		return strings.TrimLeft(string(inside), " ")
	}
	return ""
}

// mixed reports whether a call can lead to something else than coroutine functions as well.
func (p *pure) mixed(e *callgraph.Edge, call pysyntax.Node) bool {
	file := p.graph.Funcs[e.From].File
	name := p.nameOf(file, call)
	for _, i := range p.where.edges[siteKey{file, e.Pos}] {
		other := &p.graph.Edges[i]
		if other.From == e.From && p.async[other.To] && p.isWrapper(e.To, other.To) &&
			calledAs(&p.graph.Funcs[other.To], other.Kind) == name {
			return false // it leads to a function by its name, and to what its decorator has made of it
		}
	}
	// An attribute or a parameter holds what somebody has put there, who need not be in the tree.
	t := p.files[file].tree
	if callee := t.Child(call); name != calledAs(&p.graph.Funcs[e.To], e.Kind) &&
		(t.Kind(callee) == pysyntax.Attribute || slices.Contains(p.graph.Funcs[e.From].Params, name)) {
		return true
	}
	return p.leadsElsewhere(e, call)
}

// leadsElsewhere reports whether a call is known to lead to what is no coroutine function, too.
func (p *pure) leadsElsewhere(e *callgraph.Edge, call pysyntax.Node) bool {
	key := siteKey{p.graph.Funcs[e.From].File, e.Pos}
	for _, i := range p.where.edges[key] {
		other := &p.graph.Edges[i]
		if other.From == e.From && other.Kind == e.Kind && (other.Certain || !e.Certain) && !p.async[other.To] &&
			p.callAt(other.From, other.Pos, calledAs(&p.graph.Funcs[other.To], other.Kind)) == call {
			return true
		}
	}
	for _, f := range p.fakesOf(e.From, e.Pos, calledAs(&p.graph.Funcs[e.To], e.Kind)) {
		if f.to == callgraph.None || !p.async[f.to] {
			return true
		}
	}
	for _, i := range p.where.sites[key] {
		site := &p.graph.Sites[i]
		if site.From == e.From && site.Kind == callgraph.Call && p.orders[i].rule == nil &&
			p.callAt(site.From, site.Pos, lastOf(site.Name)) == call {
			return true
		}
	}
	return false
}

// isWrapper reports whether a function is what a decorator of the tree puts in the place of another.
func (p *pure) isWrapper(wrapper, of callgraph.FuncID) bool {
	return slices.Contains(p.where.wrappers[of], wrapper)
}

// callEither awaits what a call gives if it can be awaited.
func (p *pure) callEither(s *source, key nodeKey, name string) {
	if _, done := p.awaited[key]; done {
		return
	}
	p.awaited[key] = "aio.call("
	p.need(s, importAio)
	p.note(s, s.tree.Start(key.node), callsEither, name, "")
	p.pass(s, key.node)
}

// inGenerator reports whether a call is in a generator expression, which an await would make one that nothing but
// `async for` takes.
func (p *pure) inGenerator(s *source, call pysyntax.Node) bool {
	var x painter
	return x.inGenerator(s, call)
}

// startProgram runs a coroutine where a program starts.
func (p *pure) startProgram(s *source, key nodeKey, to *callgraph.Func) {
	guard := s.mainGuard()
	at := s.tree.Start(key.node)
	if guard == 0 || at < s.tree.Start(guard) || s.tree.End(guard) < at {
		p.note(s, at, atImport, to.Name(), "")
		return
	}
	if _, done := p.awaited[key]; done {
		return
	}
	for other, text := range p.awaited {
		if other.file == key.file && text == runs && s.tree.Start(guard) <= s.tree.Start(other.node) &&
			s.tree.End(other.node) <= s.tree.End(guard) {
			p.note(s, at, twoRuns, to.Name(), "")
			return
		}
	}
	p.awaited[key] = runs
	p.need(s, importAsyncio)
	p.note(s, at, startsWithRun, to.Name(), "")
}

// runs stands before a coroutine with which a program starts.
const runs = "asyncio.run("

// putAwaits writes what calls get before and behind them: the outer ones first, so that they enclose the inner ones.
func (p *pure) putAwaits() {
	keys := make([]nodeKey, 0, len(p.awaited))
	for key := range p.awaited {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b nodeKey) int {
		t, u := p.files[a.file].tree, p.files[b.file].tree
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(t.Start(a.node), u.Start(b.node)),
			cmp.Compare(u.End(b.node), t.End(a.node)))
	})
	var x painter
	for _, key := range keys {
		s, text := p.files[key.file], p.awaited[key]
		start, end := int(s.tree.Start(key.node)), int(s.tree.End(key.node))
		if text == runs {
			s.edits.Insert(start, runs)
			s.edits.Insert(end, ")")
			continue
		}
		if text == silent {
			continue // what is around it awaits it
		}
		open, close := x.opening(s, key.node), x.closing(s, key.node)
		if p.results[key] {
			open, close = "(", ")"
		}
		s.edits.Insert(start, open+"await "+text)
		s.edits.Insert(end, close)
	}
}
