package callgraph

import (
	"cmp"
	"slices"
	"strings"
)

// rawUse is a Use before functions have their numbers.
type rawUse struct {
	mention
	nature  Nature
	certain bool
	of      int32
	source  int32
	what    string
}

// spot is what tells mentions apart.
type spot struct {
	fn         int32
	start, end uint32
	kind       UseKind
}

func (m *mention) spot() spot { return spot{m.fn, m.start, m.end, m.kind} }

// handedOver gives the mentions of what is handed to something outside the tree that calls it.
func (s *solver) handedOver() []mention {
	var list []mention
	for i := range s.mentions {
		if _, ok := s.callbackOf(&s.mentions[i]); ok {
			list = append(list, s.mentions[i])
		}
	}
	return list
}

// judgeUses finds the places that do something with a value that is no good for it. It is asked twice: for what is certain, and at the end for the rest.
func (s *solver) judgeUses() {
	async := s.hasAsync()
	candidates := s.mentions
	if !async {
		candidates = s.handedOver() // without a coroutine function nobody awaits anything
		if len(candidates) == 0 {
			return
		}
	}
	n := newNatures(s)
	if async {
		s.backwards = n
	}
	if !s.possible {
		n.findOverrides()
	}
	known := map[spot]bool{}
	for i := range s.uses {
		known[s.uses[i].spot()] = true
	}
	for i := range candidates {
		m := &candidates[i]
		if len(known) > 0 && known[m.spot()] {
			continue
		}
		v := unknown
		switch {
		case m.v != none:
			v = n.variable(m.v)
		case m.op != none:
			v = n.called(m.op)
		}
		if n.isThreadLocal(m) {
			s.uses = append(s.uses, rawUse{mention: *m, nature: ThreadLocal, certain: !s.possible, of: none, source: none, what: s.names[m.name]})
			continue
		}
		if name, ok := s.callbackOf(m); ok && n.uncallable(m, v) {
			s.uses = append(s.uses, rawUse{mention: *m, nature: NotCallable, certain: !s.possible, of: v.of, source: none, what: name})
			continue
		}
		if m.kind == Argument && v.sort != sUnknown {
			n.run(m, v)
		}
		if v.sort == sUnknown || s.possible && n.severalBindings(m.v) {
			continue
		}
		nature, exact := n.wrong(m, v)
		exact = exact && !n.servesBoth(m)
		if nature == NoNature || !exact && (!s.possible || m.kind == Tested && n.isName(m.v)) {
			continue // what may be a coroutine is asked for its truth to see whether there is one
		}
		name, concerns := n.nameOfUse(m, nature)
		if !concerns {
			continue
		}
		s.uses = append(s.uses, rawUse{mention: *m, nature: nature, certain: exact && !s.possible, of: v.of, source: v.source, what: name})
	}
}

// hasAsync tells whether the tree has a coroutine function: without one nobody awaits anything.
func (s *solver) hasAsync() bool {
	return slices.ContainsFunc(s.funcs, func(f function) bool { return f.flags&Async != 0 })
}

// severalBindings tells whether a name takes a value at several places: which of them is meant where it is used is not known.
func (n *natures) severalBindings(v int32) bool {
	return v >= nLiterals && v < n.nvars && n.bindings(v) > 1
}

// isName tells whether a variable is that of a name, and not of an expression.
func (n *natures) isName(v int32) bool {
	if v < nLiterals || v >= n.nvars {
		return false
	}
	file := n.fileOfVariable(v)
	return int(v-n.varBase[file]) < len(n.files[file].model.Symbols)
}

