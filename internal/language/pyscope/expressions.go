package pyscope

import (
	"bytes"

	"aiohub/internal/language/pysyntax"
)

// expr reads an expression and everything in it. It returns the node if the value can denote something.
func (b *Builder) expr(n node, ctx Context) Ref {
	if n == 0 {
		return None
	}
	b.depth++
	ref := b.expression(n, ctx)
	b.depth--
	return ref
}

func (b *Builder) add(n node, kind Kind, ctx Context, a, c, count int32) Ref {
	var flags uint8
	if b.t.Has(n, pysyntax.FlagStore) {
		flags |= FlagStore
	}
	if b.t.Has(n, pysyntax.FlagDel) {
		flags |= FlagDel
	}
	b.f.Nodes = append(b.f.Nodes, Node{
		Kind: kind, Ctx: ctx, Flags: flags, Scope: b.scope, A: a, B: c, N: count, Start: b.t.Start(n), End: b.t.End(n),
		Syntax: n,
	})
	return Ref(len(b.f.Nodes) - 1)
}

// args puts arguments side by side into Args.
func (b *Builder) args(list []Arg) (start, count int32) {
	start = int32(len(b.f.Args))
	b.f.Args = append(b.f.Args, list...)
	return start, int32(len(list))
}

func (b *Builder) expression(n node, ctx Context) Ref {
	t := b.t
	switch t.Kind(n) {
	case pysyntax.Name:
		return b.add(n, NameNode, ctx, int32(b.name(t.Ident(n))), None, 0)
	case pysyntax.Attribute:
		object := b.expr(t.Child(n), Attribute)
		if object == None {
			return None
		}
		b.f.Nodes[object].Flags |= FlagBase
		return b.add(n, AttrNode, ctx, int32(object), int32(b.name(t.Ident(n))), 0)
	case pysyntax.Call:
		return b.call(n, ctx)
	case pysyntax.Constant:
		if t.Op(n) == pysyntax.ConstStr {
			return b.stringConstant(n, ctx, false)
		}
		return None
	case pysyntax.List, pysyntax.Tuple:
		return b.collection(n, SeqNode, ctx)
	case pysyntax.Set:
		return b.collection(n, SeqNode, Other)
	case pysyntax.Dict:
		return b.dict(n)
	case pysyntax.BoolOp:
		return b.collection(n, ChoiceNode, Condition)
	case pysyntax.IfExp:
		return b.ifExp(n)
	case pysyntax.UnaryOp:
		b.expr(t.Child(n), Condition)
		return None
	case pysyntax.Compare:
		b.each(n, Compared)
		return None
	case pysyntax.Subscript:
		container := t.Child(n)
		ref := b.expr(container, Other)
		index := b.expr(t.Next(container), Other)
		if ref == None {
			return None
		}
		key := int32(0)
		if name, ok := b.plain(t.Next(container)); ok && len(name) > 0 && len(name) <= maxString {
			key = int32(b.name(name)) + 1
		}
		return b.add(n, IndexNode, ctx, int32(ref), int32(index), key)
	case pysyntax.NamedExpr:
		target := t.Child(n)
		ref := b.expr(t.Next(target), Other)
		if t.Kind(target) == pysyntax.Name {
			scope := b.scope
			for b.f.Scopes[scope].Kind == ComprehensionScope {
				scope = b.f.Scopes[scope].Parent
			}
			b.bindIn(scope, b.name(t.Ident(target)), BindExpr, int32(ref), None, t.Start(target))
		}
		return ref
	case pysyntax.ListComp, pysyntax.SetComp, pysyntax.GeneratorExp, pysyntax.DictComp:
		return b.comprehension(n)
	case pysyntax.Lambda:
		b.lambda(n)
		return None
	case pysyntax.Yield, pysyntax.YieldFrom:
		if b.fn != None {
			b.f.Funcs[b.fn].Flags |= FuncGenerator
		}
		b.each(n, Other)
		return None
	case pysyntax.Await:
		// What a stack of context managers gives is the same for both; of other coroutines nothing is known.
		ref := b.expr(t.Child(n), Other)
		if k := t.Kind(t.Child(n)); k == pysyntax.Call && string(t.Ident(t.Child(t.Child(n)))) == "enter_async_context" {
			return ref
		}
		return None
	case pysyntax.JoinedStr, pysyntax.TemplateStr:
		return b.formatted(n, ctx)
	case pysyntax.BinOp:
		return b.joined(n, ctx)
	}
	if t.Kind(n).IsStatement() { // inside an Error node
		b.statement(n)
		return None
	}
	b.each(n, Other)
	return None
}

func (b *Builder) each(n node, ctx Context) {
	for c := b.t.Child(n); c != 0; c = b.t.Next(c) {
		b.expr(c, ctx)
	}
}

