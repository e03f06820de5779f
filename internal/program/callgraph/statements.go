package callgraph

import (
	"maps"
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
		test := t.Child(n)
		r.test(test)
		r.branch(t.Next(test), test)
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
			r.expr(message)
		}
		r.narrow(test, true)
	case pysyntax.Raise:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.mention(Raised, c, r.expr(c))
		}
	case pysyntax.TypeAlias:
		r.typeAlias(n)
	case pysyntax.Global, pysyntax.Nonlocal, pysyntax.Pass, pysyntax.Break, pysyntax.Continue:
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

// returnsParameter notes that a function returns one of its parameters as it was given. So each caller gets back what it passes, and not what all others do.
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
		if p := &f.params[i]; p.variable == symbol && (p.kind == paramNormal || p.kind == paramPosOnly) && p.input == symbol && !p.fallback {
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
		r.call(n, opStmt)
	case pysyntax.Await:
		r.await(n, opStmt)
	case pysyntax.IfExp:
		value := t.Child(n)
		test := t.Next(value)
		r.test(test)
		before := r.narrowed
		r.narrow(test, true)
		r.drop(value)
		r.narrowed = before
		r.narrow(test, false)
		r.drop(t.Next(test))
		r.narrowed = before
	case pysyntax.BoolOp:
		before := r.narrowed
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Next(c) == 0 {
				r.drop(c)
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
	for c := t.Next(iterable); c != 0; c = t.Next(c) {
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

func (r *reducer) ifStatement(n node) {
	test := r.t.Child(n)
	r.test(test)
	r.branch(r.t.Next(test), test)
}

// test reads an expression that is asked for its truth.
func (r *reducer) test(n node) { r.mention(Tested, n, r.expr(n)) }

// branch reads the blocks after a test: in the first it holds, in the others it does not. After a block that leaves, the opposite holds.
func (r *reducer) branch(first, test node) {
	t := r.t
	if first == 0 {
		return
	}
	before := r.narrowed
	if truth, constant := r.constantTruth(test); constant && !truth {
		r.unreached(first)
		for c := t.Next(first); c != 0; c = t.Next(c) {
			r.statement(c)
		}
		return
	} else if other := t.Next(first); constant && truth && other != 0 {
		r.statements(first)
		r.unreached(other)
		return
	}
	r.narrow(test, true)
	r.statements(first)
	r.narrowed = before
	for c := t.Next(first); c != 0; c = t.Next(c) {
		r.narrow(test, false)
		r.statement(c)
		r.narrowed = before
	}
	if r.leaves(first) && t.Next(first) == 0 {
		r.narrow(test, false)
	}
}

// constantTruth gives the truth of a test that is True or False: the block that it rules out never runs. Code that is made for two worlds has such tests.
func (r *reducer) constantTruth(test node) (truth, constant bool) {
	if r.t.Kind(test) != pysyntax.Constant {
		return false, false
	}
	op := r.t.Op(test)
	return op == pysyntax.ConstTrue, op == pysyntax.ConstTrue || op == pysyntax.ConstFalse
}

// unreached reads a block that never runs: for its definitions, which others can name, and for nothing else.
func (r *reducer) unreached(block node) {
	r.yields(block)
	if !r.defines(block) {
		return
	}
	r.dead++
	r.statement(block)
	r.dead--
}

// yields makes the function a generator if a block of it has a yield: that holds whether the block runs or not.
func (r *reducer) yields(block node) {
	r.t.Walk(block, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.Yield, pysyntax.YieldFrom:
			r.s.funcs[r.fn].flags |= Generator
		}
		return true
	}, nil)
}

// defines tells whether a block has definitions or imports: their names are there, whether the block runs or not.
func (r *reducer) defines(block node) bool {
	found := false
	r.t.Walk(block, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Import, pysyntax.ImportFrom, pysyntax.Lambda:
			found = true
		}
		return !found
	}, nil)
	return found
}

// leaves reports whether a block ends with a jump.
func (r *reducer) leaves(block node) bool {
	last := r.t.Last(block)
	if last == 0 {
		return false
	}
	switch r.t.Kind(last) {
	case pysyntax.Return, pysyntax.Raise, pysyntax.Continue, pysyntax.Break:
		return true
	}
	return false
}

