package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// mockedTwin is a coroutine function in place of a function of eventlet's that tests put mocks in place of.
type mockedTwin struct {
	canon        string
	module, name string // of the twin, as code calls it
	bring        edit.Import
	path         string // as a mock gets to it from nowhere in the tree
}

var mockedTwins = map[string]*mockedTwin{
	sleepName:  {sleepName, "asyncio", "sleep", edit.Import{Module: "asyncio"}, "asyncio.sleep"},
	threadName: {threadName, "aio", "to_thread", importAio, "aiohub.aio.to_thread"},
}

// follow lets the mocks that can stand in the way of a call replace its twin, and reports whether they may: each is one
// that can be awaited where the code awaits it, and every such call that its test can get to becomes the twin's in this
// run.
func (p *painter) follow(s *source, callee pysyntax.Node, twin *mockedTwin, name string) bool {
	list := p.replacementsOf(s, callee, name)
	for _, m := range list {
		if p.targetOf(m, twin) == nil || !p.allFollow(m, twin) {
			return false
		}
	}
	for _, m := range list {
		p.retarget(p.targetOf(m, twin), twin)
	}
	return len(list) > 0
}

// mockTarget is the path, or the object and the name, that a mock replaces.
type mockTarget struct {
	s      *source
	text   pysyntax.Node // the string
	object pysyntax.Node // the first argument of patch.object, or 0
	rest   string        // of a path, what stands behind the module of the tree
	adapt  func()        // lets what the test brings be awaited; nil if it brings nothing
}

// targetOf reads what a mock replaces: nil if it can be neither one that mock.patch makes nor one that is easily made
// such, or is not written in one piece.
func (p *painter) targetOf(m replacement, twin *mockedTwin) *mockTarget {
	var s *source
	for other := range p.fileOf {
		if other.path == m.record.File {
			s = other
		}
	}
	if s == nil {
		return nil
	}
	n := s.nodes[span{m.record.Start, m.record.End}]
	value, ok := s.tree.StringValue(n)
	call := s.tree.Parents()[n]
	if n == 0 || !ok || s.tree.Kind(call) != pysyntax.Call {
		return nil
	}
	args := argsOf(s.tree, call)
	does := p.patcherOf(s, s.tree.Child(call))
	if does == putsAtObject && len(args.positional) > 0 && args.positional[0] == n {
		does = putsAtPath
	}
	t := &mockTarget{s: s, text: n}
	place := 0
	if does == patchesObject || does == putsAtObject {
		place = 1
	}
	if does == noPatcher || args.starred || args.unpacked || len(args.positional) <= place || args.positional[place] != n {
		return nil
	}
	brought := args.at(place+1, "new")
	if brought != 0 {
		if t.adapt = s.awaitable(brought); t.adapt == nil || len(args.positional) > place+2 {
			return nil
		}
	}
	if brought == 0 && (does == putsAtPath || does == putsAtObject) ||
		slices.ContainsFunc(
			args.keywords,
			func(k string) bool { return k != "side_effect" && k != "return_value" && k != "new" },
		) {
		return nil
	}
	if place == 0 {
		t.rest = strings.TrimPrefix(strings.TrimPrefix(value, p.moduleOf(value)), ".")
		return t
	}
	if t.object = s.rootOf(args.positional[0], twin.canon); t.object == 0 {
		return nil
	}
	return t
}

// moduleOf is the longest beginning of a dotted path that is a module of the tree.
func (p *painter) moduleOf(path string) string {
	for at := strings.LastIndexByte(path, '.'); at > 0; at = strings.LastIndexByte(path[:at], '.') {
		if p.hasModule(path[:at]) {
			return path[:at]
		}
	}
	return ""
}