// list reads expressions and puts them side by side into Args.
func (b *Builder) list(first node, ctx Context) (start, count int32, known bool) {
	t := b.t
	var buffer [8]Arg
	args := buffer[:0]
	for c := first; c != 0; c = t.Next(c) {
		a := Arg{Name: None}
		switch {
		case t.Kind(c) == pysyntax.Starred:
			b.expr(t.Child(c), Other)
			a.Name, a.Value = Star, None
		case b.isString(c):
			b.depth++
			a.Value = b.stringConstant(c, ctx, true)
			b.depth--
		default:
			a.Value = b.expr(c, ctx)
		}
		known = known || a.Value != None
		args = append(args, a)
	}
	start = int32(len(b.f.Args))
	b.f.Args = append(b.f.Args, args...)
	return start, int32(len(args)), known
}

func (b *Builder) collection(n node, kind Kind, ctx Context) Ref {
	start, count, known := b.list(b.t.Child(n), ctx)
	if !known && kind == ChoiceNode {
		b.f.Args = b.f.Args[:start]
		return None
	}
	return b.add(n, kind, ctx, None, start, count)
}

func (b *Builder) ifExp(n node) Ref {
	t := b.t
	value := t.Child(n)
	test := t.Next(value)
	x := b.expr(value, Condition)
	b.expr(test, Condition)
	y := b.expr(t.Next(test), Condition)
	if x == None && y == None {
		return None
	}
	either := [2]Arg{{Value: x, Name: None, Truth: b.truth(value)}, {Value: y, Name: None, Truth: b.truth(t.Next(test))}}
	start := int32(len(b.f.Args))
	b.f.Args = append(b.f.Args, either[:]...)
	ref := b.add(n, ChoiceNode, Condition, None, start, 2)
	if either[0].Truth == TruthUnknown && either[1].Truth == TruthUnknown {
		b.f.Nodes[ref].Flags |= FlagExact
	}
	return ref
}

// truth tells True, False and None from everything else.
func (b *Builder) truth(n node) Truth {
	if n != 0 && b.t.Kind(n) == pysyntax.Constant {
		switch b.t.Op(n) {
		case pysyntax.ConstTrue:
			return TruthTrue
		case pysyntax.ConstFalse, pysyntax.ConstNone:
			return TruthFalse
		}
	}
	return TruthUnknown
}

func (b *Builder) dict(n node) Ref {
	t := b.t
	var values []Arg
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.DictUnpack {
			b.each(c, Other)
			continue
		}
		b.expr(c, Other)
		key := c
		if c = t.Next(c); c == 0 {
			break
		}
		v := Arg{Value: None, Name: None, Truth: b.truth(c)}
		if b.isString(c) {
			b.depth++
			v.Value = b.stringConstant(c, Other, true)
			b.depth--
		} else {
			v.Value = b.expr(c, Other)
		}
		if v.Value == None && v.Truth == TruthUnknown {
			continue
		}
		if name := plainString(t.Text(key)); b.isString(key) && len(name) > 0 && len(name) <= maxString {
			v.Name = b.name(name)
		}
		values = append(values, v)
	}
	start := int32(len(b.f.Args))
	b.f.Args = append(b.f.Args, values...)
	return b.add(n, MapNode, Other, None, start, int32(len(values)))
}

func (b *Builder) comprehension(n node) Ref {
	t := b.t
	outer := b.scope
	first := true
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Comprehension {
			continue
		}
		target := t.Child(c)
		iterable := t.Next(target)
		if first {
			// The first iterable is evaluated outside.
			ref := b.expr(iterable, Other)
			b.openScope(ComprehensionScope, None, b.class, t.Start(n))
			b.target(target, BindElem, ref, Other)
			first = false
		} else {
			b.target(target, BindElem, b.expr(iterable, Other), Other)
		}
		for cond := t.Next(iterable); cond != 0; cond = t.Next(cond) {
			b.expr(cond, Other)
		}
	}
	element := Ref(None)
	for c := t.Child(n); c != 0 && t.Kind(c) != pysyntax.Comprehension; c = t.Next(c) {
		element = b.expr(c, Other)
	}
	b.scope = outer
	if element == None || t.Kind(n) == pysyntax.DictComp {
		return None
	}
	return b.add(n, CompNode, Other, int32(element), None, 0)
}

func (b *Builder) lambda(n node) {
	t := b.t
	outer, outerFn := b.scope, b.fn
	var params, body node
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.Params {
			params = c
		} else {
			body = c
		}
	}
	b.params(params, None, func() { b.openScope(LambdaScope, None, b.class, t.Start(n)) }, false, Other)
	b.fn = None
	b.expr(body, Other)
	b.scope, b.fn = outer, outerFn
}

