package callgraph

import (
	"slices"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// statements reads the children of a module or block.
func (r *reducer) statements(block node) {
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return
	}
	narrowed := r.narrowed
	for c := r.t.Child(block); c != 0; c = r.t.Next(c) {
		r.statement(c)
	}
	r.narrowed = narrowed
	r.depth--
}

func (r *reducer) statement(n node) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.FunctionDef:
		r.function(n)
	case pysyntax.ClassDef:
		r.classDef(n)
	case pysyntax.Return:
		r.returns(n)
		r.noteReturn()
	case pysyntax.Assign:
		value := t.Last(n)
		r.assign(n, value)
	case pysyntax.AugAssign:
		target := t.Child(n)
		old := r.mention(Operand, target, r.expr(target))
		value := r.mention(Operand, t.Next(target), r.expr(t.Next(target)))
		if old >= 0 {
			result := r.temp()
			r.op(n, op{kind: opBinary, dst: result, a: old, b: value, c: int32(t.Op(n))})
			r.store(target, result)
		}
	case pysyntax.AnnAssign:
		r.annAssign(n)
	case pysyntax.For:
		r.forStatement(n)
	case pysyntax.While:
		r.whileStatement(n)
	case pysyntax.If:
		r.ifStatement(n)
	case pysyntax.With:
		r.with(n)
	case pysyntax.Try:
		r.try(n)
	case pysyntax.ExprStmt:
		r.exprStatement(n)
	case pysyntax.Match:
		r.match(n)
	case pysyntax.Import, pysyntax.ImportFrom:
		r.imports(n)
	case pysyntax.Delete:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.delete(c)
		}
	case pysyntax.Assert:
		test := t.Child(n)
		r.test(test)
		if message := t.Next(test); message != 0 {
			r.perhaps(func() { r.expr(message) })
		}
		r.narrow(test, true)
	case pysyntax.Raise:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.mention(Raised, c, r.expr(c))
		}
	case pysyntax.TypeAlias:
		r.typeAlias(n)
	case pysyntax.Break, pysyntax.Continue:
		r.noteJump()
	case pysyntax.Global, pysyntax.Nonlocal, pysyntax.Pass:
	default:
		if t.Kind(n).IsExpr() {
			r.expr(n)
			return
		}
		r.statements(n)
	}
}

// returns reads a return statement.
func (r *reducer) returns(n node) {
	value := r.t.Child(n)
	f := &r.s.funcs[r.fn]
	if value == 0 || r.t.Kind(value) == pysyntax.Constant && r.t.Op(value) == pysyntax.ConstNone {
		f.gives |= givesNone
		return
	}
	if r.returnsParameter(value) {
		return
	}
	v := r.mention(Returned, value, r.expr(value))
	f = &r.s.funcs[r.fn] // expressions have functions too
	if v == none {
		f.gives |= givesUnknown
	}
	r.copy(n, f.returned, v)
}

// returnsParameter notes that a function returns one of its parameters as it was given. So each caller gets back what
// it passes, and not what all others do.
func (r *reducer) returnsParameter(value node) bool {
	if r.t.Kind(value) != pysyntax.Name {
		return false
	}
	f := &r.s.funcs[r.fn]
	symbol := r.symbol(r.t.Ident(value), r.t.Start(value))
	if symbol == none || r.read(symbol) != symbol || f.kind != Plain {
		return false
	}
	first := r.f.Symbols[symbol].First
	if first == pyscope.None || r.f.Binds[first].Next != pyscope.None {
		return false // assigned to as well
	}
	for i := range f.params {
		if p := &f.params[i]; p.variable == symbol && (p.kind == paramNormal || p.kind == paramPosOnly) &&
			p.input == symbol && !p.fallback {
			if !slices.Contains(f.passes, int32(i)) {
				f.passes = append(f.passes, int32(i))
			}
			return true
		}
	}
	return false
}

func (r *reducer) exprStatement(n node) {
	r.drop(r.t.Child(n))
}

