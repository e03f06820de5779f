package callgraph

import (
	"strconv"
	"strings"
	"unicode"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// expr reads an expression and gives the variable that holds its value, none for a value that does not matter.
func (r *reducer) expr(n node) int32 {
	if n == 0 {
		return none
	}
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return none
	}
	v := r.expression(n)
	r.depth--
	return v
}

func (r *reducer) expression(n node) int32 {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name:
		return r.nameValue(n)
	case pysyntax.Attribute:
		object := t.Child(n)
		v := r.expr(object)
		if v == none {
			return none
		}
		r.mentionAttribute(object, v, r.ident(n))
		return r.load(n, v, r.ident(n), r.reasonOf(object))
	case pysyntax.Call:
		return r.call(n, 0)
	case pysyntax.Await:
		return r.await(n, 0)
	case pysyntax.Constant:
		switch t.Op(n) {
		case pysyntax.ConstStr:
			return litStr
		case pysyntax.ConstBytes:
			return litBytes
		case pysyntax.ConstInt:
			return litInt
		case pysyntax.ConstFloat, pysyntax.ConstComplex:
			return litFloat
		case pysyntax.ConstTrue, pysyntax.ConstFalse:
			return litBool
		}
		return none
	case pysyntax.JoinedStr, pysyntax.TemplateStr:
		r.parts(n)
		return litStr
	case pysyntax.List, pysyntax.Set:
		return r.listDisplay(n)
	case pysyntax.Tuple:
		return r.tupleDisplay(n)
	case pysyntax.Dict:
		return r.dictDisplay(n)
	case pysyntax.BoolOp:
		return r.boolOp(n)
	case pysyntax.IfExp:
		value := t.Child(n)
		test := t.Next(value)
		r.test(test)
		before := r.narrowed
		r.narrow(test, true)
		var x, y int32
		r.perhaps(func() { x = r.expr(value) })
		r.narrowed = before
		r.narrow(test, false)
		r.perhaps(func() { y = r.expr(t.Next(test)) })
		r.narrowed = before
		return r.either(n, x, y)
	case pysyntax.UnaryOp:
		if t.Op(n) == pysyntax.OpNot {
			r.test(t.Child(n))
			return litBool
		}
		v := r.mention(Operand, t.Child(n), r.expr(t.Child(n)))
		if v < 0 {
			return v
		}
		out := r.temp()
		r.op(n, op{kind: opUnary, dst: out, a: v, c: int32(t.Op(n))})
		return out
	case pysyntax.BinOp:
		return r.binOp(n)
	case pysyntax.Compare:
		return r.compare(n)
	case pysyntax.Subscript:
		return r.subscript(n)
	case pysyntax.NamedExpr:
		target := t.Child(n)
		v := r.expr(t.Next(target))
		if t.Kind(target) == pysyntax.Name {
			scope := r.scope
			for r.f.Scopes[scope].Kind == pyscope.ComprehensionScope {
				scope = r.f.Scopes[scope].Parent
			}
			if symbol := r.target(t.Ident(target), scope); symbol != none {
				r.widen(symbol)
				r.copy(n, symbol, v)
			}
		}
		return v
	case pysyntax.ListComp, pysyntax.SetComp, pysyntax.GeneratorExp, pysyntax.DictComp:
		return r.comprehension(n)
	case pysyntax.Lambda:
		return r.lambda(n)
	case pysyntax.Yield:
		value := none
		if c := t.Child(n); c != 0 {
			value = int(r.expr(c))
		}
		f := &r.s.funcs[r.fn]
		f.flags |= Generator
		r.copy(n, f.yielded, int32(value))
		return none
	case pysyntax.YieldFrom:
		v := r.mention(Delegated, t.Child(n), r.expr(t.Child(n)))
		f := &r.s.funcs[r.fn]
		f.flags |= Generator
		if v < 0 {
			return none
		}
		out := r.temp()
		r.op(n, op{kind: opYieldFrom, dst: out, a: v, b: f.yielded})
		return out
	case pysyntax.Starred:
		return r.expr(t.Child(n))
	}
	if t.Kind(n).IsStatement() { // inside an Error node
		r.statement(n)
		return none
	}
	r.each(n)
	return none
}

func (r *reducer) each(n node) {
	for c := r.t.Child(n); c != 0; c = r.t.Next(c) {
		r.expr(c)
	}
}

func (r *reducer) parts(n node) {
	for c := r.t.Child(n); c != 0; c = r.t.Next(c) {
		if r.t.Kind(c) == pysyntax.Constant {
			continue
		}
		for part := r.t.Child(c); part != 0; part = r.t.Next(part) {
			r.mention(Formatted, part, r.expr(part))
		}
	}
}

