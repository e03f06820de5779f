package port

import (
	"strings"

	"aiohub/internal/program/scan"
)

// queueClasses are the classes of queues whose twins have methods of the same names.
var queueClasses = []string{"eventlet.queue.Queue", "eventlet.queue.LightQueue", "eventlet.queue.PriorityQueue",
	"eventlet.queue.LifoQueue"}

var queueMethods = map[string]func(*spot) order{
	"put": putOrder, "get": getOrder, "join": plainWait, "put_nowait": fine, "get_nowait": fine, "qsize": fine,
	"empty": fine, "full": fine, "task_done": fine, "putting": fine, "getting": fine,
}

// queueOrder is about a call that makes a queue.
func queueOrder(c *spot) order {
	size := c.argument(0, "maxsize")
	set := c.set()
	switch {
	case set.mixed():
		return order{rule: byHand, note: remedy("eventlet.queue.Queue(0)")}
	case !c.onlyArguments(1, "maxsize"):
		return order{rule: byHand, note: "its twin is made with a size alone"}
	case size == 0:
		return order{}
	case set.rendezvous && c.name != "eventlet.queue.Queue" && c.name != "eventlet.queue.LightQueue":
		return order{rule: byHand, note: "has size 0 and an order"}
	case set.rendezvous, c.text(size) == "None" && !set.own:
		return order{rule: renames, write: func() { c.drop(size) }}
	case !isNumber(c.s.tree, size) && c.text(size) != "None" && set.bounded:
		return order{rule: sizeComputed}
	}
	return order{}
}

func putOrder(c *spot) order {
	t := c.s.tree
	args := argsOf(t, c.node)
	set := c.set()
	switch {
	case set.mixed():
		return order{rule: byHand, note: remedy("eventlet.queue.Queue(0)"), waits: true}
	case saysNow(t, "put", &args) && c.plain && !set.rendezvous:
		flag := args.at(1, "block")
		return order{rule: primitive, write: func() { c.method("put_nowait"); c.drop(flag) }}
	case c.onlyArguments(1, "item") && !set.bounded && !set.rendezvous:
		return order{rule: putsAtOnce, write: func() { c.method("put_nowait") }}
	case !c.onlyArguments(1, "item") && (!set.own || set.rendezvous || !c.onlyArguments(3, "item", "block", "timeout")):
		return order{rule: byHand, note: "put with a timeout has no twin", waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

func getOrder(c *spot) order {
	t := c.s.tree
	args := argsOf(t, c.node)
	set := c.set()
	switch {
	case set.mixed():
		return order{rule: byHand, note: remedy("eventlet.queue.Queue(0)"), waits: true}
	case saysNow(t, "get", &args) && c.plain && !set.rendezvous:
		return order{rule: primitive, write: func() {
			c.method("get_nowait")
			c.s.edits.Delete(int(t.Start(t.Next(c.callee))), int(t.End(c.node))-1)
		}}
	case !c.onlyArguments(0) && (!set.own || set.rendezvous || !c.onlyArguments(2, "block", "timeout")):
		return order{rule: byHand,
			note: "get with a timeout raises Empty; `asyncio.wait_for(queue.get(), n)` raises TimeoutError", waits: true}
	}
	return order{rule: primitive, waits: true, write: c.await}
}

// keepsSize reports whether a record reads the size of a queue whose twin has it under the same name.
func (p *pure) keepsSize(file int32, r *scan.Record) bool {
	class, found := strings.CutSuffix(r.Canon, ".maxsize")
	kind := primitives[class]
	if !found || kind == nil || kind.rule != queues || r.Ctx == scan.Stored {
		return false
	}
	set := p.objectsOf().at(siteKey{file, uint32(r.Start)}, "maxsize", kind)
	return set.bounded && !set.endless && !set.rendezvous
}
