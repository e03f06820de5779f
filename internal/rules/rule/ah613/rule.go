// Package ah613 is the rule AH613, primitive-outside-loop.
package ah613

import (
	"fmt"
	"strings"

	"aiohub/internal/files/pyversion"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/onloop"
	"aiohub/internal/rules/rule"
)

const (
	early  = "is made at import: before Python 3.10 it belongs to the loop of that moment"
	leads  = "is made at import: before Python 3.10 it belongs to the loop of that moment, and it leads to"
	shared = "is made at import, and the tree runs more than one event loop: it serves only one of them"
)

// Rule finds primitives of asyncio that are made where no loop runs.
var Rule = rule.OfGraph("AH613", check, early, leads)

var primitives = map[string]bool{
	"Lock": true, "Event": true, "Condition": true, "Semaphore": true, "BoundedSemaphore": true, "Queue": true,
	"LifoQueue": true, "PriorityQueue": true, "Future": true,
}

func isPrimitive(s *callgraph.Site) bool {
	name, ok := strings.CutPrefix(s.Name, "asyncio.")
	return ok && primitives[name]
}

// bindsLate is the first Python in which a primitive takes its loop when somebody waits.
const bindsLate = "3.10"

func check(p *rule.Pass) {
	oldest := p.Program.OldestPython
	sentence, certain := early, oldest != ""
	if oldest != "" && !pyversion.Less(oldest, bindsLate) {
		if !loopInThread(p) {
			return
		}
		sentence, certain = shared, false
	}
	body, _ := p.Program.Funcs(p.File())
	if p.Func(body).Kind != callgraph.ModuleBody {
		return
	}
	say := func(start, end uint32, message string) {
		p.Report(int(start), int(end), message, "")
		if !certain {
			p.Possible()
		}
	}
	for _, s := range p.Program.Sites(body) {
		if isPrimitive(&s) && s.Certain && s.End > 0 &&
			p.Tree.Kind(p.NodeAt(s.Pos, s.End)) == pysyntax.Call { // not the default_factory of a field
			say(s.Pos, s.End, "`"+s.Name+"` "+sentence)
		}
	}
	if sentence == shared {
		return
	}
	way := p.Program.Ways("primitives", isPrimitive)
	for _, e := range p.Program.Edges(body) {
		if !onloop.Follows(&e) || e.End == 0 || !way.Leads(e.To) {
			continue
		}
		_, last := way.Chain(e.To)
		say(e.Pos, e.End,
			fmt.Sprintf("%s %s `%s` (%s:%d)", p.Quote(e.Pos, e.End), leads, last.Name,
				p.Program.Graph.Files[p.Func(last.From).File].Path, last.Line))
	}
}

// loopInThread tells whether a function that is run in a thread runs an event loop of its own.
func loopInThread(p *rule.Pass) bool {
	for _, s := range p.Program.Graph.Starts {
		if !strings.HasPrefix(s.Name, "threading.") {
			continue
		}
		for _, site := range p.Program.Sites(s.To) {
			if site.Name == "asyncio.run" || site.Name == "asyncio.new_event_loop" || site.Name == "asyncio.Runner" {
				return true
			}
		}
	}
	return false
}
