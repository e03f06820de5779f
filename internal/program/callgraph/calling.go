package callgraph

import (
	"slices"
	"strings"
)

// What a call gives: what the function returns that it runs, a coroutine, a generator, an object.

// awaited says what awaiting a call gives: what the coroutine function returns.
func (n *natures) awaited(i int32) verdict {
	out := given(0)
	for _, value := range n.solver.vars[n.ops[i].a].values {
		f := n.functionOf(value)
		if f == none || n.funcs[f].flags&Async == 0 || n.funcs[f].flags&(Generator|ContextManager|Stub|Abstract) != 0 ||
			n.decorated[f] {
			return unknown
		}
		out = out.or(n.result(f))
	}
	if out.sort == 0 || !n.knownCallee(n.ops[i].a, 0) {
		out.sort |= sUnknown
	}
	return out
}

// functionOf gives the function of the tree that calling a value runs, if no decorator stands between; none otherwise.
func (n *natures) functionOf(value int32) int32 {
	switch v := n.get(value); v.kind {
	case kFunc:
		return v.a
	case kBound:
		if f := n.get(v.a); f.kind == kFunc {
			return f.a
		}
	}
	return none
}

// called says what a call gives that is not awaited.
func (n *natures) called(i int32) verdict {
	callee := n.ops[i].a
	if n.isOfCoroutine(callee) {
		return unknown
	}
	out := n.calling(callee)
	if out.sort == sUnknown && n.isLoopsTask(i) {
		out = given(sTask)
		out.source = n.dotted("asyncio.AbstractEventLoop.create_task")
	}
	if out.sort != sUnknown && !n.knownCallee(callee, 0) {
		out.sort |= sUnknown
	}
	return out
}

// isOfCoroutine tells whether a callee is a method that coroutines have, read from what can be one: close, send, throw.
// The solver knows only what a coroutine function returns.
func (n *natures) isOfCoroutine(callee int32) bool {
	if callee < nLiterals || callee >= n.nvars {
		return false
	}
	for _, i := range n.writersOf(callee) {
		if o := &n.ops[i]; o.kind == opLoad && ownAttributes[Coroutine][n.names[o.b]] &&
			n.variable(o.a).sort&sCoroutine != 0 {
			return true
		}
	}
	return false
}

// isLoopsTask tells whether a call makes a task of a loop of which nothing is known but how it is called.
func (n *natures) isLoopsTask(i int32) bool {
	text := n.texts[i]
	if text == none || len(n.solver.vars[n.ops[i].a].values) > 0 {
		return false
	}
	receiver, ok := strings.CutSuffix(n.names[text], ".create_task")
	return ok && strings.HasSuffix(strings.ToLower(receiver), "loop")
}

// calling says what calling a variable gives.
func (n *natures) calling(callee int32) verdict {
	if callee < 0 {
		return unknown
	}
	values := n.solver.vars[callee].values
	if len(values) == 0 {
		return n.byName(callee)
	}
	if len(values) >= maxValues {
		return unknown
	}
	if known, ok := n.calls[callee]; ok {
		return known
	}
	if n.depth > maxBack {
		return unknown
	}
	n.calls[callee] = unknown // for what leads back to it
	n.depth++
	out := given(0)
	for _, value := range values {
		out = out.or(n.callingValue(value))
	}
	n.depth--
	if out.sort == 0 {
		out = unknown
	}
	n.calls[callee] = out
	return out
}

func (n *natures) callingValue(value int32) verdict {
	switch v := n.get(value); v.kind {
	case kFunc:
		return n.callingFunction(v.a)
	case kBound:
		if n.get(v.a).kind == kWrapped {
			return n.callingWrapped(v.a)
		}
		return n.callingValue(v.a)
	case kWrapped:
		return n.callingWrapped(value)
	case kClass:
		if !n.closed(v.a) || n.has(v.a, "__new__") || n.isEnum(v.a) {
			return unknown
		}
		made := given(sInstance)
		made.class = v.a
		return made
	case kInstance:
		owner := n.declares(v.a, n.special.call)
		if owner == none {
			return unknown
		}
		return n.calling(n.classes[owner].members[n.special.call].variable)
	case kOutside, kMember:
		return n.outsideCall(n.outside[v.a])
	case kForeign:
		return n.outsideCall(n.outside[v.a] + ".__call__")
	case kMethod:
		if class, ok := n.madeOf[v.a]; ok {
			return n.outsideCall(class + "." + n.names[v.b])
		}
	case kPartial:
		if args := n.sites[v.a].args; len(args) > 0 && args[0].name == none {
			return n.calling(args[0].value)
		}
	}
	return unknown
}

// callingFunction says what a call of a function of the tree gives.
func (n *natures) callingFunction(f int32) verdict {
	fn := &n.funcs[f]
	var out verdict
	switch {
	case fn.flags&Overload != 0:
		return unknown
	case fn.flags&(Async|ContextManager) == Async|ContextManager:
		out = given(sAsyncManager)
	case fn.flags&ContextManager != 0:
		out = given(sManager)
	case fn.flags&(Async|Generator) == Async|Generator:
		out = given(sAsyncGenerator)
	case fn.flags&Async != 0:
		out = given(sCoroutine)
		if fn.flags&(Stub|Abstract) != 0 && n.overriddenOtherwise(f) {
			out.sort |= sUnknown
		}
	case fn.flags&Abstract != 0 || fn.flags&Stub != 0 && fn.class != none || n.awaiting[f]:
		return unknown
	case fn.flags&Generator != 0:
		out = given(sGenerator)
	default:
		out = n.result(f)
		if n.overriddenOtherwise(f) {
			out.sort |= sUnknown // the object may be of the class whose method is a coroutine function
		}
	}
	out.of = f
	if fn.class != none && slices.Contains(n.classes[fn.class].outside, "zope.interface.Interface") {
		out.sort |= sUnknown // it describes what others provide
	}
	if n.decorated[f] || fn.flags&Decorated != 0 {
		out.sort |= sUnknown
	}
	return out
}