// narrow notes what a test says of names: isinstance(x, C), parts of `and`, `not`.
func (r *reducer) narrow(test node, holds bool) {
	t := r.t
	switch t.Kind(test) {
	case pysyntax.UnaryOp:
		if t.Op(test) == pysyntax.OpNot {
			r.narrow(t.Child(test), !holds)
		}
	case pysyntax.BoolOp:
		if (t.Op(test) == pysyntax.OpAnd) == holds {
			for c := t.Child(test); c != 0; c = t.Next(c) {
				r.narrow(c, holds)
			}
		}
	case pysyntax.Call:
		callee := t.Child(test)
		if !holds || t.Kind(callee) != pysyntax.Name || string(t.Ident(callee)) != "isinstance" {
			return
		}
		object := t.Next(callee)
		if object == 0 || t.Kind(object) != pysyntax.Name || t.Next(object) == 0 {
			return
		}
		classes := t.Next(object)
		symbol := r.symbol(t.Ident(object), t.Start(object))
		if symbol == none {
			return
		}
		kinds := r.temp()
		if t.Kind(classes) == pysyntax.Tuple {
			for c := t.Child(classes); c != 0; c = t.Next(c) {
				r.copy(c, kinds, r.expr(c))
			}
		} else {
			r.copy(classes, kinds, r.expr(classes))
		}
		inner := r.temp()
		r.op(test, op{kind: opNarrow, dst: inner, a: r.read(symbol), b: kinds})
		r.override(symbol, inner)
	}
}

// override makes a name mean another variable until the end of the block.
func (r *reducer) override(symbol, variable int32) {
	next := maps.Clone(r.narrowed)
	if next == nil {
		next = map[int32]int32{}
	}
	next[symbol] = variable
	r.narrowed = next
}

// read gives the variable to read a symbol from.
func (r *reducer) read(symbol int32) int32 {
	if len(r.narrowed) > 0 {
		if v, ok := r.narrowed[symbol]; ok {
			return v
		}
	}
	return symbol
}

// widen ends what is known of a symbol that is bound anew.
func (r *reducer) widen(symbol int32) {
	if _, ok := r.narrowed[symbol]; ok {
		next := maps.Clone(r.narrowed)
		delete(next, symbol)
		r.narrowed = next
	}
}

func (r *reducer) try(n node) {
	t := r.t
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			r.statements(c)
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
			r.statements(part)
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

// imports lets each name take what its import binds. The imports of the file stand in its pyscope.File in the order of the source.
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

// match gives the names of patterns what the class of their pattern says, and narrows the subject in each case.
func (r *reducer) match(n node) {
	t := r.t
	subject := t.Child(n)
	v := r.expr(subject)
	before := r.narrowed
	for c := t.Next(subject); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.MatchCase {
			r.statement(c)
			continue
		}
		pattern := t.Child(c)
		if inner := r.pattern(pattern, v); inner != none && inner != v && t.Kind(subject) == pysyntax.Name {
			if symbol := r.symbol(t.Ident(subject), t.Start(subject)); symbol != none {
				r.override(symbol, inner)
			}
		}
		for part := t.Next(pattern); part != 0; part = t.Next(part) {
			r.statement(part) // the guard is an expression
		}
		r.narrowed = before
	}
}

// pattern binds the names of a pattern that a value is matched with, and gives what the value is if it fits.
func (r *reducer) pattern(n node, v int32) int32 {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.MatchAs:
		if inner := t.Child(n); inner != 0 {
			v = r.pattern(inner, v)
		}
		r.bindName(n, t.Ident(n), v)
	case pysyntax.MatchOr:
		out := r.temp()
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.copy(c, out, r.pattern(c, v))
		}
		return out
	case pysyntax.MatchClass:
		kind := t.Child(n)
		out := r.temp()
		if v != none {
			r.op(n, op{kind: opNarrow, dst: out, a: v, b: r.expr(kind)})
		}
		for c := t.Next(kind); c != 0; c = t.Next(c) {
			if t.Kind(c) == pysyntax.KeywordPattern {
				r.pattern(t.Child(c), r.load(c, out, r.ident(c), Attribute))
			} else {
				r.pattern(c, none)
			}
		}
		return out
	case pysyntax.MatchSequence, pysyntax.MatchMapping:
		i := int32(0)
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Kind(c).IsExpr() {
				r.expr(c)
				continue
			}
			part := int32(none)
			if v >= 0 {
				part = r.temp()
				r.op(c, op{kind: opUnpack, dst: part, a: v, b: i})
			}
			r.pattern(c, part)
			i++
		}
	case pysyntax.MatchValue:
		r.expr(t.Child(n))
	}
	return v
}

func (r *reducer) bindName(n node, name []byte, v int32) {
	if name == nil || v == none {
		return
	}
	if symbol := r.target(name, r.scope); symbol != none {
		r.copy(n, symbol, v)
	}
}
