package callgraph

import (
	"aiohub/internal/language/pysyntax"
)

// store lets what an assignment's target names take a value.
func (r *reducer) store(target node, v int32) {
	t := r.t
	switch t.Kind(target) {
	case pysyntax.Name:
		symbol := r.target(t.Ident(target), r.scope)
		if symbol == none {
			return
		}
		r.widen(symbol)
		r.copy(target, symbol, v)
	case pysyntax.Tuple, pysyntax.List:
		r.unpack(target, v)
	case pysyntax.Starred:
		r.store(t.Child(target), v)
	case pysyntax.Attribute:
		object := t.Child(target)
		o := r.expr(object)
		if o < 0 {
			return
		}
		r.mentionWritten(object, o, r.ident(target))
		out := op{kind: opStore, dst: o, a: v, b: r.ident(target)}
		if o == r.self && r.class != none {
			out.flags |= opSelfStore
			r.assigned(r.ident(target))
		}
		r.op(target, out)
	case pysyntax.Subscript:
		container := t.Child(target)
		o := r.mention(Indexed, container, r.expr(container))
		index := t.Next(container)
		i := r.mention(Key, index, r.expr(index))
		if o >= 0 {
			r.op(target, op{kind: opSetIndex, dst: o, a: v, b: r.field(index), c: i})
		}
	default:
		r.expr(target)
	}
}

// assigned notes that a method of the class around assigns an attribute.
func (r *reducer) assigned(name int32) {
	key := int64(r.class)<<32 | int64(name)
	if r.stored[key] {
		return
	}
	r.stored[key] = true
	c := &r.s.classes[r.class]
	c.members = append(c.members, member{name: name, variable: none})
}

func (r *reducer) unpack(target node, v int32) {
	t := r.t
	i := int32(0)
	for c := t.Child(target); c != 0; c = t.Next(c) {
		part := int32(none)
		if v >= 0 {
			part = r.temp()
			position := i
			if t.Kind(c) == pysyntax.Starred {
				position = maxFields
			}
			r.op(c, op{kind: opUnpack, dst: part, a: v, b: position})
		}
		if t.Kind(c) == pysyntax.Starred && part != none {
			list := r.alloc(listLike)
			all := r.temp()
			r.op(c, op{kind: opAlloc, dst: all, a: list, b: int32(listLike)})
			r.put(c, list, fieldAny, part)
			part = all
			i = maxFields
		}
		r.store(c, part)
		i++
	}
}

func (r *reducer) delete(n node) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Attribute:
		if v := r.expr(t.Child(n)); v >= 0 {
			r.op(n, op{kind: opDelete, dst: none, a: v, b: r.ident(n)})
		}
	case pysyntax.Subscript:
		container := t.Child(n)
		v := r.expr(container)
		i := r.expr(t.Next(container))
		if v >= 0 {
			r.op(n, op{kind: opDelIndex, dst: none, a: v, b: fieldAny, c: i})
		}
	case pysyntax.Tuple, pysyntax.List:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.delete(c)
		}
	}
}