// rootOf gives the part of an expression that stands for the twin's module, if all of it is the module where a function
// of eventlet's is: a name, or the attribute of a module of the tree. It is 0 if there is none.
func (s *source) rootOf(n pysyntax.Node, canon string) pysyntax.Node {
	t := s.tree
	at := slices.IndexFunc(
		s.records,
		func(r scan.Record) bool { return r.Kind == scan.Use && r.End == int(t.End(n)) && !r.Maybe },
	)
	if at < 0 ||
		s.records[at].Canon != knowledge.Root && s.records[at].Canon != canon[:strings.LastIndexByte(canon, '.')] {
		return 0
	}
	r := &s.records[at]
	if r.Via != "" && t.Kind(n) == pysyntax.Attribute {
		head, _, deep := strings.Cut(r.Name, ".")
		if deep && (t.Kind(t.Child(n)) != pysyntax.Name || string(t.Ident(t.Child(n))) == head) {
			return 0 // app.eventlet.tpool
		}
		return n
	}
	for t.Kind(n) == pysyntax.Attribute {
		n = t.Child(n)
	}
	if t.Kind(n) != pysyntax.Name {
		return 0
	}
	return n
}

// retarget lets a mock replace the twin, reached as eventlet's function was.
func (p *painter) retarget(t *mockTarget, twin *mockedTwin) {
	s := t.s
	if p.retargeted[spotKey{s, t.text}] {
		return
	}
	p.retargeted[spotKey{s, t.text}] = true
	p.note(s, s.tree.Start(t.text), mocksMove, twin.canon, "")
	if t.adapt != nil {
		t.adapt()
	}
	if t.object == 0 {
		value, _ := s.tree.StringValue(t.text)
		path := twin.path
		if value != t.rest {
			path = twin.module + "." + twin.name
		}
		s.replaceInString(t.text, t.rest, path)
		return
	}
	start, whole := s.tree.Start(t.object), s.tree.Next(s.tree.Child(s.tree.Parents()[t.text]))
	if s.tree.Kind(t.object) == pysyntax.Attribute {
		start = s.tree.IdentRange(t.object).Start
	} else {
		p.need(s, twin.bring)
	}
	s.replace(int(start), int(s.tree.End(whole)), twin.module)
	s.replaceInString(t.text, lastOf(twin.canon), twin.name)
}

// allFollow reports whether every call of a function of eventlet's in code that the test of a mock names becomes its
// twin's, with the arguments that it has now.
func (p *painter) allFollow(m replacement, twin *mockedTwin) bool {
	strict := twin.canon == sleepName && p.assertsArguments(m, twin)
	for _, i := range p.callsOf(twin.canon) {
		site := &p.graph.Sites[i]
		s := p.files[p.graph.Funcs[site.From].File]
		if s == nil || s.test || !m.test.has(s.module) || !p.inForce(m, site.From) {
			continue
		}
		calls := s.index.calls[site.Pos]
		if len(calls) == 0 || !p.chosen[site.From] || p.faced[site.From] {
			return false
		}
		if twin.canon == threadName {
			call := p.callNamed(s, site.Pos, site.Name)
			if call == 0 || p.threadObstacle(s, site, call) != "" || p.handsOn(site) {
				return false
			}
			continue
		}
		if p.sleepObstacle(s, site, calls[0], sleepName) != "" || !s.names(s.tree.Child(calls[0]), sleepName) {
			return false
		}
		if args := argsOf(s.tree, calls[0]); strict && len(args.positional) != 1 {
			return false
		}
	}
	return true
}

// handsOn reports whether a call is given a function of the component: what it gets then is a face of it, which no
// assertion expects.
func (p *painter) handsOn(site *callgraph.Site) bool {
	return slices.ContainsFunc(p.graph.Escapes, func(e callgraph.Escape) bool {
		return e.From == site.From && e.Pos == site.Pos && p.chosen[e.To]
	}) || slices.ContainsFunc(p.graph.Starts, func(e callgraph.Start) bool {
		return e.From == site.From && e.Pos == site.Pos && p.chosen[e.To]
	})
}

// callsOf lists the calls of a function of eventlet's.
func (p *painter) callsOf(canon string) []int {
	list, ok := p.siteLists[canon]
	if !ok {
		for i := range p.graph.Sites {
			if site := &p.graph.Sites[i]; site.Kind == callgraph.Call && knowledge.Canon(site.Name) == canon {
				list = append(list, i)
			}
		}
		p.siteLists[canon] = list
	}
	return list
}
