package port

import (
	"slices"
	"strings"

	"aiohub/internal/program/knowledge"
)

// What asyncio, or aiohub.aio, has in the place of eventlet's primitives is data.

// method says what becomes of a call of a method.
type method struct {
	waits    bool     // it becomes a coroutine
	args     int      // how many positional arguments it may have
	keywords []string // and which others
	plain    int      // how many of the positional ones asyncio's own class takes; further ones, and keywords, need aio's
	own      bool     // only aio's class has it
	value    string   // why its value may not be used, or ""
	rule     *Rule    // of an unsafe one, or nil
}

// twin says what becomes of the objects of a class.
type twin struct {
	rule    *Rule
	asyncio string // the class of asyncio, or "" if only aiohub.aio has one
	own     string // that of aiohub.aio
	entered bool   // `with`
	starts  bool   // its methods take a function to run
	iterate bool   // `for` takes results
	any     bool   // every method is one of it, and always waits
	has     string // the attributes of eventlet's class, methods included, without those that begin with _
	methods map[string]method
}

const (
	eventHas     = "wait send send_exception ready has_result has_exception poll poll_exception poll_result reset"
	queueHas     = "get put get_nowait put_nowait qsize empty full task_done join putting getting getters putters maxsize queue unfinished_tasks resize"
	semaphoreHas = "acquire release locked bounded balance counter original_counter lower_bound upper_bound"
	poolHas      = "spawn spawn_n waitall running waiting free resize imap starmap size sem coroutines_running no_coros_running"
	pileHas      = "spawn next pool waiters counter used"
	flagHas      = "set clear is_set isSet wait"
	threadHas    = "wait kill cancel link unlink dead error parent run switch throw main gr_frame gr_context GreenletExit getcurrent settrace gettrace"
)

var (
	methodsOfQueue = map[string]method{
		"get":        {waits: true, args: 2, keywords: []string{"block", "timeout"}},
		"put":        {waits: true, args: 3, plain: 1, keywords: []string{"item", "block", "timeout"}},
		"get_nowait": {own: true}, "put_nowait": {args: 1, plain: 1, own: true},
		"qsize": {}, "empty": {}, "full": {}, "task_done": {}, "join": {waits: true},
		"putting": {own: true}, "getting": {own: true},
	}
	// attributes of a queue that only aiohub.aio has
	membersOfQueue   = map[string]bool{"maxsize": true, "queue": true}
	methodsOfChannel = map[string]method{
		"get": {waits: true}, "put": {waits: true, args: 1, plain: 1}, "putting": {}, "getting": {},
	}
	methodsOfSemaphore = map[string]method{
		"acquire": {waits: true, args: 2, keywords: []string{"blocking", "timeout"}},
		"release": {value: "release() gives True in eventlet"}, "locked": {},
	}
	methodsOfThread = map[string]method{
		"wait": {waits: true}, "kill": {rule: killsThread}, "cancel": {rule: cancelsThread},
		"link": {rule: linksThread, args: 100, plain: 100, keywords: []string{"*"}},
	}
)

