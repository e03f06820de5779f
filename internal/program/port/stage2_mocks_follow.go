package port

import (
	"bytes"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// follow lets the mocks of eventlet.sleep that can stand in the way of a call replace asyncio.sleep, and reports
// whether they may: each makes a mock of its own, which can be awaited where the code awaits it, and every sleep that
// its test can get to becomes asyncio's in this run.
func (p *painter) follow(s *source, callee pysyntax.Node, name string) bool {
	list := p.replacementsOf(s, callee, name)
	for _, m := range list {
		if p.targetOf(m) == nil || !p.allSleep(m) {
			return false
		}
	}
	for _, m := range list {
		p.retarget(p.targetOf(m))
	}
	return len(list) > 0
}

// mockTarget is the path, or the object and the name, that a mock replaces.
type mockTarget struct {
	s      *source
	text   pysyntax.Node // the string
	object pysyntax.Node // the first argument of patch.object, or 0
	rest   string        // of a path, what stands behind the module of the tree
}

// targetOf reads what a mock replaces: nil if it is not one that makes a mock of its own, or not written in one piece.
func (p *painter) targetOf(m replacement) *mockTarget {
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
	if args.starred || args.unpacked ||
		slices.ContainsFunc(args.keywords, func(k string) bool { return k != "side_effect" && k != "return_value" }) {
		return nil
	}
	t := &mockTarget{s: s, text: n}
	switch callee := string(s.tree.Ident(s.tree.Child(call))); {
	case callee == "patch" && len(args.positional) == 1:
		t.rest = strings.TrimPrefix(strings.TrimPrefix(value, p.moduleOf(value)), ".")
	case callee == "object" && len(args.positional) == 2 && args.positional[1] == n:
		t.object = args.positional[0]
		if kind := s.tree.Kind(t.object); kind != pysyntax.Name && kind != pysyntax.Attribute || !s.isUse(t.object) {
			return nil
		}
	default:
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

// isUse reports whether an expression is a name of eventlet's module, with or without a module of the tree before it.
func (s *source) isUse(n pysyntax.Node) bool {
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Use && r.End == int(s.tree.End(n)) && !r.Maybe {
			return r.Canon == knowledge.Root || r.Canon == "eventlet.greenthread"
		}
	}
	return false
}

// retarget lets a mock replace asyncio.sleep, reached as eventlet's was.
func (p *painter) retarget(t *mockTarget) {
	s := t.s
	if p.retargeted[spotKey{s, t.text}] {
		return
	}
	p.retargeted[spotKey{s, t.text}] = true
	p.note(s, s.tree.Start(t.text), mocksMove, sleepName, "")
	if t.object == 0 {
		s.replaceInString(t.text, t.rest, "asyncio.sleep")
		return
	}
	at := s.tree.IdentRange(t.object)
	if s.tree.Kind(t.object) == pysyntax.Name {
		p.need(s, edit.Import{Module: "asyncio"})
		s.replace(int(s.tree.Start(t.object)), int(s.tree.End(t.object)), "asyncio")
		return
	}
	s.edits.Replace(int(at.Start), int(at.End), "asyncio")
}

// allSleep reports whether every sleep of the code that the test of a mock names becomes asyncio's, with the arguments
// that it has now.
func (p *painter) allSleep(m replacement) bool {
	strict := bytes.Contains(m.test.src, []byte("_with()")) || bytes.Contains(m.test.src, []byte("call()")) ||
		bytes.Contains(m.test.src, []byte("seconds="))
	for _, i := range p.sleeping() {
		site := &p.graph.Sites[i]
		s := p.files[p.graph.Funcs[site.From].File]
		if s == nil || s.test || !m.test.has(s.module) || !p.inForce(m, site.From) {
			continue
		}
		calls := s.index.calls[site.Pos]
		if len(calls) == 0 || !p.chosen[site.From] || p.faced[site.From] ||
			p.sleepObstacle(s, site, calls[0], sleepName) != "" || !s.names(s.tree.Child(calls[0]), sleepName) {
			return false
		}
		if args := argsOf(s.tree, calls[0]); strict && len(args.positional) != 1 {
			return false
		}
	}
	return true
}

// sleeping lists the calls of eventlet.sleep.
func (p *painter) sleeping() []int {
	if p.sleeps == nil {
		p.sleeps = []int{}
		for i := range p.graph.Sites {
			if site := &p.graph.Sites[i]; site.Kind == callgraph.Call && knowledge.Canon(site.Name) == sleepName {
				p.sleeps = append(p.sleeps, i)
			}
		}
	}
	return p.sleeps
}
