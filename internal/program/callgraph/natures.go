package callgraph

import (
	_ "embed"
	"strings"
	"sync"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
	"aiohub/internal/program/resolve"
)

// What an expression gives, as far as awaiting it goes, is read off the ops that write its variable, from the expression back to the calls
// that made it. Values that flow would not do: that a variable can be a coroutine says little, it has to be known that it is nothing else.

// sort is a set of what a value can be.
type sort uint16

const (
	sCoroutine sort = 1 << iota
	sAsyncGenerator
	sAsyncManager // what an @asynccontextmanager gives: good for async with alone
	sAsyncObject  // an object for async with that has other uses too
	sGenerator
	sManager
	sContainer
	sTask
	sInstance // of a class of the tree, all of whose bases are known
	sCallable // a function, method or class
	sPlain    // anything else that cannot be awaited
	sUnknown
)

// verdict is what a value can be, and where it comes from.
type verdict struct {
	sort   sort
	of     int32 // a function that gives it, none if no function of the tree does
	source int32 // the name outside that gives it, none if none does
	class  int32 // of an instance
}

var unknown = verdict{sort: sUnknown, of: none, source: none, class: none}

func given(s sort) verdict { return verdict{sort: s, of: none, source: none, class: none} }

// or joins what a value is on one way with what it is on another.
func (a verdict) or(b verdict) verdict {
	if a.sort&sInstance != 0 && b.sort&sInstance != 0 && a.class != b.class {
		b.sort |= sUnknown
	}
	a.sort |= b.sort
	if a.of == none {
		a.of = b.of
	}
	if a.source == none {
		a.source = b.source
	}
	if a.class == none {
		a.class = b.class
	}
	return a
}

// natures works out verdicts for a solution.
type natures struct {
	*solver
	writers    []int32 // ops by variable
	first      []int32 // by variable: where its writers begin
	parameters map[int32]bool
	puts       map[int32][]int32 // container -> ops that put something into it
	stores     map[int32][]int32 // name -> ops that store into an attribute of that name
	decorated  map[int32]bool
	awaiting   map[int32]bool // generators that a decorator makes awaitable
	vars       map[int32]verdict
	results    map[int32]verdict
	depth      int
}

// maxBack bounds how far a value is followed back.

const maxBack = 40

func newNatures(s *solver) *natures {
	n := &natures{
		solver: s, parameters: map[int32]bool{}, puts: map[int32][]int32{}, stores: map[int32][]int32{}, decorated: s.decoratedOutside(), awaiting: s.generatorCoroutines(),
		vars: map[int32]verdict{}, results: map[int32]verdict{},
	}
	n.first = make([]int32, s.nvars+1)
	writes := func(o *op) bool {
		switch o.kind {
		case opStore, opSetIndex, opPut:
			return false
		}
		return o.dst >= 0 && o.dst < s.nvars
	}
	for i := range s.ops {
		o := &s.ops[i]
		switch {
		case writes(o):
			n.first[o.dst]++
		case o.kind == opPut:
			n.puts[o.dst] = append(n.puts[o.dst], int32(i))
		case o.kind == opStore:
			n.stores[o.b] = append(n.stores[o.b], int32(i))
		}
	}
	total := int32(0)
	for v := range n.first {
		n.first[v], total = total, total+n.first[v]
	}
	n.writers = make([]int32, total)
	next := make([]int32, s.nvars)
	copy(next, n.first)
	for i := range s.ops {
		if o := &s.ops[i]; writes(o) {
			n.writers[next[o.dst]] = int32(i)
			next[o.dst]++
		}
	}
	for f := range s.funcs {
		for _, p := range s.funcs[f].params {
			n.parameters[p.variable], n.parameters[p.input] = true, true
		}
	}
	return n
}

func (n *natures) writersOf(v int32) []int32 { return n.writers[n.first[v]:n.first[v+1]] }

// of says what a variable can be.
func (n *natures) variable(v int32) verdict {
	switch {
	case v < 0 || v >= n.nvars || n.parameters[v]:
		return unknown
	case v < nLiterals:
		return given(sPlain)
	}
	if known, ok := n.vars[v]; ok {
		return known
	}
	if n.depth > maxBack {
		return unknown
	}
	n.depth++
	n.vars[v] = unknown // for what leads back to it
	writers := n.writersOf(v)
	out := given(0)
	if n.bindings(v) > len(writers) || len(writers) == 0 {
		out = unknown
	}
	for _, i := range writers {
		out = out.or(n.written(i))
	}
	if out.sort == 0 {
		out = unknown
	}
	n.depth--
	n.vars[v] = out
	return out
}

