package callgraph

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// around is the state of the reducer that a function or class changes.
type around struct {
	scope, fn, class, directly, self int32
	narrowed                         map[int32]int32
	wrapping                         int
	doubt                            doubt
}

func (r *reducer) enter() around {
	return around{r.scope, r.fn, r.class, r.directly, r.self, r.narrowed, len(r.wrapping), r.doubt}
}

func (r *reducer) leave(a around) {
	r.scope, r.fn, r.class, r.directly, r.self, r.narrowed, r.doubt = a.scope, a.fn, a.class, a.directly, a.self,
		a.narrowed, a.doubt
	r.wrapping = r.wrapping[:a.wrapping]
}

// qualified gives the name of a definition within the module: a second one of the same name has its number.
func (r *reducer) qualified(name string) string {
	switch {
	case r.directly != none:
		name = r.s.classes[r.directly].qual + "." + name
	case r.s.funcs[r.fn].kind != ModuleBody:
		name = r.s.funcs[r.fn].qual + "." + name
	}
	r.functions[name]++
	if n := r.functions[name]; n > 1 {
		return fmt.Sprintf("%s#%d", name, n)
	}
	return name
}

// decoration is what the decorators of a definition say.
type decoration struct {
	flags   Flags
	names   []string
	applied []int32 // variables of decorators that are values like others, outermost first
	nodes   []node
	suffix  string
}

func (r *reducer) decorators(n node) decoration {
	t := r.t
	var d decoration
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Decorator {
			continue
		}
		value := t.Child(c)
		if value == 0 {
			continue
		}
		named := value
		if t.Kind(value) == pysyntax.Call {
			named = t.Child(value)
		}
		d.names = append(d.names, r.dotted(named))
		v := r.expr(value)
		flag, known := decoratorFlag(r.lastName(named))
		switch {
		case known:
			d.flags |= flag
			switch flag {
			case Setter:
				if t.Kind(named) != pysyntax.Attribute {
					continue
				}
				d.suffix = "@setter"
			case Deleter:
				d.suffix = "@deleter"
			}
		case v != none:
			d.applied = append(d.applied, v)
			d.nodes = append(d.nodes, c)
		default:
			d.flags |= Decorated
		}
	}
	return d
}

// dotted gives the text of a name or of attributes of a name, "" for other expressions.
func (r *reducer) dotted(n node) string {
	switch r.t.Kind(n) {
	case pysyntax.Name:
		return string(r.t.Ident(n))
	case pysyntax.Attribute:
		if left := r.dotted(r.t.Child(n)); left != "" {
			return left + "." + string(r.t.Ident(n))
		}
	}
	return ""
}

// builtinDecorators are known by their last name, as they are in every library that makes its own.
var builtinDecorators = map[string]Flags{
	"staticmethod": Static, "classmethod": ClassMethod, "abstractclassmethod": ClassMethod | Abstract,
	"abstractstaticmethod": Static | Abstract, "property": Property, "cached_property": Property,
	"abstractproperty": Property | Abstract, "reify": Property, "memoized_property": Property,
	"hybrid_property": Property, "lazyproperty": Property, "non_memoized_property": Property,
	"ro_non_memoized_property": Property, "classproperty": Property, "ro_memoized_property": Property,
	"rw_memoized_property": Property, "setter": Setter, "deleter": Deleter, "getter": Property, "abstractmethod": Abstract,
	"overload": Overload, "contextmanager": ContextManager, "asynccontextmanager": ContextManager,
	"override": 0, "final": 0, "wraps": 0, "lru_cache": 0, "cache": 0, "total_ordering": 0, "runtime_checkable": 0,
	"no_type_check": 0, "deprecated": 0, "singledispatch": 0, "singledispatchmethod": 0, "coroutine": 0, "dataclass": 0,
	"dataclass_transform": 0,
}

// decoratorFlag says what a decorator makes of a function, if its name tells: remotable_classmethod, memoized_property.
func decoratorFlag(name string) (flag Flags, known bool) {
	if flag, known = builtinDecorators[name]; known {
		return flag, true
	}
	for _, ending := range []string{"classmethod", "staticmethod", "property"} {
		if strings.HasSuffix(name, ending) {
			return builtinDecorators[ending], true
		}
	}
	return 0, false
}