// wrong says what is wrong with a value at a place, NoNature if nothing is, and whether the value is that and nothing else.
func (n *natures) wrong(m *mention, v verdict) (nature Nature, exact bool) {
	is := func(s sort, as Nature) bool {
		if v.sort&s == 0 {
			return false
		}
		nature, exact = as, v.sort&^s == 0
		return true
	}
	protocols := func(lacks, has string) bool {
		return v.sort&sInstance != 0 && v.class != none && !n.has(v.class, lacks) && n.has(v.class, has)
	}
	switch m.kind {
	case Written:
	case Unread:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager):
		case is(sTask, Task):
			exact = false // it is kept until the function ends
		}
	case Dropped:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager), is(sTask, Task):
		}
	case Argument:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager):
		case v.sort&sUnknown == 0:
			is(sPlain|sCallable|sContainer|sGenerator|sManager, NotAwaitable)
		}
	case Awaited:
		switch {
		case v.sort&(sCoroutine|sUnknown) != 0:
			return NoNature, false
		case is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager), is(sGenerator, SyncIterator), is(sManager, SyncManager), is(sContainer|sPlain|sCallable, NotAwaitable):
		case v.sort&sInstance != 0 && v.class != none && !n.has(v.class, "__await__") && !n.has(v.class, "__iter__"):
			is(sInstance, NotAwaitable)
		}
	case AsyncIterated:
		switch {
		case is(sCoroutine, Coroutine), is(sGenerator|sContainer, SyncIterator):
		case protocols("__aiter__", "__iter__"):
			is(sInstance, SyncIterator)
		}
	case AsyncEntered:
		switch {
		case is(sCoroutine, Coroutine), is(sManager, SyncManager):
		case protocols("__aenter__", "__enter__"):
			is(sInstance, SyncManager)
		}
	case Entered:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncManager|sAsyncObject, AsyncManager), is(sAsyncGenerator, AsyncIterator):
		case protocols("__enter__", "__aenter__"):
			is(sInstance, AsyncManager)
		}
	case Delegated:
		if n.awaiting[m.fn] {
			return NoNature, false // that awaits it
		}
		fallthrough
	case Iterated, Unpacked:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager):
		case protocols("__iter__", "__aiter__") && !n.has(v.class, "__getitem__"):
			is(sInstance, AsyncIterator)
		}
	case Returned:
		is(sCoroutine, Coroutine)
	case Formatted, Tested, Raised:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncGenerator, AsyncIterator):
		}
	default:
		switch {
		case is(sCoroutine, Coroutine), is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager):
		}
	}
	return nature, exact
}

// nameOfUse gives what a Use calls its Name; ok is false if there is nothing wrong after all.
func (n *natures) nameOfUse(m *mention, nature Nature) (name string, ok bool) {
	switch m.kind {
	case AttributeRead:
		name = n.names[m.name]
		return name, !ownAttributes[nature][name] && !strings.HasPrefix(name, "__")
	case Argument:
		return n.argument(m, nature)
	case Returned:
		if n.promised(m) {
			name = n.names[n.nameOf(m.fn)]
		}
		return name, true
	}
	return "", true
}

// ownAttributes are what objects of a nature have.
var ownAttributes = map[Nature]map[string]bool{
	Coroutine: {"send": true, "throw": true, "close": true, "cr_await": true, "cr_code": true, "cr_frame": true, "cr_running": true, "cr_origin": true, "cr_suspended": true},
	AsyncIterator: {
		"asend": true, "athrow": true, "aclose": true, "ag_await": true, "ag_code": true, "ag_frame": true, "ag_running": true, "ag_suspended": true,
	},
	AsyncManager: {"gen": true, "func": true, "args": true, "kwds": true},
}

// iterating are builtins that iterate over an argument, valued those that want another value.
var iterating = map[string]bool{
	"list": true, "tuple": true, "set": true, "frozenset": true, "sorted": true, "sum": true, "min": true, "max": true, "any": true, "all": true, "enumerate": true, "zip": true,
	"map": true, "filter": true, "iter": true, "next": true, "reversed": true, "dict": true, "str.join": true, "bytes.join": true,
}

var valued = map[string]bool{
	"len": true, "str": true, "int": true, "float": true, "bool": true, "bytes": true, "abs": true, "round": true, "open": true, "range": true, "print": true, "repr": true,
	"format": true, "hash": true, "ord": true, "chr": true, "str.format": true, "str.encode": true, "str.split": true, "str.replace": true, "str.startswith": true, "str.endswith": true,
	"divmod": true, "pow": true, "ascii": true, "hex": true, "bytearray": true,
}