// drop reads an expression whose value is not used.
func (r *reducer) drop(n node) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Call:
		if object := r.onlyWatched(n); object != 0 {
			r.watched = object
		}
		r.call(n, opStmt)
	case pysyntax.Await:
		r.await(n, opStmt)
	case pysyntax.IfExp:
		value := t.Child(n)
		test := t.Next(value)
		r.test(test)
		before := r.narrowed
		r.narrow(test, true)
		r.perhaps(func() { r.drop(value) })
		r.narrowed = before
		r.narrow(test, false)
		r.perhaps(func() { r.drop(t.Next(test)) })
		r.narrowed = before
	case pysyntax.BoolOp:
		before := r.narrowed
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Next(c) == 0 {
				r.perhaps(func() { r.drop(c) })
				break
			}
			r.mention(Tested, c, r.expr(c))
			r.narrow(c, t.Op(n) == pysyntax.OpAnd)
		}
		r.narrowed = before
	case pysyntax.Tuple, pysyntax.List, pysyntax.Set:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.drop(c)
		}
	case pysyntax.ListComp, pysyntax.SetComp:
		outer := r.dropped
		r.dropped = n
		r.expr(n)
		r.dropped = outer
	default:
		r.mention(Dropped, n, r.expr(n))
	}
}

func (r *reducer) assign(n, value node) {
	t := r.t
	first := t.Child(n)
	// A tuple of targets takes the elements of a tuple of the same length one by one.
	if k := t.Kind(first); (k == pysyntax.Tuple || k == pysyntax.List) && t.Next(first) == value {
		if v := t.Kind(value); (v == pysyntax.Tuple || v == pysyntax.List) && r.sameLength(first, value) {
			for c, v := t.Child(first), t.Child(value); c != 0; c, v = t.Next(c), t.Next(v) {
				r.store(c, r.expr(v))
			}
			return
		}
	}
	v := r.expr(value)
	for c := first; c != 0 && c != value; c = t.Next(c) {
		if k := t.Kind(c); k == pysyntax.Tuple || k == pysyntax.List {
			r.mention(Unpacked, value, v)
		}
		r.mentionAssigned(c, value, v)
		r.store(c, v)
	}
}

func (r *reducer) sameLength(x, y node) bool {
	t := r.t
	c, d := t.Child(x), t.Child(y)
	for c != 0 && d != 0 {
		if t.Kind(c) == pysyntax.Starred || t.Kind(d) == pysyntax.Starred {
			return false
		}
		c, d = t.Next(c), t.Next(d)
	}
	return c == 0 && d == 0
}

func (r *reducer) annAssign(n node) {
	t := r.t
	target := t.Child(n)
	annotation := t.Next(target)
	if annotation == 0 {
		return
	}
	noted := r.temp()
	r.annotate(annotation, noted)
	if r.letsAwaitables(annotation) {
		r.op(annotation, op{kind: opCopy, flags: opPartial, dst: noted, a: noted})
	}
	if value := t.Next(annotation); value != 0 {
		r.store(target, r.pass(annotation, r.expr(value)))
	} else if t.Kind(target) != pysyntax.Name {
		r.objectOf(target)
	}
	r.store(target, noted)
	r.annotated(target, annotation)
	if r.directly != none && t.Kind(target) == pysyntax.Name && r.annotationName(annotation) != "ClassVar" {
		c := &r.s.classes[r.directly]
		c.fields = append(c.fields, r.ident(target))
	}
}

// annotated notes the annotation of an attribute of a class.
func (r *reducer) annotated(target, annotation node) {
	t := r.t
	class := r.directly
	switch {
	case r.directly != none && t.Kind(target) == pysyntax.Name:
	case t.Kind(target) == pysyntax.Attribute && r.class != none && r.expr(t.Child(target)) == r.self && r.self != none:
		class = r.class
	default:
		return
	}
	if f := r.filter(annotation); f != none {
		c := &r.s.classes[class]
		c.filters = append(c.filters, filtered{r.ident(target), f})
	}
}

// objectOf reads what an attribute or element that is only annotated belongs to.
func (r *reducer) objectOf(target node) {
	if object := r.t.Child(target); object != 0 {
		r.expr(object)
	}
}