// overriddenOtherwise tells whether a method that does nothing is overridden by functions of another kind: then its own
// says nothing of what a call gives. One that nothing in the tree overrides is for others to fill.
func (n *natures) overriddenOtherwise(f int32) bool {
	fn := &n.funcs[f]
	if fn.class == none {
		return false
	}
	if known, ok := n.otherwise[f]; ok {
		return known
	}
	name, otherwise := n.nameOf(f), false
	n.below(fn.class, maxSubclasses, func(sub int32) {
		if m, ok := n.classes[sub].members[name]; ok && m.variable != none {
			for _, g := range n.functionsIn(m.variable, 0) {
				if n.funcs[g].flags&(Async|Generator|ContextManager) != fn.flags&(Async|Generator|ContextManager) {
					otherwise = true
				}
			}
		}
	})
	n.otherwise[f] = otherwise
	return otherwise
}

// result says what the return statements of a function give.
func (n *natures) result(f int32) verdict {
	if known, ok := n.results[f]; ok {
		return known
	}
	n.results[f] = unknown
	fn := &n.funcs[f]
	returned := n.varBase[fn.file] + fn.returned
	out := given(0)
	for _, i := range n.writersOf(returned) {
		out = out.or(n.written(i))
	}
	if out.sort&sTask != 0 && !n.returnsAtOnce(returned) {
		out.sort |= sUnknown // it may have been kept before it was returned
	}
	if fn.gives&givesNone != 0 {
		out.sort |= sPlain
	}
	if fn.gives&givesUnknown != 0 || len(fn.passes) > 0 || out.sort == 0 {
		out.sort |= sUnknown
	}
	n.results[f] = out
	return out
}

// returnsAtOnce tells whether all that a function returns are calls that stand in its return statements.
func (n *natures) returnsAtOnce(returned int32) bool {
	return !slices.ContainsFunc(n.writersOf(returned), func(i int32) bool {
		o := &n.ops[i]
		if o.kind != opCopy || o.flags != 0 || n.isName(o.a) {
			return true
		}
		writers := n.writersOf(o.a)
		return len(writers) != 1 || n.ops[writers[0]].kind != opCall
	})
}

// callingWrapped says what a function gives in whose place a decorator of the tree has put another.
func (n *natures) callingWrapped(value int32) verdict {
	v := n.get(value)
	wrapper := &n.funcs[v.b]
	inner := n.callingValue(v.a)
	if wrapper.flags&(Async|Generator|ContextManager) == 0 && n.handsThrough(v.b) {
		return inner
	}
	out := n.callingFunction(v.b)
	if inner.of != none {
		out.of = inner.of
	}
	return out
}

// handsThrough tells whether a wrapper returns what the wrapped function has given it, and nothing else.
func (n *natures) handsThrough(wrapper int32) bool {
	fn := &n.funcs[wrapper]
	writers := n.writersOf(n.varBase[fn.file] + fn.returned)
	for _, i := range writers {
		if o := &n.ops[i]; o.kind != opCopy || !n.isWrappedCall(o.a, 0) {
			return false
		}
	}
	return len(writers) > 0 && fn.gives&(givesNone|givesUnknown) == 0
}

func (n *natures) isWrappedCall(v int32, depth int) bool {
	if v < nLiterals || v >= n.nvars || depth > 5 {
		return false
	}
	writers := n.writersOf(v)
	for _, i := range writers {
		switch o := &n.ops[i]; {
		case o.kind == opCall && o.flags&opWrapped != 0 && o.flags&opAwaited == 0:
		case o.kind == opCopy && o.flags == 0 && n.isWrappedCall(o.a, depth+1):
		default:
			return false
		}
	}
	return len(writers) > 0 && n.bindings(v) <= len(writers)
}

// outsideCall says what a call of something outside the tree gives.
func (n *natures) outsideCall(name string) verdict {
	s, ok := awaitables()[name]
	for end := strings.LastIndexByte(name, '.'); !ok && end > 0 &&
		!strings.Contains(name, "()"); end = strings.LastIndexByte(name[:end], '.') {
		s, ok = awaitables()[name[:end]+".*"]
	}
	if !ok {
		return unknown
	}
	out := given(s)
	out.source = n.dotted(name)
	return out
}

// byName says what a method gives of an object of which nothing is known.
func (n *natures) byName(callee int32) verdict {
	if callee >= n.nvars {
		return unknown
	}
	writers := n.writersOf(callee)
	if len(writers) != 1 {
		return unknown
	}
	o := &n.ops[writers[0]]
	if o.kind != opLoad || len(n.solver.vars[o.a].values) > 0 {
		return unknown
	}
	s, ok := awaitables()["*."+n.names[o.b]]
	if !ok || n.memberOfTree(o.b) {
		return unknown
	}
	out := given(s)
	out.source = n.dotted(n.names[o.b])
	return out
}

// memberOfTree tells whether some class of the tree has a coroutine function of that name.
func (n *natures) memberOfTree(name int32) bool {
	for f := range n.funcs {
		if fn := &n.funcs[f]; fn.class != none && fn.flags&Async != 0 && n.nameOf(int32(f)) == name {
			return true
		}
	}
	return false
}
