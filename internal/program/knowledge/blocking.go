package knowledge

import (
	"maps"
	"slices"
	"strings"
)

// NeverGreen is the patch of a call that no argument of monkey_patch makes green: it stops the hub, too.
const NeverGreen Patch = "-"

// Blocking reports whether a call of a name outside eventlet waits for something, and which patch makes it green.
func Blocking(dotted string) (Patch, bool) {
	t := load()
	if p, ok := t.blocks[dotted]; ok {
		return p, true
	}
	for end := strings.LastIndexByte(dotted, '.'); end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		if p, ok := t.blockAll[dotted[:end]]; ok {
			return p, true
		}
	}
	return "", false
}

// A BlockingCall is a row of the table of calls that wait.
type BlockingCall struct {
	Name  string
	Patch Patch
}

// BlockingCalls lists the table of calls that wait, eventlet's own first, by name.
func BlockingCalls() []BlockingCall {
	t := load()
	var list []BlockingCall
	for _, name := range slices.Sorted(maps.Keys(t.switches)) {
		list = append(list, BlockingCall{Name: name})
	}
	all := maps.Clone(t.blocks)
	for name, patch := range t.blockAll {
		all[name+".*"] = patch
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, BlockingCall{name, all[name]})
	}
	return list
}

// enterings are the methods that a with statement or a loop calls, and what they call in turn.
var enterings = map[string]string{"__enter__": "acquire", "__next__": "next"}

// SwitchesAt reports whether another greenlet can run before a call of a name of eventlet returns; the methods behind
// `with` and `for` count, and the copies of the standard library below eventlet.green.
func SwitchesAt(dotted string) bool {
	canon := Canon(dotted)
	if Switches(canon) {
		return true
	}
	if standard, ok := strings.CutPrefix(canon, Root+".green."); ok {
		if _, blocks := Blocking(standard); blocks {
			return true
		}
	}
	class, method := cutLast(canon)
	if called, ok := enterings[method]; ok {
		return Switches(class + "." + called)
	}
	return false
}

// CalledOutside reports whether code outside the tree calls a method that a class inherits from, or overrides of, a
// class outside it, and does not await it.
func CalledOutside(class, method string) bool {
	for _, pattern := range load().called[class] {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasPrefix(method, prefix) || pattern == method {
			return true
		}
	}
	return false
}

// RunsInThread reports whether a starter runs what it is given in a thread of the operating system, where blocking is
// no harm.
func RunsInThread(dotted string) bool {
	switch canon := Canon(dotted); canon {
	case Root + ".tpool.execute", Root + ".tpool.proxy_call", "asyncio.to_thread", "multiprocessing.Process":
		return true
	default:
		return strings.HasSuffix(canon, ".run_in_executor")
	}
}

// Forks reports whether a call returns in a copy of the process, too.
func Forks(dotted string) bool {
	switch strings.TrimPrefix(Canon(dotted), Root+".green.") {
	case "os.fork", "os.forkpty", "pty.fork", "posix.fork", "posix.forkpty":
		return true
	}
	return false
}

// Pure reports whether a name outside the tree is of a module whose functions wait for nothing.
func Pure(dotted string) bool {
	t := load()
	for end := len(dotted); end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		if t.pure[dotted[:end]] {
			return true
		}
	}
	return false
}