func (b *Builder) call(n node, ctx Context) Ref {
	t := b.t
	callee := t.Child(n)
	calleeCtx := Call
	switch ctx {
	case With, Decorator, Raise:
		calleeCtx = ctx
	}
	function := b.expr(callee, calleeCtx)
	var name []byte
	if k := t.Kind(callee); k == pysyntax.Name || k == pysyntax.Attribute {
		name = t.Ident(callee)
	}
	argCtx := Argument
	if string(name) == "isinstance" || string(name) == "issubclass" {
		argCtx = IsInstance
	}
	var buffer [8]Arg
	args := buffer[:0]
	b.calls = append(b.calls, callAround{name, b.depth})
	for c := t.Next(callee); c != 0; c = t.Next(c) {
		a := Arg{Name: None}
		value := c
		switch t.Kind(c) {
		case pysyntax.Keyword:
			value = t.Child(c)
			a.Name = DoubleStar
			if !t.Has(c, pysyntax.FlagUnpack) && t.Ident(c) != nil {
				a.Name = b.name(t.Ident(c))
			}
			a.Value = b.expr(value, Argument)
		case pysyntax.Starred:
			b.expr(t.Child(c), Other)
			a.Name, a.Value = Star, None
		default:
			a.Value = b.expr(c, argCtx)
		}
		if t.Kind(value) == pysyntax.Constant {
			a.ConstStart, a.ConstEnd = t.Start(value), t.End(value)
			a.Truth = b.truth(value)
		}
		a.Start = t.Start(c)
		args = append(args, a)
	}
	b.calls = b.calls[:len(b.calls)-1]
	if t.Kind(callee) == pysyntax.Attribute && len(args) == 1 && args[0].Name == None && args[0].Value != None {
		switch string(name) {
		case "append", "add", "appendleft":
			b.element(t.Child(callee), args[0].Value, Added)
		}
	}
	if b.scope == 0 && t.Kind(callee) == pysyntax.Attribute && string(t.Text(t.Child(callee))) == "__all__" {
		b.allCall(string(name), t.Next(callee))
	}
	if function == None {
		if t.Kind(callee) == pysyntax.Attribute {
			return b.template(n, args, ctx)
		}
		return None
	}
	start := int32(len(b.f.Args))
	b.f.Args = append(b.f.Args, args...)
	ref := b.add(n, CallNode, ctx, int32(function), start, int32(len(args)))
	if f := &b.f.Nodes[function]; f.Kind == NameNode || f.Kind == AttrNode {
		f.N = int32(ref) + 1
	}
	return ref
}

func (b *Builder) allCall(method string, argument node) {
	if argument == 0 {
		return
	}
	switch method {
	case "append":
		b.allName(argument, AllName)
	case "extend":
		b.allParts(argument, AllName)
	case "remove":
		b.allName(argument, AllRemove)
	}
}

// stringConstant keeps a string that can name something: a dotted path, or an identifier where it may be an argument
// that names an attribute. Set are the elements of a container, like what a variable is set to.
func (b *Builder) stringConstant(n node, ctx Context, set bool) Ref {
	value, ok := b.plain(n)
	if !ok {
		return None
	}
	if len(value) == 0 || len(value) > maxString {
		return None
	}
	if !isDotted(value) {
		b.prefix(n, value)
		if ctx != Assigned && (ctx != Argument || value[0] != '.') || len(value) == 1 || !isDotted(bytes.Trim(value, ".")) {
			return None // not the beginning or the end of a path either
		}
	} else if bytes.IndexByte(value, '.') < 0 && ctx != Argument && ctx != Annotation &&
		(b.Keep == nil || !b.Keep(value)) &&
		(ctx != Assigned && !set || b.KeepAssigned == nil || !b.KeepAssigned(value)) {
		return None
	}
	return b.add(n, StringNode, ctx, int32(b.name(value)), b.around(), 0)
}

// prefix keeps the beginning of a dotted path whose end is put in later: "a.b." + x, "a.b.%s" % x, f"a.b.{x}".
func (b *Builder) prefix(n node, value []byte) {
	for _, end := range []string{"%s", "{}", "{0}"} {
		value = bytes.TrimSuffix(value, []byte(end))
	}
	if path, ok := bytes.CutSuffix(value, []byte(".")); ok && len(path) <= maxString && bytes.IndexByte(path, '.') > 0 &&
		isDotted(path) {
		b.f.Prefixes = append(b.f.Prefixes, b.name(path))
	}
}

func isPrefix(c byte) bool {
	switch c {
	case 'r', 'R', 'u', 'U':
		return true
	}
	return false
}

// plainString gives what is between the quotes of one literal without prefix, escape or inner quote; nil for others.
func plainString(text []byte) []byte {
	if len(text) < 2 || text[0] != '"' && text[0] != '\'' || text[len(text)-1] != text[0] {
		return nil
	}
	inner := text[1 : len(text)-1]
	for _, c := range inner {
		if c == '\\' || c == '"' || c == '\'' || c == '\n' {
			return nil
		}
	}
	return inner[:len(inner):len(inner)] // who appends to it must not write into the file
}

// isDotted reports whether s is identifiers joined by dots. Every byte of a character beyond ASCII passes.
func isDotted(s []byte) bool {
	start := true
	for _, c := range s {
		switch {
		case c == '.':
			if start {
				return false
			}
			start = true
			continue
		case c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80:
		case '0' <= c && c <= '9':
			if start {
				return false
			}
		default:
			return false
		}
		start = false
	}
	return !start
}
