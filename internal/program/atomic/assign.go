package atomic

import (
	"slices"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// assign reads an assignment to one target or several.
func (r *Reader) assign(n, value node) {
	t := r.t
	first := t.Child(n)
	if k := t.Kind(first); k != pysyntax.Tuple && k != pysyntax.List && t.Next(first) == value ||
		t.Kind(n) == pysyntax.AnnAssign {
		r.assignTo(first, value)
		return
	}
	if r.swaps(first, value) {
		return
	}
	r.expr(value, Load)
	v := r.valueOf(value)
	for c := first; c != 0 && c != value; c = t.Next(c) {
		r.target(c, v)
	}
}

// swaps reads `a, b = x, y` as two assignments, whose values are all read before.
func (r *Reader) swaps(target, value node) bool {
	t := r.t
	k := t.Kind(target)
	if (k != pysyntax.Tuple && k != pysyntax.List) || t.Kind(value) != pysyntax.Tuple || t.Next(target) != value {
		return false
	}
	c, v := t.Child(target), t.Child(value)
	for c != 0 && v != 0 {
		c, v = t.Next(c), t.Next(v)
	}
	if c != 0 || v != 0 {
		return false
	}
	r.expr(value, Load)
	for c, v := t.Child(target), t.Child(value); c != 0; c, v = t.Next(c), t.Next(v) {
		r.target(c, r.valueOf(v))
	}
	return true
}

// assignTo reads `target = value`.
func (r *Reader) assignTo(target, value node) {
	t := r.t
	from := len(r.fun().Accesses)
	called := len(r.fun().Calls)
	stored := r.stored
	r.stored = r.refOf(target)
	if t.Kind(target) == pysyntax.Subscript {
		r.stored, _ = r.stateOf(t.Child(target))
	}
	r.expr(value, Load)
	r.stored = stored
	to := len(r.fun().Accesses)
	if t.Kind(target) == pysyntax.Name && r.refOf(target).Kind == NoRef {
		r.bindLocal(target, value, from, to, called)
		return
	}
	at := r.target(target, r.valueOf(value))
	if at >= 0 {
		r.cut(at, value)
		r.written(at, from, to, value)
		r.parted(at)
	}
}

// cut notes that a store cuts a state at its front.
func (r *Reader) cut(at int32, value node) {
	a := &r.fun().Accesses[at]
	if r.t.Kind(value) != pysyntax.Subscript || a.Act != Store || a.Value < 0 {
		return
	}
	whole := r.t.Child(value)
	r.out.Values[a.Value].Rest = r.t.Kind(r.t.Next(whole)) == pysyntax.Slice && r.refOf(whole) == a.Ref
}

// parted ends that local variables stand for a state which is bound anew: what they have is theirs now.
func (r *Reader) parted(at int32) {
	f := r.fun()
	if f.Accesses[at].Act != Store {
		return
	}
	for s, i := range r.derived {
		if f.Accesses[i].Ref == f.Accesses[at].Ref && f.Accesses[i].Act == Load {
			delete(r.derived, s)
		}
	}
}

// bindLocal notes what a local variable gets: what was read from a state, or what a call made. The accesses and calls
// of the value are those that were noted since; a generated function can have 10,000s before.
func (r *Reader) bindLocal(target, value node, from, to, called int) {
	s := r.symbol(target)
	if s == pyscope.None {
		return
	}
	delete(r.derived, s)
	delete(r.made, s)
	delete(r.typed, s)
	if i := r.readBy(value, from, to); i >= 0 {
		r.derived[s] = i
	}
	if r.t.Kind(value) == pysyntax.Await {
		value = r.t.Child(value)
	}
	if r.t.Kind(value) != pysyntax.Call {
		return
	}
	r.made[s] = maker{r.t.Start(value), r.dotted(r.t.Child(value))}
	calls := r.fun().Calls[called:]
	if i := slices.IndexFunc(calls,
		func(c Call) bool { return c.Start == r.t.Start(value) && c.End == r.t.End(value) }); i >= 0 {
		calls[i].Local = string(r.t.Ident(target))
	}
}

// readBy gives the access that an expression is the result of, -1 if it is more than that.
func (r *Reader) readBy(value node, from, to int) int32 {
	t := r.t
	switch t.Kind(value) {
	case pysyntax.Name, pysyntax.Attribute, pysyntax.Subscript, pysyntax.Compare, pysyntax.UnaryOp:
	case pysyntax.Call:
		callee := t.Child(value)
		name := r.lastName(callee)
		if t.Kind(callee) == pysyntax.Attribute && name != "get" && name != "is_set" && name != "isSet" ||
			t.Kind(callee) == pysyntax.Name && name != "len" && name != "bool" && name != "getattr" && name != "hasattr" {
			return -1
		}
	default:
		return -1
	}
	if to != from+1 {
		return -1
	}
	switch r.fun().Accesses[from].Act {
	case Load, Test, Has, Item:
		return int32(from)
	}
	return -1
}

// written notes that what a store writes depends on what was read from the same state.
func (r *Reader) written(at int32, from, to int, value node) {
	f := r.fun()
	ref := f.Accesses[at].Ref
	for i := from; i < to; i++ {
		a := &f.Accesses[i]
		if a.Ref != ref || a.Act == Iterate && f.Accesses[at].Act != Store {
			continue
		}
		if f.Accesses[at].Act == Store || a.Act == Item {
			f.Checks = append(f.Checks, Check{Test: int32(i), Act: at, Form: ReadThenWrite})
			return
		}
	}
	// x = self.n ... self.n = x + 1
	for c := range r.t.Children(value) {
		r.writtenFrom(at, c)
	}
	r.writtenFrom(at, value)
}

func (r *Reader) writtenFrom(at int32, n node) {
	f := r.fun()
	if r.t.Kind(n) != pysyntax.Name {
		return
	}
	s := r.symbol(n)
	if s == pyscope.None {
		return
	}
	if i, ok := r.derived[s]; ok && f.Accesses[i].Ref == f.Accesses[at].Ref && f.Accesses[i].Act != Has {
		f.Checks = append(f.Checks, Check{Test: i, Act: at, Form: ReadThenWrite})
	}
}

// target reads what an assignment binds, and gives the access, -1 for none.
func (r *Reader) target(n node, value int32) int32 {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name, pysyntax.Attribute:
		ref := r.refOf(n)
		if ref.Kind == NoRef {
			if t.Kind(n) == pysyntax.Name {
				if s := r.symbol(n); s != pyscope.None {
					delete(r.derived, s)
					delete(r.made, s)
				}
				return -1
			}
			object := t.Child(n)
			if ref := r.refOf(object); ref.Kind != NoRef {
				r.access(object, ref, Use)
			} else {
				r.expr(object, Load)
			}
			return -1
		}
		i := r.access(n, ref, Store)
		r.last().Value = value
		return i
	case pysyntax.Subscript:
		container := t.Child(n)
		r.expr(t.Next(container), Load)
		act := SetItem
		if value >= 0 && r.out.Values[value].nothingIn() && r.wholly(n) {
			act = Clear
		}
		i := r.element(container, act)
		if i >= 0 {
			r.fun().Accesses[i].Value = value
			r.fun().Accesses[i].End = t.End(n)
		}
		return i
	case pysyntax.Tuple, pysyntax.List:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.target(c, -1)
		}
	case pysyntax.Starred:
		r.target(t.Child(n), -1)
	}
	return -1
}