func (r *reducer) function(n node) {
	t := r.t
	d := r.decorators(n)
	name := string(t.Ident(n))
	f := funcSummary{
		name: r.name(name), flags: d.flags, class: r.directly, outer: r.fn, result: r.temp(), yields: r.temp(),
		decorators: d.names, start: t.Start(n), end: t.End(n),
	}
	if d.flags&Overload != 0 {
		d.suffix += "@overload" // the name is that of the function that does the work
	}
	f.returned, f.yielded = r.temp(), r.temp()
	f.qual = r.qualified(name + d.suffix)
	if t.Has(n, pysyntax.FlagAsync) {
		f.flags |= Async
	}
	if r.directly != none {
		switch name {
		case "__new__":
			f.flags |= Static // called with the class as an ordinary argument
		case "__init_subclass__", "__class_getitem__":
			f.flags |= ClassMethod
		}
	}
	index := int32(len(r.s.funcs))
	r.s.funcs = append(r.s.funcs, f)
	var params, body, result node
	inner := r.scope
	for c := t.Child(n); c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.TypeParams:
			inner = r.open(n, pyscope.TypeParamScope)
			r.typeParams(c, inner)
		case pysyntax.Params:
			params = c
		case pysyntax.Block:
			body = c
		case pysyntax.Decorator:
		default:
			result = c
		}
	}
	symbol := r.target(t.Ident(n), r.scope)
	value := r.temp()
	r.op(n, op{kind: opFunc, dst: value, a: index})
	for i := len(d.applied) - 1; i >= 0; i-- {
		made := r.temp()
		r.op(d.nodes[i], op{kind: opDecorate, dst: made, a: d.applied[i], b: value})
		value = made
	}
	r.copy(n, symbol, value)
	if symbol != none {
		r.widen(symbol)
	}

	before := r.enter()
	method := r.directly != none
	if !method {
		r.parametersAround()
	}
	typeScope := inner
	body0 := r.open(n, pyscope.FunctionScope)
	r.params(params, index, body0, typeScope)
	if p := r.s.funcs[index].params; method && len(d.names) > 0 && len(p) > 0 &&
		d.flags&(Static|ClassMethod|Property) == 0 && r.s.names[p[0].name] == "cls" {
		r.s.funcs[index].flags |= ClassMethod // by a decorator that is not known
	}
	if method {
		r.class, r.self = r.directly, none
		if p := r.s.funcs[index].params; len(p) > 0 && (d.flags&Static == 0 || name == "__new__") {
			r.self = p[0].variable
		}
	}
	r.fn, r.directly, r.narrowed, r.scope, r.doubt = index, none, nil, body0, doubt{}
	if body != 0 {
		r.statements(body)
		if r.isStub(body) {
			r.s.funcs[index].flags |= Stub
		}
		if !r.exits(body) {
			r.s.funcs[index].gives |= givesNone
		}
	}
	r.scope = typeScope
	if result != 0 && r.letsAwaitables(result) {
		r.s.funcs[index].gives |= givesAwaitable
	}
	r.resultType(result, index)
	r.leave(before)
}

// resultType lets a function return, or a generator yield, what its annotation says and what of its own values fits
// that.
func (r *reducer) resultType(n node, index int32) {
	f := r.s.funcs[index]
	results, yields := n, node(0)
	if f.flags&(Generator|ContextManager) != 0 {
		results = 0
		if n != 0 && r.t.Kind(n) == pysyntax.Subscript && typing[r.annotationName(n)] != noType {
			yields = r.t.Next(r.t.Child(n))
			if r.t.Kind(yields) == pysyntax.Tuple {
				yields = r.t.Child(yields)
			}
		}
	}
	r.typed(results, f.returned, f.result)
	r.typed(yields, f.yielded, f.yields)
}

func (r *reducer) typed(annotation node, from, to int32) {
	if annotation == 0 {
		r.s.ops = append(r.s.ops, op{kind: opCopy, fn: r.fn, dst: to, a: from})
		return
	}
	r.annotate(annotation, to)
	r.copy(annotation, to, r.pass(annotation, from))
}

