// Package hold is what the rules about calls that hold up an event loop share: where such a call is reported, and how its chain is told.
package hold

import (
	"fmt"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/onloop"
	"aiohub/internal/rules/rule"
)

// Sentences are what is said of a call in a coroutine function itself, and of one that leads to such a call.
type Sentences struct{ Direct, Through string }

// Check reports in the coroutine functions of a file the calls that hold up the loop in one of some manners, and the calls of plain functions that
// lead to one. possible says that these are only possible findings.
func Check(p *rule.Pass, say Sentences, holds []knowledge.Hold, possible bool) {
	way := p.Program.Way(holds...)
	from, to := p.Program.Funcs(p.File())
	for f := from; f < to; f++ {
		if p.Func(f).Flags&callgraph.Async == 0 {
			continue
		}
		direct(p, f, say.Direct, holds, possible)
		through(p, f, say.Through, way, possible)
	}
}

func direct(p *rule.Pass, f callgraph.FuncID, sentence string, holds []knowledge.Hold, possible bool) {
	for _, s := range p.Program.Sites(f) {
		s := &s
		if s.Awaited || s.End == 0 && s.Kind != callgraph.With && s.Kind != callgraph.Iterate || !contains(holds, rule.Holds(s)) {
			continue
		}
		end := s.End
		if end == 0 {
			end = s.Pos + 1
		}
		p.Report(int(s.Pos), int(end), fmt.Sprintf("`%s` %s", s.Name, sentence), "")
		if possible || !s.Certain {
			p.Possible()
		}
	}
}

func through(p *rule.Pass, f callgraph.FuncID, sentence string, way *onloop.Way, possible bool) {
	edges := p.Program.Edges(f)
	for i := range edges {
		e := &edges[i]
		if !onloop.Follows(e) || e.End == 0 || !way.Leads(e.To) || onloop.Alternatives(edges, i) {
			continue
		}
		steps, last := way.Chain(e.To)
		at := p.Program.Graph.Files[p.Func(last.From).File].Path
		text := fmt.Sprintf("%s %s `%s` (%s:%d)", p.Quote(e.Pos, e.End), sentence, last.Name, at, last.Line)
		if len(steps) > 0 {
			text += fmt.Sprintf(" in `%s`", p.Func(last.From).Qual)
		}
		p.Report(int(e.Pos), int(e.End), text, "")
		if possible {
			p.Possible()
		}
	}
}

func contains(list []knowledge.Hold, h knowledge.Hold) bool {
	for _, x := range list {
		if x == h {
			return true
		}
	}
	return false
}
