// Package ah615 is the rule AH615, event-loop-lookup.
package ah615

import (
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	lookup  = "is called where no loop runs: Python 3.14 raises RuntimeError, older ones make a loop that nobody runs or warn"
	running = "is called at import, where no loop runs: it raises RuntimeError"
	nested  = "is called in a coroutine, where a loop runs already: it raises RuntimeError"
)

// Rule finds calls for the loop where there is none, or where there is one already.
var Rule = &rule.Rule{
	Code:      "AH615",
	Name:      "event-loop-lookup",
	Severity:  finding.Warning,
	Help:      "`asyncio.run(main())` makes and runs a loop; in a coroutine `asyncio.get_running_loop()` gives it",
	Sentences: []string{lookup, running, nested},
	Doc: rule.Doc{
		Title: "`asyncio.get_event_loop` outside a loop, or a loop inside a loop",
		What: "`asyncio.get_event_loop()` in the body of a module or class, or in a plain function that then runs the loop and has not set one; `get_running_loop` or `create_task` at import; `asyncio.run` and `run_until_complete` in a " +
			"coroutine function. `get_event_loop` in any other plain function is a possible finding: it is right if only coroutines call it.",
		Why:       "What the call gives outside a coroutine has changed from version to version: a new loop, with a warning since 3.12, an error since 3.14. Objects that keep such a loop are bound to one that `asyncio.run` never runs.",
		Before:    "import asyncio\n\nloop = asyncio.get_event_loop()\n\nasync def main():\n    await loop.run_in_executor(None, print, 'x')",
		After:     "import asyncio\n\nasync def main():\n    await asyncio.get_running_loop().run_in_executor(None, print, 'x')",
		Fix:       finding.Manual,
		FixSafety: "the loop that was meant may be another one.",
		Since:     "0.4.0",
	},
	CheckGraph: check,
}

func check(p *rule.Pass) {
	from, to := p.Program.Funcs(p.File())
	for f := from; f < to; f++ {
		for _, s := range p.Program.Sites(f) {
			if message, possible := judge(p, f, &s); message != "" && s.End > 0 {
				p.Report(int(s.Pos), int(s.End), "`"+s.Name+"` "+message, "")
				if possible || !s.Certain {
					p.Possible()
				}
			}
		}
	}
}

func judge(p *rule.Pass, f callgraph.FuncID, s *callgraph.Site) (message string, possible bool) {
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
