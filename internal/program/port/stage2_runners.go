package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// tailRunner is a function that returns what an argument of it gives when it is called: `return run(wrapped, *args)`.
// Nothing is left to do in it then, so that whoever calls it can wait in its place.
type tailRunner struct {
	to   callgraph.FuncID
	call pysyntax.Node // of the argument, in to's file
}

// runnerOf finds the function that a call hands a value to as an argument, if it is a runner for it.
func (a *atlas) runnerOf(s *source, call, value pysyntax.Node) (r tailRunner, ok bool) {
	from := a.funcAt(a.fileOf[s], s.tree.Start(call))
	if from < 0 || s.tree.Kind(s.tree.Parents()[value]) != pysyntax.Call {
		return r, false
	}
	place := slices.Index(argsOf(s.tree, call).positional, value)
	if args := argsOf(s.tree, call); place < 0 || args.starred && s.tree.Kind(args.positional[0]) == pysyntax.Starred {
		return r, false
	}
	count := 0
	for _, e := range a.edgesOf(from) {
		if e.Pos != s.tree.Start(call) || lastName(a.graph.Funcs[e.To].Qual) != string(s.tree.Ident(s.tree.Child(call))) {
			continue
		}
		if !e.Certain || e.Kind != callgraph.Call || e.Awaited {
			return r, false
		}
		r.to = e.To
		count++
	}
	if count != 1 {
		return r, false
	}
	r.call = a.tailCall(r.to, place+firstArgument(&a.graph.Funcs[r.to]))
	return r, r.call != 0
}

// tailCall gives the call with which a function ends, if that is a call of one of its parameters, of which there is no
// other mention. 0 if not.
func (a *atlas) tailCall(id callgraph.FuncID, place int) pysyntax.Node {
	f := &a.graph.Funcs[id]
	const other = callgraph.Async | callgraph.Generator | callgraph.ContextManager | callgraph.Property
	s := a.files[f.File]
	if s == nil || f.Kind != callgraph.Plain || f.Flags&other != 0 || isDecoratedOutside(f) || place >= len(f.Params) {
		return 0
	}
	var found pysyntax.Node
	for _, n := range s.index.names[f.Params[place]] {
		if at := s.tree.Start(n); at < f.Start || at >= f.End {
			continue
		}
		call := s.tree.Parents()[n]
		if found != 0 || s.tree.Kind(call) != pysyntax.Call || s.tree.Child(call) != n {
			return 0
		}
		found = call
	}
	if found == 0 || s.tree.Kind(s.tree.Parents()[found]) != pysyntax.Return ||
		a.funcAt(f.File, s.tree.Start(found)) != id {
		return 0
	}
	for _, kind := range []pysyntax.Kind{pysyntax.Try, pysyntax.With} { // what is done behind it is done too early
		if around, _ := s.around(found, kind); around != 0 {
			return 0
		}
	}
	return found
}

// tailSites gives the calls of the functions of a component that are such a tail.
func (a *atlas) tailSites(chosen []callgraph.FuncID) map[siteKey]bool {
	found := map[siteKey]bool{}
	for _, f := range chosen {
		fn := &a.graph.Funcs[f]
		for place := range fn.Params {
			if call := a.tailCall(f, place); call != 0 {
				found[siteKey{fn.File, a.files[fn.File].tree.Start(call)}] = true
			}
		}
	}
	return found
}

// joinRunners joins the pools whose methods are handed to a runner with what that starts.
func (a *atlas) joinRunners() {
	type key struct {
		from callgraph.FuncID
		name string
	}
	holders := map[key]int{}
	for i := range a.made {
		for _, m := range a.made[i].made {
			for _, u := range m.Uses {
				if u.Kind == callgraph.Member && a.made[i].kind != nil && startsAt(a.made[i].kind, u.Name) >= 0 {
					holders[key{u.From, u.Name}] = i
				}
			}
		}
	}
	for i := range a.made {
		if a.made[i].kind != greenThread || len(holders) == 0 {
			continue
		}
		for _, m := range a.made[i].made {
			if threadMakers[knowledge.Canon(m.Name)] != "" {
				continue
			}
			for e := range a.graph.Edges {
				edge := &a.graph.Edges[e]
				if edge.To != m.From {
					continue
				}
				if j, ok := holders[key{edge.From, lastOf(m.Name)}]; ok && j != i {
					a.made[j].made = append(a.made[j].made, a.made[i].made...)
					a.made[i] = a.made[j] // with all others of it
					a.made[j] = group{}
					for k, at := range holders {
						if at == j {
							holders[k] = i
						}
					}
				}
			}
		}
	}
	a.made = slices.DeleteFunc(a.made, func(g group) bool { return len(g.made) == 0 })
}

// handedOn decides about a method of a pool that is handed to a runner: who calls that waits now. It reports whether it
// has.
func (x *exchange) handedOn(s *source, n pysyntax.Node, kind *twin, u *callgraph.ObjectUse, class string) bool {
	m, ok := kind.methodOf(u.Name)
	call := s.tree.Parents()[n]
	if u.Mixed || !ok || !m.waits || startsAt(kind, u.Name) < 0 {
		return false
	}
	r, ok := x.runnerOf(s, call, n)
	if !ok {
		return false
	}
	if x.chosen[r.to] && x.could == nil {
		x.stays(s, n, class+"."+u.Name, x.graph.Funcs[r.to].Name()+" calls what it is handed, and becomes a coroutine")
		return true
	}
	x.values[x.fileOf[s]][n] = true // no function of the component, whatever its name
	rule, wait := kind.rule, x.putAwait
	if !x.canAwait(s, call, u.From) {
		rule, wait = bridgesSwitch, x.putWait
	}
	x.becomes(s, n, class+"."+u.Name, rule, func() {
		x.rename(s, n, u.Name)
		wait(s, call)
	})
	return true
}

// threadsHandedOn decides about tpool.execute where it is handed to a runner.
func (p *painter) threadsHandedOn() {
	for _, s := range p.sorted() {
		for i := range s.records {
			r := &s.records[i]
			if r.Kind != scan.Use || r.Canon != threadName || r.Call {
				continue
			}
			n := s.nodes[span{r.Start, r.End}]
			from := p.funcAt(p.fileOf[s], uint32(r.Start))
			if n == 0 || from < 0 || !p.chosen[from] || !s.names(n, threadName) {
				continue
			}
			call := s.tree.Parents()[n]
			if to, ok := p.runnerOf(s, call, n); !ok || p.chosen[to.to] && p.could == nil || !p.canAwait(s, call, from) {
				continue
			}
			p.values[p.fileOf[s]][n] = true
			if p.isReplaced(s, n, threadName) {
				p.decide(s, n, testsFollow, threadName, "tests replace it by this name")
				if !p.options.Unsafe {
					continue
				}
			} else {
				p.decide(s, n, threads, threadName, "")
			}
			p.replaceName(s, n, "aio", "to_thread")
			p.putAwait(s, call)
		}
	}
}