// augmented reads the target of `x += 1`. It is read before the value, so the access lasts as long as the statement.
func (r *Reader) augmented(n node, end uint32) {
	t := r.t
	if t.Kind(n) == pysyntax.Subscript {
		container := t.Child(n)
		r.expr(t.Next(container), Load)
		if i := r.element(container, ChangeItem); i >= 0 {
			r.fun().Accesses[i].End = end
			r.fun().Checks = append(r.fun().Checks, Check{Test: i, Act: i, Form: ReadThenWrite})
		}
		return
	}
	if ref := r.refOf(n); ref.Kind != NoRef {
		i := r.access(n, ref, Change)
		r.fun().Accesses[i].End = end
		r.fun().Checks = append(r.fun().Checks, Check{Test: i, Act: i, Form: ReadThenWrite})
		return
	}
	if t.Kind(n) == pysyntax.Attribute {
		r.expr(t.Child(n), Load)
	}
}

// wholly reports whether a subscript means all elements: x[:].
func (r *Reader) wholly(n node) bool {
	index := r.t.Next(r.t.Child(n))
	return r.t.Kind(index) == pysyntax.Slice && r.t.Child(index) == 0
}

func (r *Reader) remove(n node) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Subscript:
		container := t.Child(n)
		r.expr(t.Next(container), Load)
		act := DelItem
		if r.wholly(n) {
			act = Clear
		}
		r.element(container, act)
	case pysyntax.Name, pysyntax.Attribute:
		if ref := r.refOf(n); ref.Kind != NoRef {
			r.access(n, ref, Delete)
		}
	case pysyntax.Tuple, pysyntax.List:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.remove(c)
		}
	}
}

// valueOf describes a value.
func (r *Reader) valueOf(n node) int32 {
	t := r.t
	v := Value{Start: t.Start(n), End: t.End(n), Empty: t.Child(n) == 0}
	at := n
	if t.Kind(at) == pysyntax.Await {
		at = t.Child(at)
	}
	if t.Kind(at) == pysyntax.BoolOp { // x or make()
		at = t.Last(at)
	}
	switch t.Kind(at) {
	case pysyntax.Constant:
		v.Kind = Constant
		if t.Op(at) == pysyntax.ConstNone {
			v.Kind = Nothing
		}
	case pysyntax.Dict, pysyntax.DictComp:
		v.Kind = Dict
	case pysyntax.List, pysyntax.ListComp:
		v.Kind = List
	case pysyntax.Set, pysyntax.SetComp:
		v.Kind = Set
	case pysyntax.Call:
		v.Kind, v.Call, v.Name = Made, t.Start(at), r.dotted(t.Child(at))
		v.Bare = t.Next(t.Child(at)) == 0
		if v.Bare {
			switch v.Name { // dict(), list() and set() of nothing
			case "dict":
				v.Kind, v.Empty = Dict, true
			case "list":
				v.Kind, v.Empty = List, true
			case "set":
				v.Kind, v.Empty = Set, true
			}
		}
	case pysyntax.Name:
		if s := r.symbol(at); s != pyscope.None {
			if m, ok := r.made[s]; ok {
				v.Kind, v.Call, v.Name = Made, m.call, m.name
			}
		}
	}
	r.out.Values = append(r.out.Values, v)
	return int32(len(r.out.Values) - 1)
}