var primitives = map[string]*twin{
	"eventlet.event.Event": {rule: events, own: "OneShot", has: eventHas, methods: map[string]method{
		"wait": {waits: true, args: 1, plain: 1, keywords: []string{"timeout"}},
		"send": {args: 2, plain: 2, keywords: []string{"result", "exc"}}, "send_exception": {args: 3, plain: 3}, "ready": {},
		"has_result": {}, "has_exception": {},
	}},
	"eventlet.queue.Queue": {rule: queues, asyncio: "Queue", own: "Queue", has: queueHas,
		methods: methodsOfQueue}, "eventlet.queue.LightQueue": {rule: queues, asyncio: "Queue", own: "Queue",
		has: queueHas, methods: methodsOfQueue},
	"eventlet.queue.LifoQueue": {rule: queues, asyncio: "LifoQueue", own: "LifoQueue", has: queueHas,
		methods: methodsOfQueue}, "eventlet.queue.PriorityQueue": {rule: queues, asyncio: "PriorityQueue",
		own: "PriorityQueue", has: queueHas, methods: methodsOfQueue},
	"eventlet.semaphore.Semaphore": {rule: semaphores, asyncio: "Semaphore", own: "Semaphore", entered: true,
		has: semaphoreHas, methods: methodsOfSemaphore},
	"eventlet.semaphore.BoundedSemaphore": {rule: semaphores, asyncio: "BoundedSemaphore", own: "BoundedSemaphore",
		entered: true, has: semaphoreHas, methods: methodsOfSemaphore},
	"eventlet.semaphore.CappedSemaphore": {rule: semaphores, own: "CappedSemaphore", entered: true, has: semaphoreHas,
		methods: map[string]method{
			"acquire": {waits: true, args: 1, plain: 1, keywords: []string{"blocking"}},
			"release": {waits: true, args: 1, plain: 1, keywords: []string{"blocking"}},
			"locked":  {}, "bounded": {},
		}},
	"eventlet.greenpool.GreenPool": {rule: pools, own: "Pool", starts: true, has: poolHas, methods: map[string]method{
		"spawn":   {waits: true, args: 100, plain: 100, keywords: []string{"*"}},
		"spawn_n": {waits: true, args: 100, plain: 100, keywords: []string{"*"}},
		"waitall": {waits: true}, "running": {}, "waiting": {}, "free": {},
		"resize": {args: 1, plain: 1, keywords: []string{"new_size"}, rule: poolSizes},
		"imap":   {args: 100, plain: 100}, "starmap": {args: 2, plain: 2},
	}},
	"eventlet.green.threading.Event": {rule: flags, asyncio: "Event", own: "Event", has: flagHas,
		methods: map[string]method{
			"wait": {waits: true, args: 1, keywords: []string{"timeout"}}, "set": {}, "clear": {}, "is_set": {},
		}},
	proxyName: {rule: proxyCalls, own: "ThreadProxy", any: true, entered: true},
	"eventlet.greenpool.GreenPile": {rule: pools, own: "Pile", starts: true, iterate: true, has: pileHas,
		methods: map[string]method{
			"spawn": {waits: true, args: 100, plain: 100, keywords: []string{"*"}},
		}},
}

// proxyName is the class whose objects run the methods of others in threads.
const proxyName = "eventlet.tpool.Proxy"

// methodOf gives what becomes of a method.
func (k *twin) methodOf(name string) (method, bool) {
	if k.any {
		return method{waits: true, args: 100, plain: 100, keywords: []string{"*"}}, !strings.HasPrefix(name, "__")
	}
	m, ok := k.methods[name]
	return m, ok
}

// keeps reports whether a method takes and gives the same as before, and waits for nothing.
func (k *twin) keeps(name string) bool {
	m, ok := k.methods[name]
	return ok && !m.waits && !m.own && m.args == 0 && len(m.keywords) == 0 && m.value == "" && m.rule == nil
}

// threadMakers are functions whose result is a green thread, with what takes their place.
var threadMakers = map[string]string{
	"eventlet.greenthread.spawn": "spawn", "eventlet.greenthread.spawn_n": "spawn",
	"eventlet.greenthread.spawn_after": "spawn_after", "eventlet.greenthread.spawn_after_local": "spawn_after",
	"eventlet.greenpool.GreenPool.spawn": "",
}

var greenThread = &twin{rule: greenThreads, has: threadHas, methods: methodsOfThread}

// primitiveOf gives what is known of the objects that a call of a name makes, or nil.
func primitiveOf(name string) *twin {
	canon := knowledge.Canon(name)
	if _, ok := threadMakers[canon]; ok {
		return greenThread
	}
	return primitives[canon]
}

// Tracked reports whether stages 2 and 3 have to know what becomes of the object that a call of a name outside the tree
// makes.
func Tracked(name string) bool { return primitiveOf(name) != nil }

// takes reports whether a method has a keyword argument of a name.
func (m *method) takes(keyword string) bool {
	return slices.Contains(m.keywords, keyword) || slices.Contains(m.keywords, "*")
}