// bindings counts the places in the code that bind the name of a variable: each that has no op binds something of which nothing is known.
func (n *natures) bindings(v int32) int {
	file := n.fileOfVariable(v)
	f := n.files[file].model
	local := v - n.varBase[file]
	if int(local) >= len(f.Symbols) {
		return 0
	}
	count := 0
	for b := f.Symbols[local].First; b != pyscope.None; b = f.Binds[b].Next {
		count++
	}
	return count
}

func (n *natures) fileOfVariable(v int32) int {
	lo, hi := 0, len(n.varBase)
	for lo < hi {
		mid := (lo + hi) / 2
		if n.varBase[mid] <= v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

// written says what an op gives the variable that it writes.
func (n *natures) written(i int32) verdict {
	o := &n.ops[i]
	switch o.kind {
	case opCopy:
		if o.flags&opAwaited != 0 {
			return unknown
		}
		v := n.variable(o.a)
		if o.flags&opPartial != 0 {
			v.sort |= sUnknown
		}
		return v
	case opFunc, opClass, opBuiltin:
		return given(sCallable)
	case opAlloc:
		switch {
		case o.flags&opAsync != 0:
			return given(sAsyncGenerator)
		case o.flags&opPartial != 0:
			return given(sGenerator)
		}
		return given(sContainer)
	case opCall:
		if o.flags&opAwaited != 0 {
			return n.awaited(i)
		}
		return n.called(i)
	case opLoad:
		return n.loaded(o)
	case opIter, opIndex, opUnpack:
		return n.element(o)
	case opInstance:
		return n.annotation(o)
	}
	return unknown
}

// annotation says what an annotation adds to what is known of a name: nothing, if it is of something that cannot be awaited.
func (n *natures) annotation(o *op) verdict {
	if n.promisesPlain(o.a) {
		return given(0)
	}
	return unknown
}

// promisesPlain tells whether all that an annotation names are types whose objects nobody can await.
func (n *natures) promisesPlain(v int32) bool {
	if v < 0 || len(n.solver.vars[v].values) == 0 {
		return false
	}
	for _, value := range n.solver.vars[v].values {
		switch k := n.get(value); k.kind {
		case kClass:
			if !n.closed(k.a) || n.has(k.a, "__await__") {
				return false
			}
		case kOutside:
			if name := n.outside[k.a]; !plainTypes[strings.TrimPrefix(name, "builtins.")] {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// plainTypes are types that people promise in annotations.
var plainTypes = map[string]bool{
	"str": true, "int": true, "float": true, "bool": true, "bytes": true, "bytearray": true, "dict": true, "list": true, "set": true, "frozenset": true, "tuple": true,
	"typing.List": true, "typing.Dict": true, "typing.Set": true, "typing.Tuple": true, "typing.FrozenSet": true, "pathlib.Path": true, "datetime.datetime": true,
}

// closed tells whether all bases of a class are of the tree, or say nothing of awaiting.
func (n *natures) closed(c int32) bool {
	for _, k := range n.classes[c].mro {
		if n.classes[k].unknown {
			return false
		}
	}
	return len(n.classes[c].outside) == 0
}

func (n *natures) has(c int32, method string) bool {
	return n.declares(c, n.program.name(method)) != none
}

// awaited says what awaiting a call gives: what the coroutine function returns.
func (n *natures) awaited(i int32) verdict {
	out := given(0)
	for _, value := range n.solver.vars[n.ops[i].a].values {
		f := n.functionOf(value)
		if f == none || n.funcs[f].flags&Async == 0 || n.funcs[f].flags&(Generator|ContextManager|Stub|Abstract) != 0 || n.decorated[f] {
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

// isOfCoroutine tells whether a callee is a method that coroutines have, read from what can be one: close, send, throw. The solver knows only what a coroutine
// function returns.
func (n *natures) isOfCoroutine(callee int32) bool {
	if callee < nLiterals || callee >= n.nvars {
		return false
	}
	for _, i := range n.writersOf(callee) {
		if o := &n.ops[i]; o.kind == opLoad && ownAttributes[Coroutine][n.names[o.b]] && n.variable(o.a).sort&sCoroutine != 0 {
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
	if n.depth > maxBack {
		return unknown
	}
	n.depth++
	out := given(0)
	for _, value := range values {
		out = out.or(n.callingValue(value))
	}
	n.depth--
	if out.sort == 0 {
		return unknown
	}
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
	case fn.flags&(Stub|Abstract) != 0 || n.awaiting[f]:
		return unknown
	case fn.flags&Generator != 0:
		out = given(sGenerator)
	default:
		out = n.result(f)
	}
	out.of = f
	if n.decorated[f] || fn.flags&Decorated != 0 {
		out.sort |= sUnknown
	}
	return out
}

// overriddenOtherwise tells whether a method that does nothing is overridden by functions of another kind: then its own says nothing of what a call gives. One
// that nothing in the tree overrides is for others to fill.
func (n *natures) overriddenOtherwise(f int32) bool {
	fn := &n.funcs[f]
	if fn.class == none {
		return false
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
	if out.sort&sTask != 0 {
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
	for end := strings.LastIndexByte(name, '.'); !ok && end > 0 && !strings.Contains(name, "()"); end = strings.LastIndexByte(name[:end], '.') {
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

// knownCallee tells whether the values of a callee are all that it can be: a name that is defined or imported, a method of an object that is known. What
// a parameter holds, an attribute that was assigned or an element of a container can be something else in another program.
func (n *natures) knownCallee(v int32, depth int) bool {
	if v < nLiterals || v >= n.nvars || depth > 8 || n.parameters[v] {
		return false // a literal is no callee
	}
	if len(n.solver.vars[v].values) == 0 {
		return true // it is known by its name alone
	}
	writers := n.writersOf(v)
	if n.bindings(v) > len(writers) {
		return false
	}
	for _, i := range writers {
		switch o := &n.ops[i]; o.kind {
		case opFunc, opClass, opBuiltin, opImport, opStar, opDotted, opSuper, opDecorate:
		case opCopy:
			if o.flags&opPartial != 0 || !n.knownCallee(o.a, depth+1) {
				return false
			}
		case opLoad:
			if !n.knownMethod(o) {
				return false
			}
		case opCall:
			if !n.isPartial(v) {
				return false
			}
		default:
			return false
		}
	}
	return len(writers) > 0
}

func (n *natures) isPartial(v int32) bool {
	for _, value := range n.solver.vars[v].values {
		k := n.get(value)
		if k.kind != kPartial {
			return false
		}
		if args := n.sites[k.a].args; len(args) == 0 || !n.knownCallee(args[0].value, 1) {
			return false
		}
	}
	return true
}

// knownMethod tells whether an attribute is a method, and not something that was put there.
func (n *natures) knownMethod(o *op) bool {
	for _, value := range n.solver.vars[o.a].values {
		switch k := n.get(value); k.kind {
		case kInstance, kClass:
			owner := n.declares(k.a, o.b)
			if owner == none {
				continue
			}
			m := n.classes[owner].members[o.b]
			if m.variable == none {
				return false
			}
			for _, i := range n.writersOf(m.variable) {
				switch w := &n.ops[i]; w.kind {
				case opFunc, opDecorate, opClass:
				case opCopy:
					if !n.knownCallee(w.a, 1) {
						return false
					}
				default:
					return false
				}
			}
			if n.assignedOutside(k.a, o.b) {
				return false
			}
		}
	}
	return true
}

// assignedOutside tells whether an attribute of a class or of those above it is assigned somewhere.
func (n *natures) assignedOutside(c, name int32) bool {
	for _, k := range n.classes[c].mro {
		if v, ok := n.attrs[pair{k, name}]; ok && len(n.solver.vars[v].values) > 0 {
			return true
		}
	}
	for _, i := range n.stores[name] {
		for _, value := range n.solver.vars[n.ops[i].dst].values {
			if k := n.get(value); (k.kind == kInstance || k.kind == kClass) && (n.derives(c, k.a) || n.derives(k.a, c)) {
				return true
			}
		}
	}
	return false
}

// loaded says what reading an attribute gives.
func (n *natures) loaded(o *op) verdict {
	if o.a < 0 {
		return unknown
	}
	values := n.solver.vars[o.a].values
	if len(values) == 0 || len(values) >= maxValues {
		return unknown
	}
	out := given(0)
	for _, value := range values {
		switch k := n.get(value); k.kind {
		case kInstance:
			out = out.or(n.attribute(k.a, o.b))
		case kModule:
			out = out.or(n.ofModule(k.a, o.b))
		default:
			return unknown
		}
	}
	return out
}

func (n *natures) ofModule(module, name int32) verdict {
	out := given(0)
	for _, o := range n.resolver.MemberOrigins(pymodule.ID(module), n.names[name]) {
		if o.Kind != resolve.Variable {
			return unknown
		}
		out = out.or(n.variable(n.varBase[o.File] + o.Symbol))
	}
	if out.sort == 0 {
		return unknown
	}
	return out
}

// attribute says what an attribute of an instance is: what a property gives, a method, or what is assigned to it.
func (n *natures) attribute(c, name int32) verdict {
	owner := n.declares(c, name)
	if owner == none {
		return unknown
	}
	m := n.classes[owner].members[name]
	if m.variable == none {
		return n.assigned(c, name)
	}
	if n.assignedOutside(c, name) {
		return unknown
	}
	out := given(0)
	for _, value := range n.solver.vars[m.variable].values {
		f := n.functionOf(value)
		switch {
		case f == none:
			return unknown
		case n.funcs[f].flags&(Setter|Deleter) != 0:
		case n.funcs[f].flags&Property != 0:
			if !n.isPlainProperty(f) {
				return unknown
			}
			out = out.or(n.callingFunction(f))
		case n.funcs[f].class == none || n.decorated[f]:
			return unknown
		default:
			out = out.or(given(sCallable))
		}
	}
	if out.sort == 0 {
		return unknown
	}
	return out
}

// isPlainProperty tells whether a property is one of Python's own: those of libraries may await what they are given.
func (n *natures) isPlainProperty(f int32) bool {
	for _, d := range n.funcs[f].decorators {
		switch lastPart(d) {
		case "property", "abstractproperty", "abstractmethod", "override", "final":
		default:
			return false
		}
	}
	return true
}

// assigned says what is stored in an attribute of a class.
func (n *natures) assigned(c, name int32) verdict {
	out := given(0)
	for _, i := range n.stores[name] {
		o := &n.ops[i]
		values := n.solver.vars[o.dst].values
		concerns := len(values) == 0
		for _, value := range values {
			if k := n.get(value); (k.kind == kInstance || k.kind == kClass) && (n.derives(c, k.a) || n.derives(k.a, c)) {
				concerns = true
			}
		}
		if concerns {
			out = out.or(n.variable(o.a))
		}
	}
	if out.sort == 0 {
		return unknown
	}
	return out
}

// element says what an element of a container that is written out is.
func (n *natures) element(o *op) verdict {
	if o.a < 0 || o.a >= n.nvars || o.flags&opAsync != 0 {
		return unknown
	}
	values := n.solver.vars[o.a].values
	if len(values) == 0 || n.variable(o.a).sort&sUnknown != 0 {
		return unknown
	}
	out := given(0)
	for _, value := range values {
		k := n.get(value)
		if k.kind != kContainer || n.allocs[k.a] == dictLike && o.kind != opIndex || len(n.puts[k.a]) == 0 {
			return unknown
		}
		for _, i := range n.puts[k.a] {
			if p := &n.ops[i]; p.b != fieldKeys && p.b != fieldPaths {
				out = out.or(n.variable(p.a))
			}
		}
	}
	return out
}

//go:embed awaitables.txt
var awaitablesText string

// awaitables are the names of awaitables.txt.
var awaitables = sync.OnceValue(func() map[string]sort {
	sorts := map[string]sort{"coroutine": sCoroutine, "manager": sAsyncObject, "iterator": sAsyncGenerator, "plain": sPlain, "task": sTask}
	table := map[string]sort{}
	for line := range strings.Lines(awaitablesText) {
		if f := strings.Fields(line); len(f) == 2 && f[0][0] != '#' {
			table[f[1]] = sorts[f[0]]
		}
	}
	return table
})
