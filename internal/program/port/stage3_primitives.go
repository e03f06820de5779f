package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// rewriteOf is how a call of a name of eventlet's, or of aiohub's border, is rewritten; nil for one that is not called
// for.
func rewriteOf(name string) func(*spot) order {
	if f := rewrites[name]; f != nil {
		return f
	}
	if strings.HasPrefix(name, proxyName+".") {
		return proxyOrder
	}
	for _, table := range []struct {
		classes []string
		methods map[string]func(*spot) order
	}{
		{queueClasses, queueMethods}, {semaphoreClasses, semaphoreMethods}, {socketClasses, socketMethods},
		{processClasses, processMethods}, {[]string{itemPoolClass}, itemPoolMethods},
		{borderLocks, borderMethods},
	} {
		for _, class := range table.classes {
			if method, ok := strings.CutPrefix(name, class+"."); ok {
				return table.methods[method]
			}
		}
	}
	return nil
}

var rewrites map[string]func(*spot) order

func init() {
	// In init, because some of them look up others.
	rewrites = map[string]func(*spot) order{
		"eventlet.greenthread.sleep":                     sleepOrder,
		"eventlet.greenthread.spawn":                     spawnOrder,
		"eventlet.greenthread.spawn_n":                   spawnOrder,
		"eventlet.greenthread.spawn_after":               spawnAfterOrder,
		"eventlet.greenthread.GreenThread.wait":          joinOrder,
		"eventlet.greenthread.GreenThread.kill":          killOrder,
		"eventlet.greenthread.kill":                      killOrder,
		"eventlet.greenthread.GreenThread.link":          linkOrder,
		"eventlet.greenthread.GreenThread.cancel":        cancelOrder,
		"eventlet.greenthread.getcurrent":                currentOrder,
		"eventlet.event.Event.wait":                      eventWait,
		"eventlet.event.Event.send":                      fine,
		"eventlet.event.Event.send_exception":            fine,
		"eventlet.event.Event.ready":                     fine,
		"eventlet.event.Event.reset":                     byHandOrder,
		"eventlet.event.Event":                           fine,
		"eventlet.queue.Queue":                           queueOrder,
		"eventlet.queue.LightQueue":                      queueOrder,
		"eventlet.queue.LifoQueue":                       queueOrder,
		"eventlet.queue.PriorityQueue":                   queueOrder,
		"socket.socket":                                  socketOrder,
		"signal.signal":                                  signalOrder,
		"eventlet.green.socket.socket":                   socketOrder,
		"eventlet.greenpool.GreenPool":                   fine,
		"eventlet.greenpool.GreenPool.spawn":             poolOrder,
		"eventlet.greenpool.GreenPool.spawn_n":           poolOrder,
		"eventlet.greenpool.GreenPool.waitall":           plainWait,
		"eventlet.greenpool.GreenPool.imap":              resultsOrder,
		"eventlet.greenpool.GreenPool.starmap":           resultsOrder,
		"eventlet.green.subprocess.Popen":                processOrder,
		"subprocess.Popen":                               processOrder,
		"eventlet.tpool.execute":                         threadOrder,
		"eventlet.pools.Pool":                            fine,
		"eventlet.tpool.Proxy":                           fine,
		"eventlet.patcher.original":                      originalOrder,
		"eventlet.patcher.is_monkey_patched":             patchedOrder,
		"eventlet.timeout.Timeout":                       timeoutOrder,
		"eventlet.timeout.Timeout.cancel":                fine,
		"eventlet.green.time.sleep":                      sleepOrder,
		"eventlet.convenience.listen":                    listenOrder,
		"eventlet.hubs.hub.BaseHub.schedule_call_global": scheduleOrder,
		"aiohub.wait":                                    bridgeOrder,
		"aiohub.async_to_sync":                           faceOrder,
		"aiohub.install":                                 installOrder,
		"aiohub.run":                                     runOrder,
		"eventlet.patcher.monkey_patch":                  installOrder,
		"eventlet.hubs.use_hub":                          hubOrder,
		"eventlet.debug.hub_prevent_multiple_readers":    hubOrder,
		"eventlet.debug.hub_exceptions":                  hubOrder,
		"eventlet.debug.hub_listener_stacks":             hubOrder,
		"eventlet.debug.hub_timer_stacks":                hubOrder,
		"eventlet.debug.tpool_exceptions":                hubOrder,
	}
}

func fine(*spot) order { return order{} }

func byHandOrder(c *spot) order { return order{rule: byHand, note: remedy(c.name)} }

