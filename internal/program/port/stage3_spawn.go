package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// started is what is handed over to be run: a value, without the face that it may have.
func (c *spot) started(i int) (value, face pysyntax.Node) {
	if i >= len(c.args) {
		return 0, 0
	}
	t := c.s.tree
	value = c.args[i]
	if t.Kind(value) == pysyntax.Call && string(t.Text(t.Child(value))) == "aiohub.async_to_sync" {
		if inner := t.Next(t.Child(value)); inner != 0 && t.Next(inner) == 0 {
			return inner, value
		}
	}
	return value, 0
}

// isCoroutine reports whether a value that is run at a place is a coroutine function for certain.
func (c *spot) isCoroutine(value pysyntax.Node) bool {
	t := c.s.tree
	if t.Kind(value) != pysyntax.Name && t.Kind(value) != pysyntax.Attribute {
		return false
	}
	targets := c.p.targets[siteKey{c.file, c.site.Pos}]
	found := false
	for _, f := range targets {
		if lastName(c.p.graph.Funcs[f].Qual) != string(t.Ident(value)) {
			continue
		}
		if !c.p.async[f] {
			return false
		}
		found = true
	}
	return found
}

// say notes that a value was dealt with.
func (c *spot) say(value pysyntax.Node) { c.p.said[nodeKey{c.file, value}] = true }

// plainFace takes the face off a value.
func (c *spot) plainFace(value, face pysyntax.Node) {
	if face == 0 {
		return
	}
	t := c.s.tree
	c.s.replace(int(t.Start(face)), int(t.Start(value)), "")
	c.s.edits.Delete(int(t.End(value)), int(t.End(face)))
}

func spawnOrder(c *spot) order {
	value, face := c.started(0)
	if value == 0 || c.s.tree.Kind(value) == pysyntax.Starred {
		return order{rule: byHand, note: "what is started is not written there", loops: true}
	}
	return order{rule: startsTask, loops: true, write: func() {
		c.become("aio.spawn", false)
		c.say(value)
		if face != 0 || c.isCoroutine(value) {
			c.callNow(value, face)
			return
		}
		c.s.edits.Insert(int(c.s.tree.Start(value)), "aio.call(")
		c.s.edits.Insert(int(c.s.tree.End(c.node)), ")")
	}}
}

// callNow turns `f, a, b)` into `f(a, b))`.
func (c *spot) callNow(value, face pysyntax.Node) {
	t := c.s.tree
	outer := value
	if face != 0 {
		outer = face
		c.s.replace(int(t.Start(face)), int(t.Start(value)), "")
	}
	end, around := int(t.End(value)), c.s.extent(c.node, outer)
	if face == 0 {
		end = around.end
	}
	next := t.Next(outer)
	if next == 0 {
		c.s.edits.Replace(end, int(t.End(outer)), "()")
		return
	}
	at := c.s.extent(c.node, next).start
	between := string(c.s.src[around.end:at])
	broken := ""
	if i := strings.IndexByte(between, '\n'); i >= 0 {
		broken = between[i:] // the next argument has a line of its own
	}
	c.s.edits.Replace(end, at, "("+broken)
	c.s.edits.Insert(int(t.End(c.node)), ")")
}

func spawnAfterOrder(c *spot) order {
	value, face := c.started(1)
	if value == 0 || c.s.tree.Kind(value) == pysyntax.Starred {
		return order{rule: byHand, note: "what is started is not written there", loops: true}
	}
	return order{rule: startsTask, loops: true, write: func() {
		c.become("aio.spawn_after", false)
		c.say(value)
		c.plainFace(value, face)
	}}
}

func poolOrder(c *spot) order {
	value, face := c.started(0)
	if value == 0 || c.s.tree.Kind(value) == pysyntax.Starred {
		return order{rule: byHand, note: "what is started is not written there", waits: true}
	}
	return order{rule: primitive, waits: true, write: func() {
		c.method("spawn")
		c.await()
		c.say(value)
		if face != 0 || c.isCoroutine(value) {
			c.plainFace(value, face)
			return
		}
		c.s.edits.Insert(int(c.s.tree.Start(value)), "aio.call, ")
		c.uses("aio.")
	}}
}

// linkOrder is about what is called when a green thread has ended.
func linkOrder(c *spot) order {
	value, face := c.started(0)
	if value == 0 || c.s.tree.Kind(c.callee) != pysyntax.Attribute {
		return byHandOrder(c)
	}
	if name := c.greenAttribute(value); name != "" {
		return order{rule: byHand, note: "what is called uses `" + name + "` of the green thread, which a task has not",
			loops: true}
	}
	return order{rule: links, loops: true, write: func() {
		c.say(value)
		c.plainFace(value, face)
		if len(c.args) == 1 && len(c.keywords) == 0 && face == 0 && !c.isCoroutine(value) && c.knowsTarget(value) {
			c.method("add_done_callback")
			return
		}
		t := c.s.tree
		object := t.Child(c.callee)
		c.s.edits.Insert(int(t.Start(c.node)), "aio.link(")
		c.s.edits.Replace(int(t.End(object)), int(t.Start(value)), ", ")
		c.uses("aio.")
	}}
}

// knowsTarget reports whether the functions that a value stands for are known.
func (c *spot) knowsTarget(value pysyntax.Node) bool {
	for _, f := range c.p.targets[siteKey{c.file, c.site.Pos}] {
		if lastName(c.p.graph.Funcs[f].Qual) == string(c.s.tree.Ident(value)) && c.p.graph.Funcs[f].Kind != callgraph.Lambda {
			return true
		}
	}
	return false
}

// takesCoroutines are the calls of aiohub.aio that take a coroutine function as they take a plain one, with the place
// of it among the arguments: stage 2 wrote them.
var takesCoroutines = map[string]int{
	"aiohub.aio.Pool.spawn": 0, "aiohub.aio.Pile.spawn": 0, "aiohub.aio.Pool.imap": 0, "aiohub.aio.Pool.starmap": 0,
	"aiohub.aio.call": 0, "aiohub.aio.spawn_after": 1, "aiohub.aio.link": 1, "aiohub.aio.with_timeout": 1,
}

// takes reports whether a call takes a coroutine function as it takes a plain one, and what becomes of it.
func (c *spot) takes() (order, bool) {
	i, found := takesCoroutines[c.name]
	if !found {
		return order{}, false
	}
	value, face := c.started(i)
	if value == 0 {
		return order{}, true
	}
	c.say(value)
	if face == 0 {
		return order{}, true
	}
	return order{rule: bridgeGoes, write: func() { c.plainFace(value, face) }}, true
}
