package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/knowledge"
)

var queueClasses = []string{"eventlet.queue.Queue", "eventlet.queue.LightQueue", "eventlet.queue.PriorityQueue", "eventlet.queue.LifoQueue"}

var queueMethods = map[string]func(*spot) order{
	"put": putOrder, "get": getOrder, "join": plainWait(0), "put_nowait": fine, "get_nowait": fine, "qsize": fine, "empty": fine, "full": fine,
	"task_done": fine,
}

func init() {
	for _, class := range queueClasses {
		queueMakers[class] = true
	}
}

var queueMakers = map[string]bool{}

// queueRoom is what is known of the room of all queues that the tree makes.
type queueRoom struct{ endless, rendezvous, bounded bool }

// rooms looks at every queue that is made. Which of them a method belongs to is not asked: what is true of all is true of it.
func (p *pure) rooms() queueRoom {
	if p.room != nil {
		return *p.room
	}
	p.room = &queueRoom{}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if !queueMakers[knowledge.Canon(site.Name)] {
			continue
		}
		c := p.spotOf(site)
		if c.node == 0 {
			p.room.bounded = true
			continue
		}
		switch size := c.argument(0, "maxsize"); {
		case size == 0 && c.plain, size != 0 && (c.text(size) == "None" || strings.HasPrefix(c.text(size), "-")):
			p.room.endless = true
		case size != 0 && c.text(size) == "0":
			p.room.rendezvous = true
		default:
			p.room.bounded = true
		}
	}
	return *p.room
}

// queueName is what the classes of queues become.
func (p *pure) queueName(canon string) string {
	if room := p.rooms(); room.rendezvous {
		if room.bounded || room.endless {
			return "" // both kinds: see byHand
		}
		return "aio.Channel"
	}
	name := canon[strings.LastIndexByte(canon, '.')+1:]
	if name == "LightQueue" {
		name = "Queue"
	}
	return "asyncio." + name
}

