package atomic

import (
	"strings"
	"unicode/utf8"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// expr reads an expression. act says what is done with its value: Load, Test or Iterate.
func (r *Reader) expr(n node, act Act) {
	if n == 0 {
		return
	}
	if r.depth++; r.depth <= maxDepth {
		r.expression(n, act)
	}
	r.depth--
}

func (r *Reader) expression(n node, act Act) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name:
		if ref := r.refOf(n); ref.Kind != NoRef {
			r.access(n, ref, act)
		} else if act == Test {
			r.derivedTest(n)
		}
	case pysyntax.Attribute:
		r.attribute(n, act)
	case pysyntax.Call:
		r.call(n, act)
	case pysyntax.Subscript:
		container := t.Child(n)
		r.element(container, Item)
		r.expr(t.Next(container), Load)
	case pysyntax.Compare:
		r.compare(n, act)
	case pysyntax.BoolOp:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.expr(c, act)
		}
	case pysyntax.UnaryOp:
		r.expr(t.Child(n), act)
	case pysyntax.NamedExpr:
		target := t.Child(n)
		r.assignTo(target, t.Next(target))
		if act == Test {
			r.derivedTest(target)
		}
	case pysyntax.IfExp:
		value := t.Child(n)
		test := t.Next(value)
		r.expr(test, Test)
		r.expr(value, act)
		r.expr(t.Next(test), act)
	case pysyntax.Await:
		awaited := r.awaited
		r.awaited = true
		r.expr(t.Child(n), Load)
		r.awaited = awaited
		r.suspends(n)
	case pysyntax.Yield, pysyntax.YieldFrom:
		r.expr(t.Child(n), Load)
		r.suspends(n)
	case pysyntax.Lambda:
		r.lambda(n)
	case pysyntax.ListComp, pysyntax.SetComp, pysyntax.GeneratorExp, pysyntax.DictComp:
		r.comprehension(n, act)
	default:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Kind(c).IsStatement() {
				r.statement(c)
			} else {
				r.expr(c, Load)
			}
		}
	}
}

// attribute reads x.y. An attribute of a state is a use of it.
func (r *Reader) attribute(n node, act Act) {
	if ref := r.refOf(n); ref.Kind != NoRef {
		if ref.Kind == Imported && act == Load {
			return // a function or class of another module, mostly
		}
		r.access(n, ref, act)
		return
	}
	object := r.t.Child(n)
	if ref := r.refOf(object); ref.Kind != NoRef {
		r.access(object, ref, Use)
		r.last().Method = string(r.t.Ident(n))
		return
	}
	r.expr(object, Load)
}

func (r *Reader) last() *Access {
	a := r.fun().Accesses
	return &a[len(a)-1]
}

// element notes what is done with an element of a container; elements of elements count for the container.
func (r *Reader) element(container node, act Act) int32 {
	t := r.t
	deep := false
	at := container
	for t.Kind(at) == pysyntax.Subscript {
		inner := t.Child(at)
		r.expr(t.Next(inner), Load)
		at, deep = inner, true
	}
	if ref, via := r.stateOf(at); ref.Kind != NoRef {
		i := r.access(container, ref, act)
		r.last().Deep = deep
		if via >= 0 {
			r.last().Deep = r.last().Deep || r.fun().Accesses[via].Act != Load
		}
		return i
	}
	r.expr(at, Load)
	return -1
}

// stateOf gives the state that an expression names, by itself or through a local variable that was bound to it. via is
// the access that bound the variable, -1 for none.
func (r *Reader) stateOf(n node) (ref Ref, via int32) {
	if ref := r.refOf(n); ref.Kind != NoRef {
		return ref, -1
	}
	if r.t.Kind(n) == pysyntax.Name {
		if s := r.symbol(n); s != pyscope.None {
			if i, ok := r.derived[s]; ok && r.fun().Accesses[i].Act == Load {
				return r.fun().Accesses[i].Ref, i
			}
		}
	}
	return Ref{}, -1
}

// derivedTest notes that a local variable is tested which holds what was read from a state.
func (r *Reader) derivedTest(n node) {
	s := r.symbol(n)
	if s == pyscope.None {
		return
	}
	i, ok := r.derived[s]
	if !ok {
		return
	}
	f := r.fun()
	a := f.Accesses[i]
	if a.Act == Load {
		a.Act = Test
	}
	f.Accesses = append(f.Accesses, a)
}

func (r *Reader) compare(n node, act Act) {
	t := r.t
	left := t.Child(n)
	for c := t.Next(left); c != 0; c = t.Next(c) {
		if rel := t.Rel(c); rel == pysyntax.OpIn || rel == pysyntax.OpNotIn {
			r.expr(left, Load)
			r.contains(c)
			left = c
			continue
		}
		r.expr(left, act)
		left = c
	}
	if rel := t.Rel(left); rel != pysyntax.OpIn && rel != pysyntax.OpNotIn {
		r.expr(left, act)
	}
}

// contains reads the right side of `in`.
func (r *Reader) contains(n node) {
	t := r.t
	at := n
	if t.Kind(at) == pysyntax.Call { // x in d.keys()
		if callee := t.Child(at); t.Kind(callee) == pysyntax.Attribute && viewMethods[string(t.Ident(callee))] {
			at = t.Child(callee)
		}
	}
	if r.element(at, Has) < 0 {
		return
	}
}

func (r *Reader) lambda(n node) {
	t := r.t
	before := *r
	r.begin(r.open(n, pyscope.LambdaScope),
		Func{Start: t.Start(n), End: t.End(n), Class: -1, Outer: r.fn, Name: "<lambda>"})
	r.expr(t.Last(n), Load)
	r.restore(&before)
}

// comprehension reads a comprehension. A generator that is iterated over goes on as long as who does that, all others
// come to an end here.
func (r *Reader) comprehension(n node, act Act) {
	t := r.t
	ends := act != Iterate || t.Kind(n) != pysyntax.GeneratorExp
	scope := r.scope
	first, all, around := true, len(r.fun().Accesses), r.comp
	r.loop++
	r.comp = t.End(n)
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Comprehension {
			continue
		}
		if t.Has(c, pysyntax.FlagAsync) {
			r.suspends(c)
		}
		target := t.Child(c)
		iterable := t.Next(target)
		from := len(r.fun().Accesses)
		r.expr(iterable, Iterate)
		r.stretch(from, len(r.fun().Accesses), t.End(n))
		r.goneThrough(iterable)
		if first {
			r.scope, first = r.open(n, pyscope.ComprehensionScope), false
		}
		for condition := t.Next(iterable); condition != 0; condition = t.Next(condition) {
			r.expr(condition, Load)
		}
	}
	for c := t.Child(n); c != 0 && t.Kind(c) != pysyntax.Comprehension; c = t.Next(c) {
		r.expr(c, Load)
	}
	r.loop--
	r.scope, r.comp = scope, around
	for i := all; ends && i < len(r.fun().Accesses); i++ {
		r.fun().Accesses[i].ended = true
	}
}

// short puts source on one line, at most as much as is worth keeping.
func short(source []byte) string {
	const limit = 80
	text := strings.Join(strings.Fields(string(source)), " ")
	if len(text) > limit {
		text = text[:limit]
		for !utf8.ValidString(text) && len(text) > 0 {
			text = text[:len(text)-1]
		}
	}
	return text
}
