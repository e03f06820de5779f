package pyscope

import (
	"slices"

	"aiohub/internal/language/pysyntax"
)

type node = pysyntax.Node

// statements reads the children of a module or block.
func (b *Builder) statements(block node) {
	for c := b.t.Child(block); c != 0; c = b.t.Next(c) {
		b.statement(c)
	}
}

func (b *Builder) statement(n node) {
	t := b.t
	switch t.Kind(n) {
	case pysyntax.FunctionDef:
		b.function(n)
	case pysyntax.ClassDef:
		b.classDef(n)
	case pysyntax.Return:
		if value := t.Child(n); value != 0 {
			ref := b.expr(value, Returned)
			if ref != None && b.fn != None {
				f := &b.f.Funcs[b.fn]
				b.f.Returns = append(b.f.Returns, Return{Value: ref, Next: f.First})
				f.First = int32(len(b.f.Returns) - 1)
			}
		}
	case pysyntax.Assign:
		b.assign(n)
	case pysyntax.AugAssign:
		b.augAssign(n)
	case pysyntax.AnnAssign:
		b.annAssign(n)
	case pysyntax.For:
		target := t.Child(n)
		iterable := t.Next(target)
		ref := b.expr(iterable, Other)
		b.target(target, BindElem, ref, Other)
		b.rest(t.Next(iterable))
	case pysyntax.If:
		b.ifStatement(n)
	case pysyntax.While:
		test := t.Child(n)
		b.expr(test, Condition)
		b.rest(t.Next(test))
	case pysyntax.With:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Kind(c) != pysyntax.WithItem {
				b.statement(c)
				continue
			}
			manager := t.Child(c)
			ref := b.expr(manager, With)
			if target := t.Next(manager); target != 0 {
				b.async = t.Has(n, pysyntax.FlagAsync)
				b.target(target, BindWith, ref, With)
				b.async = false
			}
		}
	case pysyntax.Try:
		b.try(n)
	case pysyntax.Raise:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			b.expr(c, Raise)
		}
	case pysyntax.Import:
		b.imports(n)
	case pysyntax.ImportFrom:
		b.importFrom(n)
	case pysyntax.Global:
		b.declare(n, declaredGlobal)
	case pysyntax.Nonlocal:
		b.declare(n, declaredNonlocal)
	case pysyntax.ExprStmt:
		b.exprStatement(n)
	case pysyntax.Match:
		subject := t.Child(n)
		b.expr(subject, Other)
		for c := t.Next(subject); c != 0; c = t.Next(c) {
			b.matchCase(c)
		}
	case pysyntax.TypeAlias:
		name := t.Child(n)
		b.bind(b.name(t.Ident(name)), BindOther, None, None, t.Start(n))
		outer := b.scope
		b.openScope(TypeParamScope, None, b.class, t.Start(n))
		for c := t.Next(name); c != 0; c = t.Next(c) {
			b.typeParamsOrExpr(c)
		}
		b.scope = outer
	case pysyntax.Block, pysyntax.ElseBlock, pysyntax.FinallyBlock:
		b.statements(n)
	case pysyntax.Delete:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Kind(c) == pysyntax.Name {
				b.symbol(b.scope, b.name(t.Ident(c))) // del makes a name local, as an assignment does
			}
			b.expr(c, Other)
		}
	case pysyntax.Assert:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			b.expr(c, Other)
		}
	default: // Error, or a part that stands where only a broken file has it
		if t.Kind(n).IsExpr() {
			b.expr(n, Other)
			return
		}
		b.statements(n)
	}
}

// rest reads the blocks at the end of a compound statement.
func (b *Builder) rest(n node) {
	for ; n != 0; n = b.t.Next(n) {
		b.statement(n)
	}
}

func (b *Builder) exprStatement(n node) {
	value := b.t.Child(n)
	if value == 0 || b.t.Kind(value) == pysyntax.Constant {
		return // a docstring, or a string that stands there for nothing
	}
	ref := b.expr(value, Other)
	if ref != None && b.f.Nodes[ref].Kind == CallNode {
		b.f.Nodes[ref].Flags |= FlagStmt
	}
}

func (b *Builder) ifStatement(n node) {
	t := b.t
	test := t.Child(n)
	b.expr(test, Condition)
	checking := b.mentions(test, "TYPE_CHECKING")
	for c := t.Next(test); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.Block && checking {
			b.checking++
			b.statement(c)
			b.checking--
			continue
		}
		b.condition++
		b.statement(c)
		b.condition--
	}
}

// mentions reports whether an expression contains one of the identifiers.
func (b *Builder) mentions(n node, names ...string) bool {
	found := false
	b.t.Walk(n, func(c node) bool {
		if k := b.t.Kind(c); k == pysyntax.Name || k == pysyntax.Attribute {
			found = found || slices.Contains(names, string(b.t.Ident(c)))
		}
		return !found
	}, nil)
	return found
}

