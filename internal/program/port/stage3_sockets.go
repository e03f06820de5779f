package port

import (
	"bytes"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
)

var socketClasses = []string{"socket.socket", "eventlet.greenio.GreenSocket", "eventlet.greenio.base.GreenSocket",
	"eventlet.green.socket.socket"}

// socketMethods are methods that wait, or say how, with what the loop has in their place. Others do not wait.
var socketMethods = map[string]func(*spot) order{
	"recv": loopSocket("sock_recv", 1), "recv_into": loopSocket("sock_recv_into", 1),
	"sendall": loopSocket("sock_sendall", 1), "accept": loopSocket("sock_accept", 0),
	"connect": loopSocket("sock_connect", 1), "recvfrom": newLoopSocket("sock_recvfrom", 1),
	"sendto": newLoopSocket("sock_sendto", 2), "recvfrom_into": newLoopSocket("sock_recvfrom_into", 1),
	"send":       sendOrder,
	"settimeout": socketTimeout, "setblocking": socketTimeout,
	"bind": fine, "listen": fine, "getsockname": fine, "getpeername": fine, "fileno": fine, "setsockopt": fine,
	"getsockopt": fine, "detach": fine,
	"makefile": socketByHand(
		"the file would block, and the socket does not: use the streams of asyncio.start_server or asyncio.open_connection"),
	"connect_ex": socketByHand("await `sock_connect` of the loop, and catch OSError"),
	"recvmsg":    socketByHand(socketReady), "recvmsg_into": socketByHand(socketReady),
	"sendmsg": socketByHand(socketReady), "sendfile": socketByHand("use `sock_sendfile` of the loop"),
	"do_handshake": socketByHand(socketTLS), "read": socketByHand(socketTLS), "write": socketByHand(socketTLS),
}

const (
	socketReady = "the loop has no twin: wait for the socket with `add_reader` or `add_writer`"
	socketTLS   = "the loop has TLS for its streams alone: asyncio.open_connection(ssl=...), asyncio.start_server(ssl=...)"
)

// isPlainSocket reports whether a call is one of a socket that blocks, as it did before: of the standard library, where
// nothing patches it. Test code that plays the other side goes to a thread with such sockets.
func (c *spot) isPlainSocket() bool {
	return strings.HasPrefix(c.site.Name, "socket.") && (c.s.test || !c.p.patched)
}

func loopSocket(name string, arguments int) func(*spot) order {
	return func(c *spot) order {
		if c.isPlainSocket() {
			return order{}
		}
		if !c.onlyArguments(arguments) || len(c.args) != arguments || c.s.tree.Kind(c.callee) != pysyntax.Attribute {
			return order{rule: byHand, note: "the loop's twin takes other arguments", waits: true}
		}
		return order{rule: onSockets, waits: true, write: func() { c.onLoop(name) }}
	}
}

// newLoopSocket is for methods that the loop has since Python 3.11. For older ones aiohub.aio has them.
func newLoopSocket(name string, arguments int) func(*spot) order {
	return func(c *spot) order {
		o := loopSocket(name, arguments)(c)
		if o.write != nil && !c.p.newest {
			o.write = func() { c.onLoop("aio." + name) }
		}
		return o
	}
}

// onLoop makes a method of the loop, or a function of aiohub.aio, of one of the socket, and awaits it.
func (c *spot) onLoop(name string) {
	t := c.s.tree
	to, text := int(t.End(c.node))-1, ""
	if len(c.args) > 0 {
		to, text = int(t.Start(c.args[0])), ", "
	}
	c.s.edits.Replace(c.s.objectEnd(c.callee), to, text)
	if !strings.HasPrefix(name, "aio.") {
		name = "asyncio.get_running_loop()." + name
	}
	c.uses(name)
	c.p.awaited[nodeKey{c.file, c.node}] = name + "("
}

