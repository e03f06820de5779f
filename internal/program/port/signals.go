package port

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// signalHandlers reports handlers of signal.signal that reach what the loop serves. They run between two instructions
// of whatever runs then, or inside the loop's wait for descriptors, which they do not end: what they wake is served
// when the loop has something else to do. aiohub's hub looks after them; a plain loop knows only those of
// add_signal_handler.
func (p *pure) signalHandlers() {
	served := p.servedByLoop()
	calls := certainCalls(p.graph)
	set := func(from, to callgraph.FuncID, at uint32, name string) {
		s := p.files[p.graph.Funcs[from].File]
		if s == nil || s.test || name != "signal.signal" || p.signalled[siteKey{p.graph.Funcs[from].File, at}] {
			return
		}
		if reached := firstReached(to, calls, served); reached != "" {
			p.note(s, at, signalHandler, reached, "")
		}
	}
	for i := range p.graph.Starts {
		start := &p.graph.Starts[i]
		set(start.From, start.To, start.Pos, start.Name)
	}
	for i := range p.graph.Escapes {
		escape := &p.graph.Escapes[i]
		set(escape.From, escape.To, escape.Pos, escape.Name)
	}
}

// wakes are the last names of what a handler may call: they only ask for the loop, or wake it.
var wakes = []string{"call_soon_threadsafe", "schedule_call_global", "get_hub", "get_loop", "hub_loop",
	"get_running_loop", "get_event_loop"}

// onLoop tells of a name whether it stands for something that a loop serves, and that does not wake it.
func onLoop(name string) bool {
	if slices.Contains(wakes, name[strings.LastIndexByte(name, '.')+1:]) {
		return false
	}
	for _, root := range []string{"eventlet.", "aiohub.", "asyncio."} {
		if strings.HasPrefix(name, root) {
			return true
		}
	}
	return false
}

// firstReached gives what is said of a function, or else of the first that it calls of which something is said.
func firstReached(from callgraph.FuncID, calls map[callgraph.FuncID][]callgraph.FuncID,
	said map[callgraph.FuncID]string) string {
	seen := map[callgraph.FuncID]bool{from: true}
	for queue := []callgraph.FuncID{from}; len(queue) > 0; queue = queue[1:] {
		if name := said[queue[0]]; name != "" {
			return name
		}
		for _, next := range calls[queue[0]] {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return ""
}