func (b *Builder) try(n node) {
	t := b.t
	guards := false
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.ExceptHandler {
			continue
		}
		kind := t.Child(c)
		if kind == 0 || t.Kind(kind) == pysyntax.Block ||
			b.mentions(kind, "ImportError", "ModuleNotFoundError", "Exception", "BaseException", "AttributeError") {
			guards = true
		}
	}
	for c := t.Child(n); c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Block:
			if guards {
				b.guarded++
			}
			b.statement(c)
			if guards {
				b.guarded--
			}
		case pysyntax.ExceptHandler:
			ref := Ref(None)
			for part := t.Child(c); part != 0; part = t.Next(part) {
				if t.Kind(part) != pysyntax.Block {
					ref = b.expr(part, Except)
					continue
				}
				if name := t.Ident(c); name != nil {
					b.bind(b.name(name), BindExcept, int32(ref), None, t.Start(c))
				}
				b.statement(part)
			}
		default:
			b.statement(c)
		}
	}
}

// declare handles global and nonlocal. Python wants them before the first use of the name in the scope.
func (b *Builder) declare(n node, how uint8) {
	if b.scope == 0 {
		return // global at module level changes nothing
	}
	for c := b.t.Child(n); c != 0; c = b.t.Next(c) {
		name := b.t.Ident(c)
		if name == nil {
			continue
		}
		sym := b.symbol(b.scope, b.name(name))
		if b.f.Symbols[sym].declared == 0 {
			b.f.Symbols[sym].declared = how
			b.unresolved = append(b.unresolved, sym)
		}
	}
}

func (b *Builder) assign(n node) {
	t := b.t
	value := t.Last(n)
	if b.scope == 0 && t.Kind(t.Child(n)) == pysyntax.Name && string(t.Ident(t.Child(n))) == "__all__" {
		b.f.HasAll = true
		b.f.All = b.f.All[:0]
		b.allParts(value, AllName)
	}
	ref := b.expr(value, Assigned)
	for c := t.Child(n); c != 0 && c != value; c = t.Next(c) {
		b.assignTarget(c, value, ref)
	}
}

// assignTarget binds a target to a value; a tuple of targets to the elements of a tuple of the same length.
func (b *Builder) assignTarget(target, value node, ref Ref) {
	t := b.t
	if k := t.Kind(target); k == pysyntax.Tuple || k == pysyntax.List {
		if v := t.Kind(value); (v == pysyntax.Tuple || v == pysyntax.List) && ref != None && b.sameLength(target, value) {
			elements := b.f.Nodes[ref]
			i := elements.B
			for c, v := t.Child(target), t.Child(value); c != 0; c, v = t.Next(c), t.Next(v) {
				b.assignTarget(c, v, b.f.Args[i].Value)
				i++
			}
			return
		}
		b.target(target, BindOther, None, Stored)
		return
	}
	if b.truth(value) != TruthUnknown {
		b.target(target, BindNone, None, Stored)
		return
	}
	b.target(target, BindExpr, ref, Stored)
}

func (b *Builder) sameLength(x, y node) bool {
	t := b.t
	c, d := t.Child(x), t.Child(y)
	for c != 0 && d != 0 {
		if t.Kind(c) == pysyntax.Starred || t.Kind(d) == pysyntax.Starred {
			return false
		}
		c, d = t.Next(c), t.Next(d)
	}
	return c == 0 && d == 0
}

// target binds what can be bound in a target, and reads the rest as an expression.
func (b *Builder) target(n node, kind BindKind, value Ref, ctx Context) {
	t := b.t
	how := int32(None)
	if kind == BindWith && b.async {
		how = 0
	}
	switch t.Kind(n) {
	case pysyntax.Name:
		b.bind(b.name(t.Ident(n)), kind, int32(value), how, t.Start(n))
	case pysyntax.Tuple, pysyntax.List:
		for c := t.Child(n); c != 0; c = t.Next(c) {
			b.target(c, BindOther, None, ctx)
		}
	case pysyntax.Starred:
		b.target(t.Child(n), BindOther, None, ctx)
	case pysyntax.Attribute:
		object := t.Child(n)
		if b.isSelf(object) {
			b.attribute(b.name(t.Ident(n)), Whole, Binding{Kind: kind, A: int32(value), B: how, Pos: t.Start(n)})
		}
		b.expr(n, ctx)
	case pysyntax.Subscript:
		if kind == BindExpr && value != None {
			b.element(t.Child(n), value, Indexed)
		}
		b.expr(n, ctx)
	default:
		b.expr(n, ctx)
	}
}

func (b *Builder) isSelf(n node) bool {
	return b.class != None && b.self != None && b.t.Kind(n) == pysyntax.Name &&
		string(b.t.Ident(n)) == string(b.nameText(int32(b.self)))
}

func (b *Builder) attribute(name Name, elem ElemKind, binding Binding) {
	if binding.Kind == BindExpr && binding.A == None {
		binding.Kind = BindOther
	}
	class := &b.f.Classes[b.class]
	b.f.Attrs = append(b.f.Attrs, Attr{Name: name, Next: class.First, Bind: binding, Elem: elem})
	class.First = int32(len(b.f.Attrs) - 1)
}

