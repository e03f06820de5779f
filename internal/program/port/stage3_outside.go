package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// outside deals with a call that waits for the standard library, or a common library, and was green under monkey_patch.
func (c *spot) outside() order {
	if c.s.test {
		// Test code that does nothing else goes to a thread as a whole; see threads.
		return order{rule: toThread, write: func() {
			if c.p.async[c.site.From] {
				c.toThread()
			}
		}}
	}
	if strings.HasSuffix(c.name, ".close") || c.site.Kind != callgraph.Call {
		return order{}
	}
	if c.name == "time.sleep" {
		return sleepOrder(c)
	}
	return order{rule: toThread, waits: true, write: c.toThread}
}

func (c *spot) toThread() {
	key := nodeKey{c.file, c.node}
	if _, done := c.p.awaited[key]; done || c.site.Awaited {
		return
	}
	c.p.awaited[key] = "asyncio.to_thread("
	c.uses("asyncio.")
	c.p.pass(c.s, c.node)
}

var processClasses = []string{"eventlet.green.subprocess.Popen", "subprocess.Popen"}

var processMethods = map[string]func(*spot) order{
	"communicate": processWait, "wait": processWait, "kill": fine, "terminate": fine, "send_signal": fine,
	"poll": byHandOrder,
}

// processOrder starts a child process on the loop. Its streams give bytes, and its arguments are a list.
func processOrder(c *spot) order {
	if c.s.test || !c.p.patched && strings.HasPrefix(c.site.Name, "subprocess.") {
		return order{}
	}
	first := c.argument(0, "args")
	allowed := map[string]bool{"stdin": true, "stdout": true, "stderr": true, "cwd": true, "env": true, "close_fds": true,
		"start_new_session": true, "pass_fds": true}
	for name := range c.keywords {
		if !allowed[name] {
			return order{rule: byHand, note: "asyncio.create_subprocess_exec has no " + name, waits: true}
		}
	}
	if !c.plain || len(c.args) != 1 || first == 0 || isText(c.s.tree, first) {
		return order{rule: byHand, note: "the command is not a list", waits: true}
	}
	return order{rule: childOnLoop, waits: true, write: func() {
		c.become("asyncio.create_subprocess_exec", true)
		c.s.edits.Insert(int(c.s.tree.Start(first)), "*")
	}}
}

func isText(t *pysyntax.Tree, n pysyntax.Node) bool {
	_, text := t.StringValue(n)
	return text || t.Kind(n) == pysyntax.JoinedStr
}

func processWait(c *spot) order {
	if c.s.test || !c.p.patched && strings.HasPrefix(c.site.Name, "subprocess.") {
		if c.s.test && c.p.patched {
			return c.outside()
		}
		return order{}
	}
	if c.name[strings.LastIndexByte(c.name, '.'):] == ".wait" && !c.onlyArguments(0) || !c.onlyArguments(1, "input") {
		return order{rule: byHand, note: "its twin has no timeout: put `async with asyncio.timeout(...)` around it",
			waits: true}
	}
	return order{rule: childOnLoop, waits: true, write: c.await}
}
