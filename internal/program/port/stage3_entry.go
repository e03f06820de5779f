package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// hubOrder takes out what chose a hub, or set something of it.
func hubOrder(c *spot) order {
	o := installOrder(c)
	if o.rule == uninstalls {
		o.rule = hubGoes
	}
	return o
}

// installOrder takes out what made a program run on aiohub's hub, or patched it.
func installOrder(c *spot) order {
	if !c.isStatement() {
		return order{rule: byHand, note: "its value is used"}
	}
	return order{rule: uninstalls, write: func() {
		t := c.s.tree
		statement := t.Parents()[c.node]
		c.s.taken = append(c.s.taken, span{int(t.Start(c.node)), int(t.End(c.node))})
		c.p.vanish(c.s, statement)
	}}
}

// runOrder starts the program with asyncio.run.
func runOrder(c *spot) order {
	value, face := c.started(0)
	if value == 0 || face != 0 || len(c.keywords) > 0 && c.keywords["debug"] == 0 {
		return order{rule: byHand, note: "what is run is not written there"}
	}
	return order{rule: startsWithRun, write: func() {
		c.become("asyncio.run", false)
		if c.s.tree.Kind(value) == pysyntax.Call {
			key := nodeKey{c.file, value}
			c.p.awaited[key] = silent
			return // a coroutine
		}
		c.say(value)
		if c.isCoroutine(value) {
			c.callNow(value, 0)
			return
		}
		c.s.edits.Insert(int(c.s.tree.Start(value)), "aio.call(")
		c.s.edits.Insert(int(c.s.tree.End(c.node)), ")")
		c.uses("aio.")
	}}
}

// silent marks a call that gives a coroutine to somebody who takes one.
const silent = "\x00"

// bridgeOrder awaits what a function waited for through a bridge.
func bridgeOrder(c *spot) order {
	first := c.argument(0, "awaitable")
	limit := c.argument(1, "timeout")
	if first == 0 || !c.plain || c.keywords["awaitable"] != 0 {
		return order{rule: byHand, note: "what it waits for is not written there", waits: true}
	}
	if c.p.graph.Funcs[c.site.From].Kind == callgraph.ModuleBody {
		return order{rule: startsWithRun,
			write: func() { c.become("asyncio.run", false); c.p.awaited[nodeKey{c.file, first}] = silent }}
	}
	if limit != 0 && !c.p.newest {
		return order{rule: byHand,
			note: "asyncio.wait_for raises another TimeoutError before Python 3.11, for which the project is", waits: true}
	}
	return order{rule: bridgeGoes, waits: true, write: func() {
		t := c.s.tree
		c.p.awaited[nodeKey{c.file, first}] = silent
		if limit != 0 {
			c.become("asyncio.wait_for", true)
			return
		}
		var x painter
		c.s.replace(int(t.Start(c.node)), int(t.Start(first)), x.opening(c.s, c.node)+"await ")
		c.s.edits.Replace(int(t.End(first)), int(t.End(c.node)), x.closing(c.s, c.node))
	}}
}

// faceOrder is about a face that stands where nothing else has taken it off.
func faceOrder(c *spot) order {
	return order{write: func() {
		if c.s.isTaken(int(c.s.tree.Start(c.node))) {
			return
		}
		c.p.note(c.s, c.site.Pos, faceStays, c.name, "")
	}}
}
