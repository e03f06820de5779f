package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// Survey2 decides about every name and method of eventlet in a tree as stage 2 would, if the function around each
// became async unless its own form forbids it. It changes nothing: what it finds is what the primitives allow, not what
// the callers do.
func Survey2(t *Tree, graph *callgraph.Graph, options Options) (*Result, error) {
	shared, err := newAtlas(t, graph, nil, true)
	if err != nil {
		return nil, err
	}
	var chosen []callgraph.FuncID
	for i := range graph.Funcs {
		if canBeAsync(&graph.Funcs[i]) {
			chosen = append(chosen, callgraph.FuncID(i))
		}
	}
	p := newPainter(t, shared, chosen, options)
	p.could = func(f callgraph.FuncID) bool { return p.chosen[f] }
	p.objects()
	p.timeouts()
	p.itemPools()
	p.bodies()
	out := &Result{Options: options}
	for _, s := range p.sorted() {
		for i := range s.records {
			if r := &s.records[i]; (r.Kind == scan.Use || r.Kind == scan.Method) && isEventlet(knowledge.Canon(r.Canon)) {
				rule, note := p.verdict(s, r)
				s.note(r, rule, note)
				s.places[len(s.places)-1].Counted = true
			}
		}
		out.Places = append(out.Places, s.places...)
	}
	out.sort()
	return out, nil
}

// canBeAsync reports whether the form of a function lets it be a coroutine function.
func canBeAsync(f *callgraph.Func) bool {
	const never = callgraph.Generator | callgraph.ContextManager | callgraph.Property | callgraph.Setter | callgraph.Deleter
	if f.Kind != callgraph.Plain || f.Flags&never != 0 || strings.HasPrefix(lastName(f.Qual), "__") {
		return false
	}
	return true
}

// verdict gives what was decided about a record, or what its name alone says.
func (p *painter) verdict(s *source, r *scan.Record) (*Rule, string) {
	if i, ok := p.decided[decidedKey{s, uint32(r.End)}]; ok {
		place := &p.places[i]
		if f := p.funcAt(p.fileOf[s], uint32(r.Start)); place.Rule != lives && place.Rule.Safety == finding.Safe && f >= 0 &&
			!s.test && isDecoratedOutside(&p.graph.Funcs[f]) {
			return facesInside, ""
		}
		return place.Rule, place.Note
	}
	last := lastOf(r.Canon)
	switch canon := r.Canon; {
	case r.Ctx == scan.Annotation, r.Ctx == scan.Except, r.Ctx == scan.Raise, s.inType(r):
		return lives, ""
	case r.Kind == scan.Use && p.onlyNames(s, r):
		return lives, ""
	case primitiveOf(canon) != nil, r.Kind == scan.Method && primitiveOf(canon[:strings.LastIndexByte(canon, '.')]) != nil,
		hasPart(canon, "eventlet.greenthread.GreenThread"):
		return objectStays, p.whyNot(s, r, "what becomes of the object cannot be followed")
	case hasPart(canon, timeoutClass):
		return timeoutStays, p.whyNot(s, r, "it is used as a value")
	case hasPart(canon, "eventlet.patcher", "eventlet.debug", "eventlet.queue.Empty", "eventlet.queue.Full") &&
		canon != "eventlet.patcher.already_patched",
		hasPart(canon, "eventlet.green") && isConstant(last),
		r.Call && knowledge.KindOf(canon) == knowledge.Function && !knowledge.Switches(canon) &&
			hasPart(canon, "eventlet.hubs", "eventlet.convenience", "eventlet.green"),
		knowledge.KindOf(canon) == knowledge.Module && !r.Call,
		p.stays(s, r),
		hasPart(canon, greenLocals...), // a task has attributes as well, and lends them to a coroutine in its place
		r.Kind == scan.Method &&
			hasPart(canon, "eventlet.greenio.GreenSocket", "eventlet.green.ssl.GreenSSLSocket",
				"eventlet.green.socket.socket") && !knowledge.Switches(canon):
		return lives, ""
	}
	return callStays, p.whyNot(s, r, "")
}

// onlyNames reports whether a record only gives another name to something: in a module that others get it from.
func (p *painter) onlyNames(s *source, r *scan.Record) bool {
	if r.Call || p.funcAt(p.fileOf[s], uint32(r.Start)) >= 0 {
		return false
	}
	return r.Ctx == scan.Assigned || s.inTable(r)
}

// hasPart reports whether a name is one of some others, or below them.
func hasPart(name string, of ...string) bool {
	for _, o := range of {
		if name == o || strings.HasPrefix(name, o+".") {
			return true
		}
	}
	return false
}

// isConstant reports whether a name of a module looks like a constant or an error.
func isConstant(last string) bool {
	return strings.ToUpper(last) == last || last == "error" || last == "timeout" || last == "gaierror" ||
		last == "herror" ||
		strings.HasSuffix(last, "Error") || strings.HasSuffix(last, "Exception")
}

// whyNot says that the function around cannot be a coroutine function, if that is so.
func (p *painter) whyNot(s *source, r *scan.Record, otherwise string) string {
	f := p.funcAt(p.fileOf[s], uint32(r.Start))
	switch {
	case f < 0:
		return "it is at the top of a module or a class"
	case !p.chosen[f]:
		return p.graph.Funcs[f].Name() + " cannot be a coroutine function"
	}
	if n := s.nodes[span{r.Start, r.End}]; n != 0 && !r.Call && s.tree.Kind(s.tree.Parents()[n]) != pysyntax.Call {
		return "it is used as a value"
	}
	return otherwise
}