func (r *reducer) forStatement(n node) {
	t := r.t
	target := t.Child(n)
	iterable := t.Next(target)
	r.store(target, r.elements(iterable, t.Has(n, pysyntax.FlagAsync)))
	body := t.Next(iterable)
	r.loop(r.hasElements(iterable), func() { r.statements(body) })
	for c := t.Next(body); body != 0 && c != 0; c = t.Next(c) {
		r.statements(c)
	}
}

// elements gives what iterating over an expression yields.
func (r *reducer) elements(iterable node, async bool) int32 {
	v := r.expr(iterable)
	if async {
		r.mention(AsyncIterated, iterable, v)
	} else {
		r.mention(Iterated, iterable, v)
	}
	if v == none {
		return none
	}
	if v == litStr {
		return litStr
	}
	out := r.temp()
	o := op{kind: opIter, dst: out, a: v}
	if async {
		o.flags = opAsync
	}
	r.op(iterable, o)
	return out
}

func (r *reducer) with(n node) {
	t := r.t
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.WithItem {
			r.statements(c)
			continue
		}
		manager := t.Child(c)
		v := r.expr(manager)
		if t.Has(n, pysyntax.FlagAsync) {
			r.mention(AsyncEntered, manager, v)
		} else {
			r.mention(Entered, manager, v)
		}
		entered := r.temp()
		if v != none {
			o := op{kind: opEnter, dst: entered, a: v}
			if t.Has(n, pysyntax.FlagAsync) {
				o.flags = opAsync
			}
			r.op(manager, o)
		}
		if target := t.Next(manager); target != 0 {
			r.store(target, entered)
		}
	}
}

func (r *reducer) try(n node) {
	t := r.t
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			r.tried(func() { r.statements(c) })
			continue
		}
		caught := int32(none)
		for part := t.Child(c); part != 0; part = t.Next(part) {
			if t.Kind(part) != pysyntax.Block {
				caught = r.caught(part)
				if caught != none {
					r.s.handlers = append(r.s.handlers, handler{fn: r.fn, v: caught, start: t.Start(part), end: t.End(part)})
				}
				continue
			}
			if name := t.Ident(c); name != nil {
				if v := r.target(name, r.scope); v != none && caught != none {
					r.op(c, op{kind: opInstance, dst: v, a: caught})
				}
			}
			r.perhaps(func() { r.statements(part) })
		}
	}
}

func (r *reducer) caught(n node) int32 {
	if r.t.Kind(n) != pysyntax.Tuple {
		return r.expr(n)
	}
	out := r.temp()
	for c := r.t.Child(n); c != 0; c = r.t.Next(c) {
		r.copy(c, out, r.expr(c))
	}
	return out
}

// imports lets each name take what its import binds. The imports of the file stand in its pyscope.File in the order of
// the source.
func (r *reducer) imports(n node) {
	t := r.t
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Alias {
			continue
		}
		start := t.Start(c)
		index := r.importAt(start)
		if index == none {
			continue
		}
		i := &r.f.Imports[index]
		name := i.As
		switch {
		case i.From && i.Name == "*":
			continue
		case name == "" && i.From:
			name = i.Name
		case name == "":
			name = i.Module
			for j := range len(name) {
				if name[j] == '.' {
					name = name[:j]
					break
				}
			}
		}
		if v := r.target([]byte(name), r.scope); v != none {
			r.op(c, op{kind: opImport, dst: v, a: index})
		}
	}
}

func (r *reducer) importAt(start uint32) int32 {
	lo, hi := 0, len(r.f.Imports)
	for lo < hi {
		mid := (lo + hi) / 2
		if r.f.Imports[mid].Start < start {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(r.f.Imports) && r.f.Imports[lo].Start == start {
		return int32(lo)
	}
	return none
}

func (r *reducer) typeAlias(n node) {
	t := r.t
	name := t.Child(n)
	symbol := r.target(t.Ident(name), r.scope)
	outer := r.scope
	r.scope = r.open(n, pyscope.TypeParamScope)
	value := t.Last(n)
	if symbol != none {
		r.op(n, op{kind: opTypeVar, dst: symbol, a: r.aliasOf(value)})
	}
	r.scope = outer
}