func (r *reducer) nameValue(n node) int32 {
	t := r.t
	text := t.Ident(n)
	if symbol := r.symbol(text, r.lookupPos(n)); symbol != none {
		r.reads[symbol] = true
		v := r.read(symbol)
		if len(r.f.Stars) > 0 && r.f.Symbols[symbol].Scope == 0 && v == symbol {
			return r.starred(n, symbol)
		}
		return v
	}
	name := r.name(string(text))
	if v, ok := r.builtins[name]; ok {
		return v
	}
	v := r.temp()
	r.builtins[name] = v
	if len(r.f.Stars) > 0 {
		r.op(n, op{kind: opStar, dst: v, a: name})
	} else {
		r.op(n, op{kind: opBuiltin, dst: v, a: name})
	}
	return v
}

// starred gives the variable of a name of the module that star imports can bind as well.
func (r *reducer) starred(n node, symbol int32) int32 {
	name := r.ident(n)
	if v, ok := r.builtins[name]; ok {
		return v
	}
	v := r.temp()
	r.builtins[name] = v
	r.op(n, op{kind: opStar, dst: v, a: name})
	r.copy(n, v, symbol)
	return v
}

// lookupPos is where a name stands. Annotations in strings are read when everything is bound.
func (r *reducer) lookupPos(n node) uint32 {
	if r.quoted != 0 {
		return ^uint32(0)
	}
	return r.t.Start(n)
}

// load gives the variable of an attribute of what a variable has.
func (r *reducer) load(n node, object, name int32, reason Reason) int32 {
	if object == none {
		return none
	}
	key := loadKey{r.fn, object, name}
	if v, ok := r.loads[key]; ok {
		return v
	}
	v := r.temp()
	r.loads[key] = v
	r.op(n, op{kind: opLoad, dst: v, a: object, b: name, reason: reason})
	return v
}

// reasonOf says how the object of an attribute is known.
func (r *reducer) reasonOf(n node) Reason {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name:
		symbol := r.symbol(t.Ident(n), r.lookupPos(n))
		switch {
		case symbol != none && symbol == r.self:
			return Self
		case symbol != none && r.isParameter(symbol):
			return Parameter
		case symbol != none && r.f.Symbols[symbol].Scope != 0:
			return Attribute
		}
		return Name
	case pysyntax.Attribute:
		return Attribute
	case pysyntax.Call:
		if r.lastName(t.Child(n)) == "super" {
			return Super
		}
		return Return
	case pysyntax.Subscript:
		return Element
	case pysyntax.Await:
		return r.reasonOf(t.Child(n))
	}
	return Attribute
}

func (r *reducer) isParameter(symbol int32) bool {
	for i := range r.s.funcs[r.fn].params {
		if r.s.funcs[r.fn].params[i].variable == symbol {
			return true
		}
	}
	return false
}

func (r *reducer) binOp(n node) int32 {
	t := r.t
	left := t.Child(n)
	right := t.Next(left)
	x, y := r.expr(left), r.expr(right)
	r.mention(Operand, left, x)
	if t.Op(n) == pysyntax.OpMod && x == litStr {
		r.mentionFormatted(right, y)
	} else {
		r.mention(Operand, right, y)
	}
	if x < none || x == none && y < 0 {
		return x // 'a' % b, 1 + b
	}
	out := r.temp()
	operator := int32(t.Op(n))
	if x != none {
		r.op(n, op{kind: opBinary, dst: out, a: x, b: y, c: operator})
	}
	if y >= 0 {
		r.op(n, op{kind: opBinary, dst: out, a: y, b: x, c: operator, flags: opReversed})
	}
	return out
}

func (r *reducer) compare(n node) int32 {
	t := r.t
	left := t.Child(n)
	x, before := r.expr(left), left
	for c := t.Next(left); c != 0; c = t.Next(c) {
		y := r.expr(c)
		r.mentionCompared(before, x, t.Rel(c), c, y)
		before = c
		switch rel := t.Rel(c); rel {
		case pysyntax.OpIs, pysyntax.OpIsNot:
		case pysyntax.OpIn, pysyntax.OpNotIn:
			if y >= 0 {
				r.op(n, op{kind: opContains, dst: none, a: y, b: x})
			}
		default:
			if x >= 0 {
				r.op(n, op{kind: opBinary, dst: none, a: x, b: y, c: int32(rel)})
			}
		}
		x = y
	}
	return litBool
}

func (r *reducer) listDisplay(n node) int32 {
	out := r.temp()
	list := r.alloc(listLike)
	r.op(n, op{kind: opAlloc, dst: out, a: list, b: int32(listLike)})
	for c := r.t.Child(n); c != 0; c = r.t.Next(c) {
		if r.t.Kind(c) == pysyntax.Starred {
			r.put(c, list, fieldAny, r.elements(r.t.Child(c), false))
		} else {
			r.put(c, list, fieldAny, r.expr(c))
		}
	}
	return out
}

func (r *reducer) put(n node, container, field, v int32) {
	if v != none {
		r.op(n, op{kind: opPut, dst: container, a: v, b: field})
	}
}

