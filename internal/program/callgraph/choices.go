package callgraph

import (
	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// Expressions of which not all is evaluated.

// either gives the variable of a value that is one of two.
func (r *reducer) either(n node, x, y int32) int32 {
	switch {
	case x == y:
		return x
	case x == none:
		return r.orUnknown(n, y)
	case y == none:
		return r.orUnknown(n, x)
	}
	out := r.temp()
	r.copy(n, out, x)
	r.copy(n, out, y)
	return out
}

// orUnknown gives a variable of what another has, and of what nothing is known of.
func (r *reducer) orUnknown(n node, v int32) int32 {
	if v < 0 {
		return v
	}
	out := r.temp()
	r.op(n, op{kind: opCopy, flags: opPartial, dst: out, a: v})
	return out
}

// boolOp reads `a and b`, `a or b`. What a test before says holds in what comes after.
func (r *reducer) boolOp(n node) int32 {
	t := r.t
	before := r.narrowed
	out := int32(none)
	first, last := t.Child(n), t.Last(n)
	outside := r.doubt
	for c := first; c != 0; c = t.Next(c) {
		v := r.expr(c)
		r.doubt.tests = outside.tests + 1
		if c != last {
			r.mention(Tested, c, v)
		}
		switch {
		case t.Op(n) == pysyntax.OpOr && c == first:
			out = v
		case t.Op(n) == pysyntax.OpOr:
			out = r.either(c, out, v)
		case c == last:
			out = r.orUnknown(c, v) // or what is false before it
		}
		r.narrow(c, t.Op(n) == pysyntax.OpAnd)
	}
	r.narrowed, r.doubt = before, outside
	return out
}

func (r *reducer) comprehension(n node) int32 {
	t := r.t
	outer, before, outside := r.scope, r.narrowed, r.doubt
	first := true
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Comprehension {
			continue
		}
		target := t.Child(c)
		iterable := t.Next(target)
		v := r.elements(iterable, t.Has(c, pysyntax.FlagAsync)) // the first is evaluated outside
		if first {
			r.scope = r.open(n, pyscope.ComprehensionScope)
			first = false
			r.doubt.tests++
		}
		r.store(target, v)
		for condition := t.Next(iterable); condition != 0; condition = t.Next(condition) {
			r.test(condition)
			r.narrow(condition, true)
		}
	}
	out := r.temp()
	kind := listLike
	if t.Kind(n) == pysyntax.DictComp {
		kind = dictLike
	}
	made := r.alloc(kind)
	r.op(n, op{kind: opAlloc, flags: r.laziness(n), dst: out, a: made, b: int32(kind)})
	i := 0
	for c := t.Child(n); c != 0 && t.Kind(c) != pysyntax.Comprehension; c = t.Next(c) {
		if t.Kind(c) == pysyntax.DictUnpack {
			r.expr(t.Child(c))
			continue
		}
		v := r.element(n, c)
		switch {
		case kind == dictLike && i == 0:
			r.put(c, made, fieldKeys, v)
		default:
			r.put(c, made, fieldAny, v)
		}
		i++
	}
	r.scope, r.narrowed, r.doubt = outer, before, outside
	return out
}

// element reads what a comprehension collects. If nobody looks at the collection, the elements are dropped; any and all
// ask for their truth.
func (r *reducer) element(comprehension, n node) int32 {
	switch {
	case r.dropped != comprehension:
	case r.t.Kind(comprehension) == pysyntax.GeneratorExp:
		return r.mention(Tested, n, r.expr(n))
	default:
		r.drop(n)
		return none
	}
	return r.expr(n)
}

// laziness gives the flags of the container of a comprehension: a generator expression is no list, and one that awaits
// is an async generator.
func (r *reducer) laziness(n node) uint8 {
	t := r.t
	if t.Kind(n) != pysyntax.GeneratorExp {
		return 0
	}
	awaits := false
	look := func(part node) {
		t.Walk(part, func(c node) bool {
			switch t.Kind(c) {
			case pysyntax.Await:
				awaits = true
			case pysyntax.Lambda, pysyntax.GeneratorExp:
				return false
			}
			return true
		}, nil)
	}
	first := true
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Comprehension {
			look(c)
			continue
		}
		if t.Has(c, pysyntax.FlagAsync) {
			awaits = true
		}
		target := t.Child(c)
		iterable := t.Next(target)
		if !first { // the first is evaluated outside
			look(iterable)
		}
		first = false
		for condition := t.Next(iterable); condition != 0; condition = t.Next(condition) {
			look(condition)
		}
	}
	if awaits {
		return opAsync
	}
	return opPartial
}