// wanting are functions outside the tree that want a value, beside the builtins.
var wanting = map[string]bool{
	"json.dumps": true, "json.loads": true, "json.dump": true, "pickle.dumps": true, "pickle.loads": true, "os.fspath": true, "os.listdir": true, "os.stat": true, "os.remove": true,
	"os.makedirs": true, "base64.b64encode": true, "base64.b64decode": true, "struct.unpack": true, "socket.socket.send": true, "socket.socket.sendall": true, "copy.copy": true,
	"copy.deepcopy": true, "asyncio.StreamWriter.write": true, "asyncio.Transport.write": true, "time.sleep": true, "asyncio.sleep": true, "yaml.safe_load": true, "yaml.safe_dump": true,
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
			case !builtin && (wanting[name] || strings.HasPrefix(name, "os.path.") || strings.HasPrefix(name, "logging.Logger.") || strings.HasPrefix(name, "itertools.") && nature == AsyncIterator) && nature != AsyncManager:
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

// parameterPromisesPlain tells whether the annotation of the parameter that takes an argument is of something that nobody can await.
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

// promised tells whether a function has to return a value where it returns a coroutine: a coroutine function whose callers await once, a method that
// Python itself calls, or one whose annotation says so.
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
	"__str__": true, "__repr__": true, "__len__": true, "__bool__": true, "__int__": true, "__float__": true, "__index__": true, "__hash__": true, "__format__": true, "__bytes__": true,
	"__contains__": true, "__iter__": true, "__enter__": true, "__exit__": true, "__init__": true, "__eq__": true, "__ne__": true, "__lt__": true, "__gt__": true, "__le__": true,
	"__ge__": true, "__dir__": true, "__fspath__": true, "__next__": true,
}

// wantsAwaitable are functions that take nothing but awaitables.
var wantsAwaitable = map[string]bool{
	"asyncio.create_task": true, "asyncio.ensure_future": true, "asyncio.gather": true, "asyncio.wait_for": true, "asyncio.shield": true, "asyncio.run": true,
	"asyncio.run_coroutine_threadsafe": true, "asyncio.AbstractEventLoop.create_task": true, "asyncio.AbstractEventLoop.run_until_complete": true,
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
		return name, m.name == argPlace && (strings.HasSuffix(name, ".create_task") || strings.HasSuffix(name, ".run_until_complete") || strings.HasSuffix(name, ".ensure_future"))
	}
	for _, value := range values {
		if v := n.get(value); v.kind == kOutside || v.kind == kMember {
			name = n.outside[v.a]
			return name, (wantsAwaitable[name] || strings.HasSuffix(name, ".create_task")) && (m.name == argPlace || name == "asyncio.gather")
		}
	}
	return "", false
}

// run notes that a coroutine is handed to something that runs it.
func (n *natures) run(m *mention, v verdict) {
	if v.sort&sCoroutine == 0 || v.of == none {
		return
	}
	if name, ok := n.runner(m); ok {
		n.solver.runs = append(n.solver.runs, rawRun{from: m.fn, to: v.of, start: m.start, end: m.end, name: name, certain: v.sort == sCoroutine && !n.possible})
	}
}

// rawRun is a Run before functions have their numbers.
type rawRun struct {
	from, to   int32
	start, end uint32
	name       string
	certain    bool
}

// isThreadLocal tells whether what is read or written is an attribute of an object whose values belong to a thread.
func (n *natures) isThreadLocal(m *mention) bool {
	if m.kind != AttributeRead && m.kind != Written || m.v < 0 || n.funcs[m.fn].flags&Async == 0 {
		return false
	}
	for _, value := range n.solver.vars[m.v].values {
		switch k := n.get(value); k.kind {
		case kForeign:
			if name := n.outside[k.a]; name != "threading.local" && name != "_thread._local" {
				return false
			}
		case kInstance:
			if !slices.Contains(n.classes[k.a].outside, "threading.local") {
				return false
			}
		default:
			return false
		}
	}
	return len(n.solver.vars[m.v].values) > 0
}

