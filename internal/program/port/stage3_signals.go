package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// signalOrder is about a handler that acts on what the loop serves: the loop calls it, which wakes it. One that only
// sets a flag stays, and so does one that is set while a module is imported, where no loop runs, or that was accepted.
func signalOrder(c *spot) order {
	t := c.s.tree
	if slices.Contains(c.p.options.Accept, signalHandler.Name) || c.s.test || !c.isStatement() ||
		!c.onlyArguments(2) || len(c.args) != 2 || c.p.graph.Funcs[c.site.From].Kind != callgraph.Plain {
		return order{}
	}
	number, handler := c.args[0], c.args[1]
	simple := func(n pysyntax.Node, kinds ...pysyntax.Kind) bool { return slices.Contains(kinds, t.Kind(n)) }
	if !simple(number, pysyntax.Name, pysyntax.Attribute) ||
		!simple(handler, pysyntax.Name, pysyntax.Attribute, pysyntax.Lambda) {
		return order{}
	}
	served, calls := c.p.servedByLoop(), certainCalls(c.p.graph)
	targets := c.p.targets[siteKey{c.file, c.site.Pos}]
	if !slices.ContainsFunc(targets, func(f callgraph.FuncID) bool { return firstReached(f, calls, served) != "" }) {
		return order{}
	}
	return order{rule: signalOnLoop, loops: true, write: func() {
		if slices.ContainsFunc(targets, func(f callgraph.FuncID) bool { return c.p.async[f] }) {
			return // nobody would await it; see signalHandlers
		}
		c.p.signalled[siteKey{c.file, c.site.Pos}] = true
		c.say(handler)
		c.become("asyncio.get_running_loop().add_signal_handler", false)
		c.s.edits.Insert(int(t.End(handler)), ", "+c.text(number)+", None")
	}}
}

// servedByLoop gives the functions that act on what a loop serves, with what they do.
func (p *pure) servedByLoop() map[callgraph.FuncID]string {
	if p.served == nil {
		p.served = map[callgraph.FuncID]string{}
		for i := range p.graph.Sites {
			site := &p.graph.Sites[i]
			if onLoop(site.Name) && p.served[site.From] == "" {
				p.served[site.From] = site.Name
			}
		}
	}
	return p.served
}