func putOrder(c *spot) order {
	room := c.p.rooms()
	switch blocking := c.argument(1, "block"); {
	case room.rendezvous && (room.bounded || room.endless):
		return order{rule: byHand, note: remedy("eventlet.queue.Queue(0)"), waits: true}
	case blocking != 0 && c.text(blocking) == "False" && c.argument(2, "timeout") == 0:
		return order{rule: primitive, write: func() { c.method("put_nowait"); c.drop(c.args[len(c.args)-1]) }}
	case !c.onlyArguments(1, "item") || c.callee == 0:
		return order{rule: byHand, note: "put with a timeout has no twin", waits: true}
	case !room.bounded && !room.rendezvous:
		return order{rule: putsAtOnce, write: func() { c.method("put_nowait") }}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

func getOrder(c *spot) order {
	switch blocking := c.argument(0, "block"); {
	case c.p.rooms().rendezvous && c.p.queueName("") == "":
		return order{rule: byHand, note: remedy("eventlet.queue.Queue(0)"), waits: true}
	case blocking != 0 && c.text(blocking) == "False" && len(c.args)+len(c.keywords) == 1:
		return order{rule: primitive, write: func() {
			c.method("get_nowait")
			t := c.s.tree
			c.s.edits.Delete(int(t.Start(t.Next(c.callee))), int(t.End(c.node))-1)
		}}
	case len(c.args)+len(c.keywords) > 0 || !c.plain:
		return order{rule: byHand, note: "get with a timeout raises Empty; `asyncio.wait_for(queue.get(), n)` raises TimeoutError", waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

var semaphoreClasses = []string{"eventlet.semaphore.Semaphore", "eventlet.semaphore.BoundedSemaphore"}

var semaphoreMethods = map[string]func(*spot) order{"acquire": acquireOrder, "release": releaseOrder, "locked": fine}

func acquireOrder(c *spot) order {
	blocking := c.argument(0, "blocking")
	switch {
	case blocking != 0 && c.text(blocking) == "False" && len(c.args)+len(c.keywords) == 1:
		return order{rule: primitive, write: func() {
			t := c.s.tree
			object := t.Child(c.callee)
			c.s.edits.Insert(int(t.Start(c.node)), "aio.acquire_nowait(")
			c.s.edits.Delete(int(t.End(object)), int(t.End(c.node))-1)
			c.uses("aio.")
		}}
	case len(c.args)+len(c.keywords) > 0:
		return order{rule: byHand, note: "acquire with a timeout has no twin: put `async with asyncio.timeout(...)` around it", waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

func releaseOrder(c *spot) order {
	if !c.onlyArguments(0) || !c.isStatement() {
		return order{rule: byHand, note: "release takes nothing and gives nothing"}
	}
	return order{}
}

// borderLocks are aiohub's own, which both worlds can wait for; asyncio's take their place when only one is left.
var borderLocks = []string{
	"aiohub.Event", "aiohub.Queue", "aiohub.LifoQueue", "aiohub.PriorityQueue", "aiohub.Semaphore", "aiohub.BoundedSemaphore", "aiohub.Lock",
	"aiohub.Condition",
}

var borderMethods = map[string]func(*spot) order{
	"async_wait": lastMile("wait"), "aput": lastMile("put"), "aget": lastMile("get"), "ajoin": lastMile("join"), "aacquire": lastMile("acquire"),
	"wait": plainWait(0), "put": plainPut, "get": plainWait(0), "join": plainWait(0), "acquire": plainWait(0),
}

// lastMile gives a method that was made for coroutines the name that asyncio has for it.
func lastMile(name string) func(*spot) order {
	return func(c *spot) order {
		most := 0
		if name == "put" {
			most = 1
		}
		if !c.onlyArguments(most) {
			return order{rule: byHand, note: "its twin has no timeout: put `async with asyncio.timeout(...)` around it", waits: true}
		}
		return order{rule: lastMiles, waits: true, write: func() { c.method(name); c.await() }}
	}
}

func plainPut(c *spot) order {
	if !c.onlyArguments(1, "item") {
		return order{rule: byHand, note: "put with a timeout has no twin", waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

var socketClasses = []string{"socket.socket", "eventlet.greenio.GreenSocket", "eventlet.greenio.base.GreenSocket", "eventlet.green.socket.socket"}

// socketMethods are methods that the loop has for sockets that do not block. The others do not wait.
var socketMethods = map[string]func(*spot) order{
	"recv": loopSocket("sock_recv", 1), "recv_into": loopSocket("sock_recv_into", 1), "sendall": loopSocket("sock_sendall", 1),
	"accept": loopSocket("sock_accept", 0), "connect": loopSocket("sock_connect", 1), "recvfrom": loopSocket("sock_recvfrom", 1),
	"sendto": loopSocket("sock_sendto", 2),
}

func loopSocket(name string, arguments int) func(*spot) order {
	return func(c *spot) order {
		if c.isTestThread() {
			return order{}
		}
		if !c.p.patched && strings.HasPrefix(c.site.Name, "socket.") {
			return order{}
		}
		if !c.onlyArguments(arguments) || len(c.args) != arguments || c.s.tree.Kind(c.callee) != pysyntax.Attribute {
			return order{rule: byHand, note: "the loop's twin takes other arguments", waits: true}
		}
		return order{rule: onSockets, waits: true, write: func() {
			t := c.s.tree
			end := int(t.End(t.Child(c.callee)))
			to, text := int(t.End(c.node))-1, ""
			if len(c.args) > 0 {
				to, text = int(t.Start(c.args[0])), ", "
			}
			c.s.edits.Replace(end, to, text)
			c.uses("asyncio.")
			c.p.awaited[nodeKey{c.file, c.node}] = "asyncio.get_running_loop()." + name + "("
		}}
	}
}

// isTestThread reports whether a call stands in test code, where blocking calls go to threads.
func (c *spot) isTestThread() bool { return c.s.test }
