package callgraph

import (
	"strings"

	"aiohub/internal/language/pyscope"
)

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
	calls      map[int32]verdict // by variable: what calling it gives
	results    map[int32]verdict
	callees    map[int32]bool // variables of which it is known whether they can be another callee
	otherwise  map[int32]bool // methods of which it is known whether an override is of another kind
	depth      int
}

// maxBack bounds how far a value is followed back.

const maxBack = 40

func newNatures(s *solver) *natures {
	n := &natures{
		solver: s, parameters: map[int32]bool{}, puts: map[int32][]int32{}, stores: map[int32][]int32{},
		decorated: s.decoratedOutside(), awaiting: s.generatorCoroutines(),
		vars: map[int32]verdict{}, calls: map[int32]verdict{}, results: map[int32]verdict{}, otherwise: map[int32]bool{},
		callees: map[int32]bool{},
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

// bindings counts the places in the code that bind the name of a variable: each that has no op binds something of which
// nothing is known.
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
	case opBinary:
		if o.b >= 0 && o.b < nLiterals && o.c != opSlice {
			return given(sPlain) // calculated with a number or a text
		}
	}
	return unknown
}

// annotation says what an annotation adds to what is known of a name: nothing, if it is of something that cannot be
// awaited.
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
