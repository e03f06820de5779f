package callgraph

import (
	"strings"
)

// What calls and callers want of a value: something to iterate over, a value, an awaitable.

// iterating are builtins that iterate over an argument, valued those that want another value.
var iterating = map[string]bool{
	"list": true, "tuple": true, "set": true, "frozenset": true, "sorted": true, "sum": true, "min": true, "max": true,
	"any": true, "all": true, "enumerate": true, "zip": true, "map": true, "filter": true, "iter": true, "next": true,
	"reversed": true, "dict": true, "str.join": true, "bytes.join": true,
}

var valued = map[string]bool{
	"len": true, "str": true, "int": true, "float": true, "bool": true, "bytes": true, "abs": true, "round": true,
	"open": true, "range": true, "print": true, "repr": true, "format": true, "hash": true, "ord": true, "chr": true,
	"str.format": true, "str.encode": true, "str.split": true, "str.replace": true, "str.startswith": true,
	"str.endswith": true, "divmod": true, "pow": true, "ascii": true, "hex": true, "bytearray": true,
}

// wanting are functions outside the tree that want a value, beside the builtins.
var wanting = map[string]bool{
	"json.dumps": true, "json.loads": true, "json.dump": true, "pickle.dumps": true, "pickle.loads": true,
	"os.fspath": true, "os.listdir": true, "os.stat": true, "os.remove": true,
	"os.makedirs": true, "base64.b64encode": true, "base64.b64decode": true, "struct.unpack": true,
	"socket.socket.send": true, "socket.socket.sendall": true, "copy.copy": true,
	"copy.deepcopy": true, "asyncio.StreamWriter.write": true, "asyncio.Transport.write": true, "time.sleep": true,
	"asyncio.sleep": true, "yaml.safe_load": true, "yaml.safe_dump": true,
	"dict.update": true, "binascii.hexlify": true, "binascii.unhexlify": true,
}

// argument tells whether a call wants a value where it is given something else, and what is called.
func (n *natures) argument(m *mention, nature Nature) (name string, ok bool) {
	if nature == NotAwaitable {
		return n.runner(m)
	}
	for _, value := range n.solver.vars[n.ops[m.op].a].values {
		switch v := n.get(value); v.kind {
		case kOutside, kMember:
			name = strings.TrimPrefix(n.outside[v.a], "builtins.")
			builtin := len(name) < len(n.outside[v.a])
			switch {
			case builtin && iterating[name] && (nature == Coroutine || nature == AsyncIterator):
			case builtin && valued[name] && nature == Coroutine:
			case !builtin &&
				(wanting[name] || strings.HasPrefix(name, "os.path.") || strings.HasPrefix(name, "logging.Logger.") ||
					strings.HasPrefix(name, "itertools.") && nature == AsyncIterator) && nature != AsyncManager:
			default:
				return "", false
			}
			if iterating[name] && m.name > argPlace && m.name != none {
				return "", false // key=, default=
			}
			if name == "map" || name == "filter" {
				if m.name == argPlace {
					return "", false
				}
			}
			if (name == "next" || name == "iter" || name == "min" || name == "max") && m.name < argPlace {
				return "", false
			}
		case kFunc, kBound:
			f := n.functionOf(value)
			if f == none || !n.parameterPromisesPlain(f, m, v.kind == kBound) {
				return "", false
			}
			name = n.funcs[f].qual
		default:
			return "", false
		}
	}
	return name, name != ""
}

// parameterPromisesPlain tells whether the annotation of the parameter that takes an argument is of something that
// nobody can await.
func (n *natures) parameterPromisesPlain(f int32, m *mention, bound bool) bool {
	place := argPlace - m.name
	if bound {
		place++
	}
	i := int32(0)
	for _, p := range n.funcs[f].params {
		named := m.name >= 0 && p.name == m.name
		if !named && (m.name >= 0 || p.kind > paramNormal || i != place) {
			i++
			continue
		}
		if p.input == p.variable || p.lax {
			return false
		}
		for _, w := range n.writersOf(p.variable) {
			if o := &n.ops[w]; o.kind == opFilter {
				filter := &n.filters[o.b]
				if filter.lets != 0 || len(filter.classes) == 0 {
					return false
				}
				for _, class := range filter.classes {
					if !n.promisesPlain(class) {
						return false
					}
				}
				return true
			}
		}
		return false
	}
	return false
}

// promised tells whether a function has to return a value where it returns a coroutine: a coroutine function whose
// callers await once, a method that Python itself calls, or one whose annotation says so.
func (n *natures) promised(m *mention) bool {
	fn := &n.funcs[m.fn]
	if fn.flags&(Generator|ContextManager|Overload) != 0 {
		return false
	}
	if fn.gives&givesAwaitable != 0 {
		return false
	}
	noted, plain := false, true
	for _, w := range n.writersOf(fn.result) {
		if o := &n.ops[w]; o.kind == opInstance {
			noted = true
			plain = plain && n.promisesPlain(o.a)
		}
	}
	if noted {
		return plain
	}
	if fn.flags&Async != 0 {
		return true
	}
	return fn.class != none && wantsValue[n.names[n.nameOf(m.fn)]]
}

// wantsValue are methods that Python calls and whose value it looks at.
var wantsValue = map[string]bool{
	"__str__": true, "__repr__": true, "__len__": true, "__bool__": true, "__int__": true, "__float__": true,
	"__index__": true, "__hash__": true, "__format__": true, "__bytes__": true,
	"__contains__": true, "__iter__": true, "__enter__": true, "__exit__": true, "__init__": true, "__eq__": true,
	"__ne__": true, "__lt__": true, "__gt__": true, "__le__": true, "__ge__": true, "__dir__": true, "__fspath__": true,
	"__next__": true,
}

// wantsAwaitable are functions that take nothing but awaitables.
var wantsAwaitable = map[string]bool{
	"asyncio.create_task": true, "asyncio.ensure_future": true, "asyncio.gather": true, "asyncio.wait_for": true,
	"asyncio.shield": true, "asyncio.run": true, "asyncio.run_coroutine_threadsafe": true,
	"asyncio.AbstractEventLoop.create_task": true, "asyncio.AbstractEventLoop.run_until_complete": true,
	"asyncio.TaskGroup.create_task": true, "asyncio.TaskGroup.__enter__.create_task": true, "asyncio.Runner.run": true,
}

// runner gives the name of what a call hands an awaitable to, if that runs it; ok is false if it does not.
func (n *natures) runner(m *mention) (name string, ok bool) {
	if m.name >= 0 && n.names[m.name] != "coro" || m.name < argPlace && n.ops[m.op].a < 0 {
		return "", false
	}
	values := n.solver.vars[n.ops[m.op].a].values
	if len(values) == 0 && n.texts[m.op] != none {
		name = n.names[n.texts[m.op]]
		return name, m.name == argPlace &&
			(strings.HasSuffix(name, ".create_task") || strings.HasSuffix(name, ".run_until_complete") ||
				strings.HasSuffix(name, ".ensure_future"))
	}
	for _, value := range values {
		if v := n.get(value); v.kind == kOutside || v.kind == kMember {
			name = n.outside[v.a]
			return name, (wantsAwaitable[name] || strings.HasSuffix(name, ".create_task")) &&
				(m.name == argPlace || name == "asyncio.gather")
		}
	}
	return "", false
}
