// Package ah614 is the rule AH614, exit-in-task.
package ah614

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/onloop"
	"aiohub/internal/rules/rule"
)

const (
	exits = "ends the program from within the event loop"
	leads = "ends the program from within the event loop: it leads to"
	forks = "forks a process in which an event loop runs"
)

// Rule finds exits and forks below a running loop.
var Rule = rule.OfGraph("AH614", check, exits, leads, forks)

var exiting = map[string]bool{"sys.exit": true, "builtins.exit": true, "builtins.quit": true, "os._exit": true,
	"os.abort": true}

var forking = map[string]bool{"os.fork": true, "os.forkpty": true, "pty.fork": true}

func isExit(s *callgraph.Site) bool { return exiting[s.Name] }

func isFork(s *callgraph.Site) bool { return forking[s.Name] }

func check(p *rule.Pass) {
	from, to := p.Program.Funcs(p.File())
	for f := from; f < to; f++ {
		how := onLoop(p, f)
		if how == away {
			continue
		}
		for _, s := range p.Program.Sites(f) {
			switch {
			case s.End == 0:
			case isFork(&s) && s.Certain:
				p.Call(&s, forks, false)
			case isExit(&s) && how != main:
				p.Call(&s, exits, how != task || s.Name == "os._exit")
			}
		}
		if how != main {
			raises(p, f, how)
			through(p, f, how)
		}
	}
}

func report(p *rule.Pass, start, end uint32, message string, possible bool) {
	p.Report(int(start), int(end), message, "")
	if possible {
		p.Possible()
	}
}

// raises looks for `raise SystemExit`.
func raises(p *rule.Pass, f callgraph.FuncID, how manner) {
	def, ok := p.Defs()[f]
	if !ok {
		return
	}
	t := p.Tree
	t.Walk(def, func(n pysyntax.Node) bool {
		if n != def && (t.Kind(n) == pysyntax.FunctionDef || t.Kind(n) == pysyntax.ClassDef || t.Kind(n) == pysyntax.Lambda) {
			return false
		}
		if t.Kind(n) == pysyntax.Raise && t.Child(n) != 0 {
			raised := t.Child(n)
			if t.Kind(raised) == pysyntax.Call {
				raised = t.Child(raised)
			}
			if t.Kind(raised) == pysyntax.Name && string(t.Ident(raised)) == "SystemExit" {
				report(p, t.Start(n), t.End(n), "`raise SystemExit` "+exits, how != task)
			}
		}
		return true
	}, nil)
}

func through(p *rule.Pass, f callgraph.FuncID, how manner) {
	if p.Func(f).Flags&callgraph.Async == 0 {
		return // what it calls is looked at by itself
	}
	way := p.Program.Ways("exits", isExit)
	for _, e := range p.Program.Edges(f) {
		if !onloop.Follows(&e) || e.End == 0 || !way.Leads(e.To) {
			continue
		}
		_, last := way.Chain(e.To)
		at := p.Program.Graph.Files[p.Func(last.From).File].Path
		report(p, e.Pos, e.End, fmt.Sprintf("%s %s `%s` (%s:%d)", p.Quote(e.Pos, e.End), leads, last.Name, at, last.Line),
			how != task || last.Name == "os._exit")
	}
}

// manner is how a function comes to run while the loop does.
type manner uint8

const (
	away    manner = iota // it is not known to
	main                  // in the coroutine that asyncio.run was given
	unknown               // as a coroutine, nobody knows by whom
	task                  // as a task, a callback of the loop or a handler of a signal
)

func onLoop(p *rule.Pass, f callgraph.FuncID) manner {
	if p.Func(f).Flags&callgraph.Async == 0 {
		for _, i := range p.Program.StartedBy(f) {
			if s := &p.Program.Graph.Starts[i]; isCallback(s.Name) || s.Name == "signal.signal" && installsOnLoop(p, s.From) {
				return task
			} else if s.Name == "signal.signal" && usesLoop(p, s.From) {
				return unknown
			}
		}
		return away
	}
	return runAs(p, f, map[callgraph.FuncID]bool{})
}

// isCallback tells whether a starter lets the loop call what it is given.
func isCallback(name string) bool {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "call_soon", "call_later", "call_at", "call_soon_threadsafe", "add_reader", "add_writer", "add_signal_handler",
		"start_server", "start_unix_server":
		return true
	case "add_done_callback":
		return !strings.HasPrefix(name, "concurrent.")
	}
	return false
}

// installsOnLoop tells whether a function that installs a handler has to do with asyncio itself, or one that calls it
// or that it calls.
func installsOnLoop(p *rule.Pass, f callgraph.FuncID) bool {
	near := []callgraph.FuncID{f}
	for _, i := range p.Program.Callers(f) {
		near = append(near, p.Program.Graph.Edges[i].From)
	}
	for _, e := range p.Program.Edges(f) {
		near = append(near, e.To)
	}
	return slices.ContainsFunc(near, func(f callgraph.FuncID) bool {
		return p.Func(f).Flags&callgraph.Async != 0 ||
			slices.ContainsFunc(p.Program.Sites(f), func(s callgraph.Site) bool { return strings.HasPrefix(s.Name, "asyncio.") })
	})
}

// usesLoop tells whether the file of a function has to do with asyncio.
func usesLoop(p *rule.Pass, f callgraph.FuncID) bool {
	for _, s := range p.Program.SitesOf(p.Func(f).File) {
		if strings.HasPrefix(s.Name, "asyncio.") {
			return true
		}
	}
	return false
}

// runAs tells how a coroutine function is run: by its own runs and starts, or as those that await it.
func runAs(p *rule.Pass, f callgraph.FuncID, seen map[callgraph.FuncID]bool) manner {
	if seen[f] {
		return away
	}
	seen[f] = true
	how := away
	for _, r := range p.Program.Runs(f) {
		switch name := r.Name[strings.LastIndexByte(r.Name, '.')+1:]; name {
		case "run", "run_until_complete":
			how = max(how, main)
		case "wait_for", "shield":
		default:
			return task
		}
	}
	for _, i := range p.Program.StartedBy(f) {
		if isCallback(p.Program.Graph.Starts[i].Name) {
			return task
		}
	}
	for _, i := range p.Program.Callers(f) {
		if e := &p.Program.Graph.Edges[i]; p.Func(e.From).Flags&callgraph.Async != 0 {
			how = max(how, runAs(p, e.From, seen))
		}
	}
	if how == away {
		return unknown
	}
	return how
}