// isStub reports whether a body does nothing: a docstring, pass, ..., a raise of NotImplementedError.
func (r *reducer) isStub(body node) bool {
	t := r.t
	for c := t.Child(body); c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Pass:
		case pysyntax.ExprStmt:
			if t.Kind(t.Child(c)) != pysyntax.Constant {
				return false
			}
		case pysyntax.Raise:
			raised := t.Child(c)
			if raised != 0 && t.Kind(raised) == pysyntax.Call {
				raised = t.Child(raised)
			}
			if r.lastName(raised) != "NotImplementedError" {
				return false
			}
		case pysyntax.Return:
			if v := t.Child(c); v != 0 && (t.Kind(v) != pysyntax.Name || string(t.Ident(v)) != "NotImplemented") {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// params reads defaults and annotations in the scope around and gives the function its parameters.
func (r *reducer) params(params node, index, scope, typeScope int32) {
	t := r.t
	if params == 0 {
		return
	}
	outer := r.scope
	for p := t.Child(params); p != 0; p = t.Next(p) {
		if t.Kind(p) != pysyntax.Param || t.Ident(p) == nil {
			continue
		}
		variable := r.target(t.Ident(p), scope)
		if variable == none {
			continue
		}
		q := param{variable: variable, name: r.ident(p), alloc: none, fallback: t.Has(p, pysyntax.FlagDefault)}
		switch t.Op(p) {
		case pysyntax.ParamPosOnly:
			q.kind = paramPosOnly
		case pysyntax.ParamVarArgs:
			q.kind = paramVarArgs
		case pysyntax.ParamKwOnly:
			q.kind = paramKwOnly
		case pysyntax.ParamKwArgs:
			q.kind = paramKwArgs
		default:
			q.kind = paramNormal
		}
		r.scope = typeScope
		takes := variable
		switch q.kind {
		case paramVarArgs:
			a := r.alloc(tupleLike)
			q.alloc = a
			r.op(p, op{kind: opAlloc, dst: variable, a: a, b: int32(tupleLike)})
			takes = r.temp()
			r.put(p, a, fieldAny, takes)
		case paramKwArgs:
			a := r.alloc(dictLike)
			q.alloc = a
			r.op(p, op{kind: opAlloc, dst: variable, a: a, b: int32(dictLike)})
			takes = r.temp()
			r.put(p, a, fieldAny, takes)
		}
		q.input = variable
		if t.Has(p, pysyntax.FlagAnnotation) {
			q.lax = r.letsAwaitables(t.Child(p))
			r.annotate(t.Child(p), takes)
			if q.kind != paramVarArgs && q.kind != paramKwArgs {
				if f := r.filter(t.Child(p)); f != none {
					q.input = r.temp()
					r.op(p, op{kind: opFilter, dst: variable, a: q.input, b: f})
				}
			}
		}
		if q.fallback {
			r.copy(p, variable, r.expr(t.Last(p)))
		}
		r.s.funcs[index].params = append(r.s.funcs[index].params, q)
	}
	r.scope = outer
}

func (r *reducer) lambda(n node) int32 {
	t := r.t
	line := 1
	for lo, hi := 0, len(r.s.lines); lo < hi; {
		mid := (lo + hi) / 2
		if r.s.lines[mid] <= r.pos(n) {
			line, lo = mid+1, mid+1
		} else {
			hi = mid
		}
	}
	f := funcSummary{
		name: none, kind: Lambda, class: none, outer: r.fn, result: r.temp(), yields: r.temp(), start: r.pos(n),
		end:  t.End(n),
		qual: r.qualified(fmt.Sprintf("<lambda:%d>", line)),
	}
	f.returned, f.yielded = f.result, f.yields
	index := int32(len(r.s.funcs))
	r.s.funcs = append(r.s.funcs, f)
	out := r.temp()
	r.op(n, op{kind: opFunc, dst: out, a: index})
	var params, body node
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.Params {
			params = c
		} else {
			body = c
		}
	}
	before := r.enter()
	r.parametersAround()
	scope := r.open(n, pyscope.LambdaScope)
	r.params(params, index, scope, r.scope)
	r.fn, r.directly, r.scope, r.doubt = index, none, scope, doubt{}
	if body != 0 {
		v := r.expr(body)
		if v == none {
			r.s.funcs[index].gives |= givesUnknown
		}
		r.copy(n, r.s.funcs[index].result, v)
	}
	r.leave(before)
	return out
}

func (r *reducer) classDef(n node) {
	t := r.t
	d := r.decorators(n)
	name := string(t.Ident(n))
	c := classSummary{name: r.name(name), scope: none, model: none, fn: r.fn, start: t.Start(n), qual: r.qualified(name)}
	if i, ok := r.classOf[t.Start(n)]; ok && r.quoted == 0 {
		c.model = i
	}
	for _, decorator := range d.names {
		if fieldClasses[lastPart(decorator)] {
			c.flags |= classFields
		}
	}
	index := int32(len(r.s.classes))
	r.s.classes = append(r.s.classes, c)
	symbol := r.target(t.Ident(n), r.scope)
	if symbol != none {
		r.op(n, op{kind: opClass, dst: symbol, a: index})
		for i, v := range d.applied {
			r.op(d.nodes[i], op{kind: opDecorate, dst: none, a: v, b: symbol})
		}
	}
	before := r.enter()
	var body node
	for b := t.Child(n); b != 0; b = t.Next(b) {
		switch t.Kind(b) {
		case pysyntax.Decorator:
		case pysyntax.TypeParams:
			r.scope = r.open(n, pyscope.TypeParamScope)
			r.typeParams(b, r.scope)
		case pysyntax.Block:
			body = b
		case pysyntax.Keyword:
			r.expr(t.Child(b))
		default:
			r.base(b, index)
		}
	}
	r.scope = r.open(n, pyscope.ClassScope)
	r.directly, r.narrowed = index, nil
	r.s.classes[index].scope = r.scope
	r.statements(body)
	r.members(index)
	r.leave(before)
}

var fieldClasses = map[string]bool{
	"dataclass": true, "define": true, "frozen": true, "mutable": true, "attrs": true, "s": true, "attributes": true,
	"NamedTuple": true, "BaseModel": true, "Struct": true,
}

// base reads a base class. The bases themselves are looked up by name; here it is what they are made for that matters.
func (r *reducer) base(n node, class int32) {
	t := r.t
	named := n
	if t.Kind(n) == pysyntax.Subscript {
		named = t.Child(n)
		r.typeArgs(n)
		r.classParameters(n, class)
	} else {
		r.expr(n)
	}
	if fieldClasses[r.lastName(named)] {
		r.s.classes[class].flags |= classFields
	}
}

// classParameters notes which names in the brackets of a base can be type variables of the class. Generic and Protocol
// list them all.
func (r *reducer) classParameters(n node, class int32) {
	c := &r.s.classes[class]
	name := r.annotationName(n)
	all := name == "Generic" || name == "Protocol"
	if all {
		c.typeParams = c.typeParams[:0]
	}
	r.typeParts(n, func(_ int, part node) {
		if v := r.typeParameter(part); v != none && (all || !c.generic) && !slices.Contains(c.typeParams, v) {
			c.typeParams = append(c.typeParams, v)
		}
	})
	c.generic = c.generic || all
}

// members notes the names that the body of a class binds.
func (r *reducer) members(class int32) {
	c := &r.s.classes[class]
	if c.scope == none || r.f.Scopes[c.scope].Kind != pyscope.ClassScope {
		return
	}
	setters := map[int32]bool{}
	for i := range r.s.funcs {
		if f := &r.s.funcs[i]; f.class == class && f.flags&(Setter|Deleter) != 0 {
			setters[f.name] = true
		}
	}
	for i := range r.f.Symbols {
		s := &r.f.Symbols[i]
		if s.Scope == c.scope && s.First != pyscope.None {
			name := r.name(r.f.Names[s.Name])
			c.members = append(c.members, member{name: name, variable: int32(i), setter: setters[name]})
		}
	}
}

// parametersAround notes the parameters of the present function for what is defined in it: a wrapper calls one. The
// object or class whose method it is wraps nothing; a wrapper that calls `cls` makes an object.
func (r *reducer) parametersAround() {
	fn := &r.s.funcs[r.fn]
	for i := range fn.params {
		if i > 0 || fn.class == none || fn.flags&Static != 0 {
			r.wrapping = append(r.wrapping, fn.params[i].variable)
		}
	}
}
