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

// judgeUses finds the places that do something with a value that is no good for it. It is asked twice: for what is
// certain, and at the end for the rest.
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
	replaced := s.replacesMethods()
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
			s.uses = append(s.uses,
				rawUse{mention: *m, nature: ThreadLocal, certain: !s.possible && !n.asksPresence(m.v), of: none,
					source: none, what: s.names[m.name]})
			continue
		}
		if name, ok := s.callbackOf(m); ok && n.uncallable(m, v) {
			s.uses = append(s.uses,
				rawUse{mention: *m, nature: NotCallable, certain: !s.possible, of: v.of, source: none, what: name})
			continue
		}
		if m.kind == Argument && v.sort != sUnknown {
			n.run(m, v)
		}
		if v.sort == sUnknown || s.possible && n.severalBindings(m.v) {
			continue
		}
		nature, exact := n.wrong(m, v)
		exact = exact && !n.servesBoth(m) && !(replaced && n.isMethodForPlain(m, v))
		if nature == NoNature || !exact && (!s.possible || m.kind == Tested && n.isName(m.v)) {
			continue // what may be a coroutine is asked for its truth to see whether there is one
		}
		name, concerns := n.nameOfUse(m, nature)
		if !concerns {
			continue
		}
		s.uses = append(s.uses,
			rawUse{mention: *m, nature: nature, certain: exact && !s.possible, of: v.of, source: v.source, what: name})
	}
}

// isMethodForPlain tells whether a plain function uses what a method gives.
func (n *natures) isMethodForPlain(m *mention, v verdict) bool {
	return v.of != none && n.funcs[v.of].class != none && n.funcs[m.fn].flags&Async == 0
}

// hasAsync tells whether the tree has a coroutine function: without one nobody awaits anything.
func (s *solver) hasAsync() bool {
	return slices.ContainsFunc(s.funcs, func(f function) bool { return f.flags&Async != 0 })
}

// severalBindings tells whether a name takes a value at several places: which of them is meant where it is used is not
// known.
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

// wrong says what is wrong with a value at a place, NoNature if nothing is, and whether the value is that and nothing
// else.
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
		case is(sAsyncGenerator, AsyncIterator), is(sAsyncManager, AsyncManager), is(sGenerator, SyncIterator),
			is(sManager, SyncManager), is(sContainer|sPlain|sCallable, NotAwaitable):
		case v.sort&sInstance != 0 && v.class != none && !n.has(v.class, "__await__") && !n.has(v.class, "__iter__"):
			is(sInstance, NotAwaitable)
		}
	case AsyncIterated:
		switch {
		case is(sCoroutine, Coroutine), is(sGenerator|sContainer, SyncIterator),
			v.sort == sPlain && n.isBuiltin(v.source) && is(sPlain, SyncIterator):
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

// isBuiltin tells whether a name is of what Python has without an import.
func (n *natures) isBuiltin(name int32) bool {
	return name != none && strings.HasPrefix(n.outside[name], "builtins.")
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
	Coroutine: {"send": true, "throw": true, "close": true, "cr_await": true, "cr_code": true, "cr_frame": true,
		"cr_running": true, "cr_origin": true, "cr_suspended": true},
	AsyncIterator: {
		"asend": true, "athrow": true, "aclose": true, "ag_await": true, "ag_code": true, "ag_frame": true,
		"ag_running": true, "ag_suspended": true,
	},
	AsyncManager: {"gen": true, "func": true, "args": true, "kwds": true},
}

// run notes that a coroutine is handed to something that runs it.
func (n *natures) run(m *mention, v verdict) {
	if v.sort&sCoroutine == 0 || v.of == none {
		return
	}
	if name, ok := n.runner(m); ok {
		n.solver.runs = append(n.solver.runs,
			rawRun{from: m.fn, to: v.of, start: m.start, end: m.end, name: name, certain: v.sort == sCoroutine && !n.possible})
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

// emitAsync emits what is found of tasks, overrides and handlers.
func (s *solver) emitAsync(g *Graph, order []FuncID) {
	for _, r := range s.runs {
		g.Runs = append(g.Runs,
			Run{From: order[r.from], To: order[r.to], Start: r.start, End: r.end, Name: r.name, Certain: r.certain})
	}
	slices.SortStableFunc(g.Runs, func(a, b Run) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End),
			boolInt(b.Certain)-boolInt(a.Certain))
	})
	g.Runs = slices.CompactFunc(g.Runs,
		func(a, b Run) bool { return a.From == b.From && a.Start == b.Start && a.End == b.End })
	for _, o := range s.overrides {
		g.Overrides = append(g.Overrides, Override{Low: order[o.a], High: order[o.b]})
	}
	slices.SortFunc(g.Overrides,
		func(a, b Override) int { return cmp.Or(cmp.Compare(a.Low, b.Low), cmp.Compare(a.High, b.High)) })
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
	slices.SortStableFunc(g.Handlers,
		func(a, b Handler) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Start, b.Start)) })
}

func (s *solver) emitUses(g *Graph, order []FuncID) {
	for _, u := range s.uses {
		m := &u.mention
		out := Use{From: order[m.fn], Start: m.start, End: m.end, Kind: m.kind, Nature: u.nature,
			Certain: u.certain && !s.inPatched(m.fn), Of: None, Name: u.what}
		if u.of != none {
			out.Of = order[u.of]
		}
		if u.source != none {
			out.Source = s.outside[u.source]
		}
		g.Uses = append(g.Uses, out)
	}
	slices.SortFunc(g.Uses, func(a, b Use) int {
		return cmp.Or(cmp.Compare(g.Funcs[a.From].File, g.Funcs[b.From].File), cmp.Compare(a.Start, b.Start),
			cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind), boolInt(b.Certain)-boolInt(a.Certain))
	})
	g.Uses = slices.CompactFunc(g.Uses, func(a, b Use) bool {
		return g.Funcs[a.From].File == g.Funcs[b.From].File && a.Start == b.Start && a.End == b.End && a.Kind == b.Kind
	})
}
