package callgraph

import "strings"

// callback says which argument of a function outside the tree has to be something that can be called.
type callback struct {
	place   int32
	keyword string
}

// callbacks are functions outside the tree that call an argument, at once or later.
var callbacks = map[string]callback{
	"threading.Thread": {1, "target"}, "threading.Timer": {1, "function"}, "multiprocessing.Process": {1, "target"},
	"_thread.start_new_thread": {0, "function"}, "threading.Thread.__init__": {1, "target"},
	"threading.Timer.__init__": {1, "function"}, "multiprocessing.Process.__init__": {1, "target"},
	"signal.signal": {1, "handler"}, "atexit.register": {0, "func"}, "asyncio.to_thread": {0, "func"},
	"weakref.finalize": {1, "func"}, "concurrent.futures.ThreadPoolExecutor.submit": {0, "fn"},
	"concurrent.futures.ProcessPoolExecutor.submit": {0, "fn"}, "concurrent.futures.Executor.submit": {0, "fn"},
	"futurist.ThreadPoolExecutor.submit": {0, "fn"}, "futurist.GreenThreadPoolExecutor.submit": {0, "fn"},
}

// callbackMethods are methods that do, whatever they belong to.
var callbackMethods = map[string]callback{
	"add_done_callback": {0, "fn"}, "call_soon": {0, "callback"}, "call_soon_threadsafe": {0, "callback"},
	"call_later": {1, "callback"}, "call_at": {1, "callback"}, "run_in_executor": {1, "func"},
	"add_reader": {1, "callback"}, "add_writer": {1, "callback"}, "add_signal_handler": {1, "callback"},
}

// callbackOf tells which function a mention hands its value to as a callback; ok is false if it does not.
func (s *solver) callbackOf(m *mention) (name string, ok bool) {
	if m.kind != Argument {
		return "", false
	}
	callee := s.ops[m.op].a
	if callee < 0 {
		return "", false
	}
	fits := func(name string) bool {
		c, known := callbacks[name]
		if !known {
			method := lastPart(name)
			if method == name {
				return false
			}
			if c, known = callbackMethods[method]; !known && method == "submit" && isPool(name[:len(name)-len(method)]) {
				c, known = callback{0, "fn"}, true
			}
		}
		return known && (m.name == argPlace-c.place || m.name >= 0 && s.names[m.name] == c.keyword)
	}
	values := s.vars[callee].values
	if len(values) == 0 {
		if text := s.texts[m.op]; text != none && fits(s.names[text]) {
			return s.names[text], true
		}
		return "", false
	}
	for _, value := range values {
		v := s.get(value)
		if v.kind != kOutside && v.kind != kMember || !fits(s.outside[v.a]) {
			return "", false
		}
		name = s.outside[v.a]
	}
	return name, true
}

// isPool tells whether what stands before a method is called like a pool of threads.
func isPool(receiver string) bool {
	receiver = strings.ToLower(strings.TrimSuffix(receiver, "__enter__."))
	return strings.HasSuffix(receiver, "executor.") || strings.HasSuffix(receiver, "pool.")
}

// inert are classes outside the tree whose objects cannot be called.
var inert = map[string]bool{
	"threading.Event": true, "threading.Lock": true, "threading.RLock": true, "threading.Condition": true,
	"threading.Semaphore": true, "threading.Thread": true, "threading.Timer": true,
	"queue.Queue": true, "asyncio.Event": true, "asyncio.Lock": true, "asyncio.Queue": true, "builtins.str": true,
	"builtins.int": true, "builtins.float": true, "builtins.bool": true,
	"builtins.bytes": true, "concurrent.futures.Future": true, "socket.socket": true,
}

// uncallable tells whether a value is known to be nothing that can be called.
func (n *natures) uncallable(m *mention, v verdict) bool {
	if v.sort&(sUnknown|sCallable) == 0 {
		return v.sort&sInstance == 0 || v.class != none && !n.has(v.class, "__call__")
	}
	values := n.solver.vars[m.v].values
	if v.sort != sUnknown || len(values) == 0 || n.parameters[m.v] {
		return false
	}
	for _, value := range values {
		if k := n.get(value); k.kind != kForeign || !inert[n.outside[k.a]] {
			if class, ok := n.madeOf[value]; !ok || !inert[class] {
				return false
			}
		}
	}
	return true
}