// sendOrder is about send: a green socket's waited until some of the data had gone.
func sendOrder(c *spot) order {
	switch {
	case c.isPlainSocket():
		return order{}
	case !c.isStatement() || !c.onlyArguments(1) || len(c.args) != 1:
		return order{rule: byHand, note: "the loop sends all: use `sock_sendall`, and the length of the data", waits: true}
	}
	return order{rule: onSockets, note: "sends all", waits: true, write: func() { c.onLoop("sock_sendall") }}
}

// socketTimeout is about what says how long a socket waits: one of the loop must not block, and does not look at it.
func socketTimeout(c *spot) order {
	first := c.argument(0, "")
	if c.isPlainSocket() || first != 0 && (c.text(first) == "False" || c.text(first) == "0") {
		return order{}
	}
	return order{rule: byHand,
		note: "a socket of the loop does not block: put `async with asyncio.timeout(...)` around what waits"}
}

func socketByHand(note string) func(*spot) order {
	return func(c *spot) order {
		if c.isPlainSocket() {
			return order{}
		}
		return order{rule: byHand, note: note, waits: true}
	}
}

// socketOrder is about a socket that is made: it must not block.
func socketOrder(c *spot) order {
	if c.isPlainSocket() || !c.p.waitsForSockets() {
		return order{}
	}
	t := c.s.tree
	parent := t.Parents()[c.node]
	switch target := t.Child(parent); {
	case t.Kind(parent) == pysyntax.Assign && t.Next(target) == c.node && t.Next(c.node) == 0 && c.isAlone(parent):
		return order{rule: unblocks, write: func() {
			start, end := int(t.Start(parent)), c.s.lineAfter(int(t.End(parent))-1)
			end = len(bytes.TrimRight(c.s.src[:end], "\r\n"))
			c.s.edits.Insert(end, "\n"+c.s.indentOf(start)+c.text(target)+".setblocking(False)")
		}}
	case t.Kind(parent) == pysyntax.WithItem && t.Next(c.node) != 0 && t.Kind(t.Next(c.node)) == pysyntax.Name:
		body := t.ChildOf(t.Parents()[parent], pysyntax.Block)
		first := int(t.Start(t.Child(body)))
		if c.s.lineStart(first) > int(t.Start(parent)) {
			return order{rule: unblocks, write: func() {
				c.s.edits.Insert(first, c.text(t.Next(c.node))+".setblocking(False)\n"+c.s.indentOf(first))
			}}
		}
	}
	return order{rule: byHand, note: "a socket of the loop must not block: give it a name, and call `setblocking(False)`"}
}

// isAlone reports whether a statement has its lines for itself.
func (c *spot) isAlone(statement pysyntax.Node) bool {
	t := c.s.tree
	start, end := int(t.Start(statement)), int(t.End(statement))
	rest := strings.TrimSpace(string(c.s.src[end:c.s.lineAfter(end-1)]))
	return strings.TrimSpace(string(c.s.src[c.s.lineStart(start):start])) == "" && (rest == "" || rest[0] == '#')
}

// atOnce are methods of a socket that wait for nothing.
var atOnce = map[string]bool{"settimeout": true, "setblocking": true, "bind": true, "listen": true,
	"getsockname": true, "getpeername": true, "fileno": true, "setsockopt": true, "getsockopt": true, "detach": true}

func socketWaits(method string) bool { return socketMethods[method] != nil && !atOnce[method] }

// waitsForSockets reports whether something in the tree waits for a green socket.
func (p *pure) waitsForSockets() bool {
	if p.sockets == nil {
		found := false
		for i := range p.graph.Sites {
			site := &p.graph.Sites[i]
			for _, class := range socketClasses {
				method, ok := strings.CutPrefix(knowledge.Canon(site.Name), class+".")
				found = found ||
					ok && socketWaits(method) &&
						(p.patched && !p.files[p.graph.Funcs[site.From].File].test || !strings.HasPrefix(site.Name, "socket."))
			}
		}
		p.sockets = &found
	}
	return *p.sockets
}
