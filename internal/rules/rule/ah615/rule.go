// Package ah615 is the rule AH615, event-loop-lookup.
package ah615

import (
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	lookup  = "is called where no loop runs: Python 3.14 raises RuntimeError, older ones make a loop that nobody runs or warn"
	running = "is called at import, where no loop runs: it raises RuntimeError"
	nested  = "is called in a coroutine, where a loop runs already: it raises RuntimeError"
)

// Rule finds calls for the loop where there is none, or where there is one already.
var Rule = rule.Described(rule.Rule{
	Code:       "AH615",
	Sentences:  []string{lookup, running, nested},
	CheckGraph: rule.Calls(judge),
})

func judge(p *rule.Pass, f callgraph.FuncID, s *callgraph.Site) (phrase string, possible bool) {
	fn := p.Func(f)
	async := fn.Flags&callgraph.Async != 0
	switch s.Name {
	case "asyncio.get_event_loop":
		switch {
		case async || setsLoop(p, f):
		case fn.Kind == callgraph.ModuleBody || runsLoop(p, f):
			return lookup, false
		default:
			return lookup, true
		}
	case "asyncio.get_running_loop", "asyncio.create_task":
		if fn.Kind == callgraph.ModuleBody {
			return running, false
		}
	case "asyncio.run", "asyncio.AbstractEventLoop.run_until_complete", "asyncio.AbstractEventLoop.run_forever":
		if async {
			return nested, s.Name != "asyncio.run"
		}
	}
	return "", false
}

// setsLoop tells whether a function makes the loop that it then asks for.
func setsLoop(p *rule.Pass, f callgraph.FuncID) bool {
	for _, s := range p.Program.Sites(f) {
		if s.Name == "asyncio.set_event_loop" || s.Name == "asyncio.new_event_loop" || s.Name == "asyncio.set_event_loop_policy" {
			return true
		}
	}
	return false
}

// runsLoop tells whether a function runs a loop: then none runs yet.
func runsLoop(p *rule.Pass, f callgraph.FuncID) bool {
	for _, s := range p.Program.Sites(f) {
		if strings.HasSuffix(s.Name, ".run_until_complete") || strings.HasSuffix(s.Name, ".run_forever") {
			return true
		}
	}
	return false
}
