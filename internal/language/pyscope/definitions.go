package pyscope

import "aiohub/internal/language/pysyntax"

// typeParamsOrExpr reads a list of type parameters, whose names it binds, or an expression.
func (b *Builder) typeParamsOrExpr(n node) {
	t := b.t
	if t.Kind(n) != pysyntax.TypeParams {
		b.expr(n, Other)
		return
	}
	for p := t.Child(n); p != 0; p = t.Next(p) {
		if name := t.Ident(p); name != nil {
			b.bind(b.name(name), BindOther, None, None, t.Start(p))
		}
		for c := t.Child(p); c != 0; c = t.Next(c) {
			b.expr(c, Annotation)
		}
	}
}

func (b *Builder) function(n node) {
	t := b.t
	f := Func{Syntax: n, Name: None, Outer: b.scope, Class: b.directly, First: None, Result: None, Pos: t.Start(n)}
	if name := t.Ident(n); name != nil {
		f.Name = b.name(name)
	}
	if t.Has(n, pysyntax.FlagAsync) {
		f.Flags |= FuncAsync
	}
	outer, outerFn, outerClass, outerSelf, outerDirectly := b.scope, b.fn, b.class, b.self, b.directly
	index := int32(len(b.f.Funcs))
	b.f.Funcs = append(b.f.Funcs, f)
	if f.Name != None {
		b.bind(f.Name, BindDef, index, None, t.Start(n))
		switch name := string(t.Ident(n)); name {
		case "__new__", "__init_subclass__", "__class_getitem__":
			f.Flags |= FuncClassMethod
		}
	}
	var params, body node
	var room [4]Arg
	decorators := room[:0]
	result := Ref(None)
	for c := t.Child(n); c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Decorator:
			value, flags := b.decorator(c)
			f.Flags |= flags
			decorators = append(decorators, Arg{Value: value, Name: None})
		case pysyntax.TypeParams:
			b.openScope(TypeParamScope, None, b.class, t.Start(n))
			b.typeParamsOrExpr(c)
		case pysyntax.Params:
			params = c
		case pysyntax.Block:
			body = c
		default:
			result = b.expr(c, Annotation)
		}
	}
	f.Result = result
	f.Decorators, f.NDecorator = b.args(decorators)
	if b.directly != None {
		b.class, b.self = b.directly, None
	}
	method := b.directly != None && f.Flags&FuncStatic == 0
	b.f.Funcs[index] = f
	b.params(params, index, func() { b.openScope(FunctionScope, f.Name, b.class, f.Pos) }, method, Default)
	b.fn, b.directly = index, None
	b.statements(body)
	b.scope, b.fn, b.class, b.self, b.directly = outer, outerFn, outerClass, outerSelf, outerDirectly
}

// params reads annotations and defaults in the scope around, then opens the function's scope and binds the names in it.
func (b *Builder) params(params node, fn int32, open func(), method bool, ctx Context) {
	t := b.t
	first := len(b.calls)
	notes := make([]Ref, 0, 8)
	if params != 0 {
		for p := t.Child(params); p != 0; p = t.Next(p) {
			note := Ref(None)
			for c := t.Child(p); c != 0; c = t.Next(c) {
				if c == t.Child(p) && t.Has(p, pysyntax.FlagAnnotation) {
					note = b.expr(c, Annotation)
				} else {
					b.expr(c, ctx)
				}
			}
			notes = append(notes, note)
		}
	}
	b.calls = b.calls[:first]
	open()
	if fn != None {
		b.f.Funcs[fn].Scope, b.f.Scopes[b.scope].Func = b.scope, fn
	}
	if params == 0 {
		return
	}
	i := 0
	for p := t.Child(params); p != 0; p = t.Next(p) {
		note := notes[i]
		i++
		ident := t.Ident(p)
		if ident == nil || t.Kind(p) != pysyntax.Param {
			continue
		}
		name := b.name(ident)
		switch op := t.Op(p); {
		case op == pysyntax.ParamVarArgs || op == pysyntax.ParamKwArgs:
			b.bind(name, BindOther, None, None, t.Start(p))
		case method && i == 1:
			b.self = name
			b.bind(name, BindSelf, fn, None, t.Start(p))
		default:
			b.bind(name, BindParam, fn, int32(note), t.Start(p))
		}
	}
}

// decorator reads a decorator and says what it makes of a function.
func (b *Builder) decorator(n node) (Ref, FuncFlags) {
	t := b.t
	value := t.Child(n)
	if value == 0 {
		return None, 0
	}
	ref := b.expr(value, Decorator)
	name := ""
	if k := t.Kind(value); k == pysyntax.Name || k == pysyntax.Attribute {
		name = string(t.Ident(value))
	}
	switch name {
	case "staticmethod":
		return ref, FuncStatic
	case "classmethod":
		return ref, FuncClassMethod
	case "property", "cached_property", "abstractproperty":
		return ref, FuncProperty
	case "abstractmethod":
		return ref, FuncAbstract
	case "override", "final":
		return ref, 0
	case "setter":
		return ref, FuncDecorated | FuncSetter
	case "deleter":
		return ref, FuncDecorated | FuncDeleter
	case "overload":
		return ref, FuncDecorated | FuncOverload
	case "contextmanager", "asynccontextmanager":
		return ref, FuncDecorated | FuncContextManager
	}
	return ref, FuncDecorated
}

func (b *Builder) classDef(n node) {
	t := b.t
	outer, outerFn, outerClass, outerSelf, outerDirectly := b.scope, b.fn, b.class, b.self, b.directly
	class := Class{Syntax: n, Name: None, Outer: b.scope, First: None, Pos: t.Start(n)}
	index := int32(len(b.f.Classes))
	if name := t.Ident(n); name != nil {
		class.Name = b.name(name)
		b.bind(class.Name, BindClass, index, None, t.Start(n))
	}
	b.f.Classes = append(b.f.Classes, class)
	var bases, keywords, decorators []Arg
	var body node
	for c := t.Child(n); c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Decorator:
			value, _ := b.decorator(c)
			decorators = append(decorators, Arg{Value: value, Name: None})
		case pysyntax.TypeParams:
			b.openScope(TypeParamScope, None, b.class, t.Start(n))
			b.typeParamsOrExpr(c)
		case pysyntax.Keyword:
			keyword := Arg{Value: b.expr(t.Child(c), Other), Name: DoubleStar}
			if !t.Has(c, pysyntax.FlagUnpack) && t.Ident(c) != nil {
				keyword.Name = b.name(t.Ident(c))
			}
			keywords = append(keywords, keyword)
		case pysyntax.Block:
			body = c
		case pysyntax.Starred:
			b.expr(c, Other)
		default:
			bases = append(bases, Arg{Value: b.expr(c, Base), Name: None})
		}
	}
	class.Bases, class.NBase = b.args(bases)
	_, class.NKeyword = b.args(keywords)
	class.Decorators, class.NDecorator = b.args(decorators)
	class.Scope = int32(len(b.f.Scopes))
	b.f.Classes[index] = class
	b.openScope(ClassScope, class.Name, index, class.Pos)
	b.fn, b.directly = None, index
	b.statements(body)
	b.scope, b.fn, b.class, b.self, b.directly = outer, outerFn, outerClass, outerSelf, outerDirectly
}