// plainWait awaits a call as it is, if it has no more arguments than the twin takes.
func plainWait(c *spot) order {
	if !c.onlyArguments(0) {
		return order{rule: byHand, note: "its twin has no timeout: put `async with asyncio.timeout(...)` around it",
			waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

// eventWait waits for aio.OneShot, which has eventlet's timeout.
func eventWait(c *spot) order {
	if !c.onlyArguments(1, "timeout") {
		return order{rule: byHand, note: remedy(c.name), waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

func sleepOrder(c *spot) order {
	if !c.onlyArguments(1, "seconds") || c.site.Kind != callgraph.Call {
		return order{rule: byHand, note: "called with arguments that asyncio.sleep does not take", waits: true}
	}
	if !c.isStatement() && c.p.graph.Funcs[c.site.From].Kind != callgraph.Lambda {
		return order{rule: byHand, note: "its value is used, and asyncio.sleep has another", waits: true}
	}
	return order{rule: primitive, waits: true, write: func() {
		c.become("asyncio.sleep", true)
		t := c.s.tree
		switch argument := t.Next(c.callee); {
		case argument == 0:
			c.s.edits.Insert(int(t.Tokens[t.TokenAt(t.End(c.callee))].End), "0")
		case t.Kind(argument) == pysyntax.Keyword:
			at := t.IdentRange(argument)
			c.s.edits.Replace(int(at.Start), int(at.End), "delay")
		}
	}}
}

func joinOrder(c *spot) order {
	if c.hasEnded() {
		return order{rule: joins, note: "it has ended there", write: func() { c.method("result") }}
	}
	return order{rule: joins, waits: true, write: func() {
		t := c.s.tree
		// Who is cancelled, or comes to the end of its time, while it waits does not end the other.
		c.s.replace(c.s.objectEnd(c.callee), int(t.End(c.node)), ")")
		c.p.awaited[nodeKey{c.file, c.node}] = "asyncio.shield("
		c.uses("asyncio.")
	}}
}

func killOrder(c *spot) order {
	o := order{rule: kills}
	if !c.isStatement() || c.s.tree.Kind(c.callee) != pysyntax.Attribute ||
		c.name != "eventlet.greenthread.GreenThread.kill" || !c.onlyArguments(0) {
		return order{rule: byHand, note: remedy("eventlet.greenthread.kill")}
	}
	o.write = func() { c.method("cancel") }
	return o
}

func cancelOrder(c *spot) order {
	if !c.onlyArguments(0) {
		return order{rule: byHand, note: "a task's cancel takes no exception to throw"}
	}
	return order{rule: cancels}
}

func currentOrder(c *spot) order {
	if parent := c.s.tree.Parents()[c.node]; c.s.tree.Kind(parent) == pysyntax.Attribute {
		return order{rule: byHand, note: remedy(c.name), loops: true}
	}
	return order{rule: currentTask, loops: true, write: func() { c.become("asyncio.current_task", false) }}
}

func threadOrder(c *spot) order {
	return order{rule: threadPool, waits: true, write: func() {
		c.become("aio.to_thread", true)
		for _, n := range c.args {
			c.p.said[nodeKey{c.file, n}] = true
		}
	}}
}

func listenOrder(c *spot) order {
	if !c.onlyArguments(3, "family", "backlog") {
		return byHandOrder(c)
	}
	return order{rule: primitive, write: func() { c.become("aio.listen", false) }}
}

// scheduleOrder is about a call that the hub makes: in the next turn of the loop, or later.
func scheduleOrder(c *spot) order {
	if len(c.args) < 2 || !c.plain || c.s.tree.Kind(c.s.tree.Child(c.callee)) != pysyntax.Call {
		return byHandOrder(c)
	}
	t := c.s.tree
	return order{rule: callsSoon, write: func() {
		start, end := int(t.Start(c.callee)), int(t.End(c.callee))
		if c.text(c.args[0]) != "0" {
			c.s.replace(start, end, "asyncio.get_running_loop().call_later")
			c.uses("asyncio.")
			return
		}
		c.s.replace(start, int(t.Start(c.args[1])), "asyncio.get_running_loop().call_soon_threadsafe(")
		c.uses("asyncio.")
	}}
}

// resultsOrder is about imap: an asynchronous iterator takes its place.
func resultsOrder(c *spot) order {
	t := c.s.tree
	value, face := c.started(0)
	if value == 0 || t.Kind(value) != pysyntax.Name && t.Kind(value) != pysyntax.Attribute {
		return order{rule: byHand, note: "what is called is not written there", waits: true}
	}
	o := c.results()
	if write := o.write; write != nil {
		o.write = func() {
			if face == 0 && !c.isCoroutine(value) {
				c.p.note(c.s, t.Start(value), byHand, c.name,
					"it calls a plain function: make it a coroutine function, or use a loop")
				return
			}
			c.say(value)
			c.plainFace(value, face)
			write()
		}
	}
	return o
}

// results is what becomes of the iterator.
func (c *spot) results() order {
	t := c.s.tree
	parent := t.Parents()[c.node]
	if t.Kind(parent) == pysyntax.For && t.Next(t.Child(parent)) == c.node {
		return order{rule: primitive, waits: true, write: func() { c.s.edits.Insert(int(t.Start(parent)), "async ") }}
	}
	if t.Kind(parent) == pysyntax.Call && string(t.Text(t.Child(parent))) == "list" && t.Next(c.node) == 0 {
		return order{rule: primitive, waits: true, write: func() {
			c.s.edits.Replace(int(t.Start(parent)), int(t.Start(c.node)), "[result async for result in ")
			c.s.edits.Replace(int(t.End(c.node)), int(t.End(parent)), "]")
		}}
	}
	return order{rule: byHand, note: "its results come by `async for`", waits: true}
}
