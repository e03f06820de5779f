package port

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
	case (len(c.args)+len(c.keywords) > 0 || !c.plain) && (!c.set().own || !c.onlyArguments(2, "blocking", "timeout")):
		return order{rule: byHand,
			note: "acquire with a timeout has no twin: put `async with asyncio.timeout(...)` around it", waits: true}
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
	"aiohub.Event", "aiohub.Queue", "aiohub.LifoQueue", "aiohub.PriorityQueue", "aiohub.Semaphore",
	"aiohub.BoundedSemaphore", "aiohub.Lock", "aiohub.Condition",
}

var borderMethods = map[string]func(*spot) order{
	"async_wait": lastMile("wait"), "aput": lastMile("put"), "aget": lastMile("get"), "ajoin": lastMile("join"),
	"aacquire": lastMile("acquire"), "wait": plainWait, "put": plainPut, "get": plainWait, "join": plainWait,
	"acquire": plainWait,
}

// lastMile gives a method that was made for coroutines the name that asyncio has for it.
func lastMile(name string) func(*spot) order {
	return func(c *spot) order {
		most := 0
		if name == "put" {
			most = 1
		}
		if !c.onlyArguments(most) {
			return order{rule: byHand, note: "its twin has no timeout: put `async with asyncio.timeout(...)` around it",
				waits: true}
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