func (r *reducer) tupleDisplay(n node) int32 {
	out := r.temp()
	tuple := r.alloc(tupleLike)
	r.op(n, op{kind: opAlloc, dst: out, a: tuple, b: int32(tupleLike)})
	i := int32(0)
	for c := r.t.Child(n); c != 0; c = r.t.Next(c) {
		if r.t.Kind(c) == pysyntax.Starred {
			r.put(c, tuple, fieldAny, r.elements(r.t.Child(c), false))
			i = maxFields
			continue
		}
		field := int32(fieldAny)
		if i < maxFields {
			field = fieldPos - i
		}
		r.put(c, tuple, field, r.expr(c))
		i++
	}
	return out
}

func (r *reducer) dictDisplay(n node) int32 {
	t := r.t
	out := r.temp()
	dict := r.alloc(dictLike)
	r.op(n, op{kind: opAlloc, dst: out, a: dict, b: int32(dictLike)})
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.DictUnpack {
			if v := r.expr(t.Child(c)); v >= 0 {
				inner := r.temp()
				r.op(c, op{kind: opIndex, dst: inner, a: v, b: fieldAny, c: none})
				r.put(c, dict, fieldAny, inner)
			}
			continue
		}
		field := r.field(c)
		if key := r.expr(c); key >= 0 {
			r.put(c, dict, fieldKeys, key)
		}
		if c = t.Next(c); c == 0 {
			break
		}
		r.put(c, dict, field, r.expr(c))
		r.path(c, dict)
	}
	return out
}

// path notes the module that a string among the values of a dict names.
func (r *reducer) path(n node, dict int32) {
	if !r.isString(n) {
		return
	}
	if path, ok := r.t.StringValue(n); ok && isPath(path) {
		module := r.temp()
		r.op(n, op{kind: opDotted, dst: module, a: r.name(path), b: int32(importModule)})
		r.put(n, dict, fieldPaths, module)
	}
}

// isPath tells whether a string can be the dotted name of a module in a package.
func isPath(s string) bool {
	if len(s) > maxText || !strings.Contains(s, ".") {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		isLetter := func(c rune) bool { return c == '_' || unicode.IsLetter(c) }
		if part == "" || strings.ContainsFunc(part, func(c rune) bool { return !isLetter(c) && !unicode.IsDigit(c) }) ||
			unicode.IsDigit(rune(part[0])) {
			return false
		}
	}
	return true
}

// field is the field of a container that an index means.
func (r *reducer) field(index node) int32 {
	t := r.t
	if t.Kind(index) != pysyntax.Constant {
		return fieldAny
	}
	switch t.Op(index) {
	case pysyntax.ConstStr:
		if s, ok := t.StringValue(index); ok && len(s) <= maxText {
			return r.name(s)
		}
	case pysyntax.ConstInt:
		if i, err := strconv.Atoi(string(t.Text(index))); err == nil && i < maxFields {
			return fieldPos - int32(i)
		}
	}
	return fieldAny
}

func (r *reducer) subscript(n node) int32 {
	t := r.t
	container := t.Child(n)
	index := t.Next(container)
	if r.isGeneric(container) {
		out := r.temp()
		r.op(n, op{kind: opTypeVar, dst: out, a: r.aliasOf(n)})
		return out
	}
	v := r.mention(Indexed, container, r.expr(container))
	if t.Kind(index) == pysyntax.Slice {
		r.each(index)
		if v < 0 {
			return v
		}
		out := r.temp()
		r.op(n, op{kind: opBinary, dst: out, a: v, b: none, c: opSlice})
		return out
	}
	i := r.mention(Key, index, r.expr(index))
	if v < none {
		return v // a character of a string
	}
	if v == none {
		return none
	}
	out := r.temp()
	r.op(n, op{kind: opIndex, dst: out, a: v, b: r.field(index), c: i})
	return out
}

// isGeneric reports whether brackets after an expression make a type.
func (r *reducer) isGeneric(n node) bool {
	name := r.lastName(n)
	return typing[name] != noType && (r.t.Kind(n) == pysyntax.Name || name[0] < 'a')
}

// await marks the call whose result is awaited.
func (r *reducer) await(n node, flags uint8) int32 {
	inner := r.t.Child(n)
	if r.t.Kind(inner) == pysyntax.Call {
		before := len(r.s.ops)
		v := r.call(inner, flags|opAwaited)
		if last := len(r.s.ops) - 1; last >= before && r.s.ops[last].kind == opCall && r.s.ops[last].flags&opAwaited != 0 {
			r.s.mentions = append(r.s.mentions,
				mention{kind: Awaited, fn: r.fn, v: none, op: int32(last), name: none, start: r.t.Start(inner),
					end: r.t.End(inner)})
		}
		return v
	}
	v := r.mention(Awaited, inner, r.expr(inner))
	if v < 0 {
		return v
	}
	out := r.temp()
	r.op(n, op{kind: opCopy, flags: opAwaited, dst: out, a: v})
	return out
}