// element notes that a value is put into the container that an expression names.
func (b *Builder) element(container node, value Ref, kind ElemKind) {
	t := b.t
	switch t.Kind(container) {
	case pysyntax.Name:
		b.f.Elems = append(b.f.Elems, Elem{Scope: b.scope, Name: b.name(t.Ident(container)), Value: value, Kind: kind})
	case pysyntax.Attribute:
		if b.isSelf(t.Child(container)) {
			b.attribute(b.name(t.Ident(container)), kind,
				Binding{Kind: BindExpr, A: int32(value), B: None, Pos: t.Start(container)})
		}
	}
}

func (b *Builder) augAssign(n node) {
	t := b.t
	target := t.Child(n)
	value := t.Next(target)
	if value == 0 {
		b.expr(target, Other)
		return
	}
	b.expr(value, Other)
	if t.Kind(target) != pysyntax.Name {
		b.expr(target, Other)
		return
	}
	if b.scope == 0 && string(t.Ident(target)) == "__all__" {
		b.f.HasAll = true
		b.allParts(value, AllName)
	}
	b.bind(b.name(t.Ident(target)), BindOther, None, None, t.Start(target))
}

func (b *Builder) annAssign(n node) {
	t := b.t
	target := t.Child(n)
	annotation := t.Next(target)
	if annotation == 0 {
		b.expr(target, Stored)
		return
	}
	note := b.expr(annotation, Annotation)
	value := t.Next(annotation)
	if value != 0 {
		if b.scope == 0 && t.Kind(target) == pysyntax.Name && string(t.Ident(target)) == "__all__" {
			b.f.HasAll = true
			b.f.All = b.f.All[:0]
			b.allParts(value, AllName)
		}
		b.assignTarget(target, value, b.expr(value, Assigned))
	}
	switch {
	case t.Kind(target) == pysyntax.Name && value == 0 && !t.Has(n, pysyntax.FlagSimple):
		// (x): int binds nothing
	case t.Kind(target) == pysyntax.Name:
		b.bind(b.name(t.Ident(target)), BindAnnotated, int32(note), None, t.Start(target))
	case t.Kind(target) == pysyntax.Attribute && b.isSelf(t.Child(target)):
		b.attribute(b.name(t.Ident(target)), Whole,
			Binding{Kind: BindAnnotated, A: int32(note), B: None, Pos: t.Start(target)})
		if value == 0 {
			b.expr(target, Stored)
		}
	case value == 0:
		b.expr(target, Stored)
	}
}

// allParts reads the value of __all__, or what is added to it.
func (b *Builder) allParts(value node, kind AllKind) {
	t := b.t
	switch t.Kind(value) {
	case pysyntax.List, pysyntax.Tuple, pysyntax.Set:
		for c := t.Child(value); c != 0; c = t.Next(c) {
			if t.Kind(c) == pysyntax.Starred {
				b.allParts(t.Child(c), kind)
			} else {
				b.allName(c, kind)
			}
		}
	case pysyntax.BinOp:
		left := t.Child(value)
		b.allParts(left, kind)
		b.allParts(t.Next(left), kind)
	case pysyntax.Call: // list(x), sorted(x), tuple(x)
		if argument := t.Next(t.Child(value)); argument != 0 && t.Kind(t.Child(value)) == pysyntax.Name {
			b.allParts(argument, kind)
			return
		}
		b.f.All = append(b.f.All, AllPart{Kind: AllOpaque, A: None})
	case pysyntax.Name, pysyntax.Attribute:
		if t.Kind(value) == pysyntax.Name && string(t.Ident(value)) == "__all__" {
			return // __all__ = __all__ + [...]
		}
		ref := b.expr(value, Other)
		if ref == None {
			b.f.All = append(b.f.All, AllPart{Kind: AllOpaque, A: None})
			return
		}
		b.f.All = append(b.f.All, AllPart{Kind: AllOf, A: int32(ref)})
	default:
		b.f.All = append(b.f.All, AllPart{Kind: AllOpaque, A: None})
	}
}

func (b *Builder) allName(n node, kind AllKind) {
	if s, ok := b.t.StringValue(n); ok {
		b.f.All = append(b.f.All, AllPart{Kind: kind, A: int32(b.name([]byte(s)))})
		return
	}
	b.f.All = append(b.f.All, AllPart{Kind: AllOpaque, A: None})
}

func (b *Builder) matchCase(n node) {
	t := b.t
	if t.Kind(n) != pysyntax.MatchCase {
		b.statement(n)
		return
	}
	pattern := t.Child(n)
	b.pattern(pattern)
	for c := t.Next(pattern); c != 0; c = t.Next(c) {
		b.statement(c) // the guard is an expression
	}
}

func (b *Builder) pattern(n node) {
	t := b.t
	switch k := t.Kind(n); {
	case k == pysyntax.MatchAs || k == pysyntax.MatchStar || k == pysyntax.MatchMapping:
		if name := t.Ident(n); name != nil {
			b.bind(b.name(name), BindOther, None, None, t.Start(n))
		}
	case k.IsExpr():
		b.expr(n, Other)
		return
	}
	for c := t.Child(n); c != 0; c = t.Next(c) {
		b.pattern(c)
	}
}
