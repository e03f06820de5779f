package port

import (
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// bodies rewrites what blocks in the functions, where it is proved to be the same.
func (p *painter) bodies() {
	mocked := map[string]bool{}
	for i := range p.tree.Records {
		if r := &p.tree.Records[i]; r.Kind == scan.Patch || r.Kind == scan.String {
			mocked[r.Canon] = true
		}
	}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if !p.chosen[site.From] {
			continue
		}
		if isLocal(site.Name) {
			f := &p.graph.Funcs[site.From]
			p.refuse(f.File, site.Pos, greenLocal, f.Name(), site.Name, site.From)
			continue
		}
		if site.Kind != callgraph.Call || !site.Certain {
			continue
		}
		s := p.files[p.graph.Funcs[site.From].File]
		if s == nil {
			continue
		}
		switch knowledge.Canon(site.Name) {
		case sleepName:
			p.sleep(s, site, mocked[sleepName])
		case "aiohub.wait":
			p.bridge(s, site)
		}
	}
}

// isLocal reports whether a name belongs to a library that keeps state by thread, which is by green thread where that is patched.
func isLocal(name string) bool {
	for _, library := range []string{"sqlalchemy", "oslo_db", "flask", "threading.local", "eventlet.corolocal", "_thread._local"} {
		if name == library || strings.HasPrefix(knowledge.Canon(name), library+".") {
			return true
		}
	}
	return false
}

const sleepName = "eventlet.greenthread.sleep"

// sleep awaits asyncio.sleep in place of eventlet.sleep.
func (p *painter) sleep(s *source, site *callgraph.Site, mocked bool) {
	calls := s.index.calls[site.Pos]
	if len(calls) == 0 {
		return
	}
	call := calls[0] // the outermost; sleep gives nothing that could be called
	argument := s.tree.Next(s.tree.Child(call))
	parents := s.tree.Parents()
	switch {
	case s.tree.Kind(parents[call]) != pysyntax.ExprStmt:
		p.note(s, site.Pos, sleepStays, sleepName, "its value is used")
		return
	case mocked:
		p.note(s, site.Pos, sleepStays, sleepName, "tests mock it by this name")
		return
	case argument != 0 && (s.tree.Next(argument) != 0 || s.tree.Kind(argument) == pysyntax.Starred):
		p.note(s, site.Pos, sleepStays, sleepName, "")
		return
	}
	callee := s.tree.Child(call)
	start, end := int(s.tree.Start(callee)), int(s.tree.End(callee))
	p.note(s, site.Pos, sleeps, sleepName, "")
	p.need(s, edit.Import{Module: "asyncio"})
	s.replace(start, end, "await asyncio.sleep")
	switch {
	case argument == 0:
		close := s.tree.TokenAt(uint32(end))
		s.edits.Insert(int(s.tree.Tokens[close].End), "0")
	case s.tree.Kind(argument) == pysyntax.Keyword:
		at := s.tree.IdentRange(argument)
		s.edits.Replace(int(at.Start), int(at.End), "delay")
	}
}