// findOverrides finds the methods that override one which is called in another way.
func (n *natures) findOverrides() {
	s := n.solver
	methods := map[pair]int32{}
	for f := range s.funcs {
		fn := &s.funcs[f]
		if fn.class != none && fn.name != none && fn.flags&(Setter|Deleter|Overload|Property) == 0 {
			methods[pair{fn.class, s.nameOf(int32(f))}] = int32(f)
		}
	}
	for f := range s.funcs {
		low := int32(f)
		fn := &s.funcs[f]
		if fn.class == none || fn.name == none || n.decorated[low] || fn.flags&(Setter|Deleter|Overload|Property|ContextManager) != 0 {
			continue
		}
		name := s.nameOf(low)
		if unshared[s.names[name]] || strings.HasPrefix(s.names[name], "__") && !strings.HasSuffix(s.names[name], "__") {
			continue
		}
		for _, k := range s.classes[fn.class].mro[1:] {
			high, ok := methods[pair{k, name}]
			if !ok {
				continue
			}
			if !n.decorated[high] && n.clash(low, high) {
				s.overrides = append(s.overrides, pair{low, high})
			}
			break
		}
	}
}

// clash tells whether who calls one of two methods rightly cannot call the other.
func (n *natures) clash(low, high int32) bool {
	l, h := &n.funcs[low], &n.funcs[high]
	if h.flags&ContextManager != 0 {
		return false
	}
	lowAsync, highAsync := l.flags&Async != 0, h.flags&Async != 0
	if lowAsync == highAsync {
		return false
	}
	if l.flags&Generator != 0 && h.flags&Generator != 0 {
		return true
	}
	if (l.flags|h.flags)&Generator != 0 {
		return false
	}
	if highAsync {
		return n.result(low).sort&(sCoroutine|sUnknown|sTask|sAsyncGenerator|sInstance|sCallable) == 0
	}
	return h.flags&(Stub|Abstract) == 0 && n.result(high).sort&(sCoroutine|sUnknown|sTask|sAsyncGenerator|sInstance|sCallable) == 0
}

// emitAsync emits what is found of tasks, overrides and handlers.
func (s *solver) emitAsync(g *Graph, order []FuncID) {
	for _, r := range s.runs {
		g.Runs = append(g.Runs, Run{From: order[r.from], To: order[r.to], Start: r.start, End: r.end, Name: r.name, Certain: r.certain})
	}
	slices.SortStableFunc(g.Runs, func(a, b Run) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), boolInt(b.Certain)-boolInt(a.Certain))
	})
	g.Runs = slices.CompactFunc(g.Runs, func(a, b Run) bool { return a.From == b.From && a.Start == b.Start && a.End == b.End })
	for _, o := range s.overrides {
		g.Overrides = append(g.Overrides, Override{Low: order[o.a], High: order[o.b]})
	}
	slices.SortFunc(g.Overrides, func(a, b Override) int { return cmp.Or(cmp.Compare(a.Low, b.Low), cmp.Compare(a.High, b.High)) })
	for _, h := range s.handlers {
		if s.funcs[h.fn].flags&Async == 0 || h.v < 0 {
			continue
		}
		out := Handler{From: order[h.fn], Start: h.start, End: h.end}
		for _, value := range s.vars[h.v].values {
			if v := s.get(value); v.kind == kOutside || v.kind == kMember {
				out.Names = append(out.Names, s.outside[v.a])
			}
		}
		if len(out.Names) > 0 {
			slices.Sort(out.Names)
			g.Handlers = append(g.Handlers, out)
		}
	}
	slices.SortStableFunc(g.Handlers, func(a, b Handler) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Start, b.Start)) })
}

func (s *solver) emitUses(g *Graph, order []FuncID) {
	for _, u := range s.uses {
		m := &u.mention
		out := Use{From: order[m.fn], Start: m.start, End: m.end, Kind: m.kind, Nature: u.nature, Certain: u.certain && !s.inPatched(m.fn), Of: None, Name: u.what}
		if u.of != none {
			out.Of = order[u.of]
		}
		if u.source != none {
			out.Source = s.outside[u.source]
		}
		g.Uses = append(g.Uses, out)
	}
	slices.SortFunc(g.Uses, func(a, b Use) int {
		return cmp.Or(cmp.Compare(g.Funcs[a.From].File, g.Funcs[b.From].File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind), boolInt(b.Certain)-boolInt(a.Certain))
	})
	g.Uses = slices.CompactFunc(g.Uses, func(a, b Use) bool {
		return g.Funcs[a.From].File == g.Funcs[b.From].File && a.Start == b.Start && a.End == b.End && a.Kind == b.Kind
	})
}
