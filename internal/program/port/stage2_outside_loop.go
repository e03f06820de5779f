package port

import (
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// outsideLoop refuses functions of the component that lead to a fork or to a question who calls, and those that the
// handler of a signal leads to. A child that is forked in a coroutine goes on in the loop of its parent. A coroutine
// runs in a green thread of its own, and not in that of its caller. A handler runs wherever the program is, in the hub
// too, where no bridge can wait.
func (p *painter) outsideLoop() {
	forks := map[callgraph.FuncID]bool{}
	for i := range p.graph.Sites {
		if site := &p.graph.Sites[i]; site.Certain && knowledge.Forks(site.Name) {
			forks[site.From] = true
		}
	}
	handlers, comparers := p.handlersOfSignals(), p.comparers()
	if len(forks) == 0 && len(handlers) == 0 && len(comparers) == 0 {
		return
	}
	calls := certainCalls(p.graph)
	back := reversed(calls)
	for _, what := range []struct {
		leadTo map[callgraph.FuncID]bool
		rule   *Rule
	}{{forks, leadsToFork}, {comparers, comparesThread}} {
		for f := range reachedFrom(what.leadTo, back) {
			if p.chosen[f] {
				p.refuse(p.graph.Funcs[f].File, p.graph.Funcs[f].Start, what.rule, p.graph.Funcs[f].Name(), "", f)
			}
		}
	}
	for f := range reachedFrom(handlers, calls) {
		if p.chosen[f] && p.graph.Funcs[f].Flags&callgraph.Async == 0 {
			p.refuse(p.graph.Funcs[f].File, p.graph.Funcs[f].Start, inSignalHandler, p.graph.Funcs[f].Name(), "", f)
		}
	}
}

// handlersOfSignals gives the functions that signal.signal gets.
func (p *painter) handlersOfSignals() map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	for i := range p.graph.Starts {
		if start := &p.graph.Starts[i]; start.Name == "signal.signal" {
			found[start.To] = true
		}
	}
	for i := range p.graph.Escapes {
		if escape := &p.graph.Escapes[i]; escape.Name == "signal.signal" {
			found[escape.To] = true
		}
	}
	return found
}

func reversed(calls map[callgraph.FuncID][]callgraph.FuncID) map[callgraph.FuncID][]callgraph.FuncID {
	back := map[callgraph.FuncID][]callgraph.FuncID{}
	for from, all := range calls {
		for _, to := range all {
			back[to] = append(back[to], from)
		}
	}
	return back
}

// reachedFrom gives some functions and all that they lead to.
func reachedFrom(some map[callgraph.FuncID]bool,
	next map[callgraph.FuncID][]callgraph.FuncID) map[callgraph.FuncID]bool {
	seen := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	for f := range some {
		seen[f] = true
		queue = append(queue, f)
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		for _, g := range next[f] {
			if !seen[g] {
				seen[g] = true
				queue = append(queue, g)
			}
		}
	}
	return seen
}
