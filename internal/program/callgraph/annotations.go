package callgraph

import (
	"aiohub/internal/language/pysyntax"
)

// typeForm says what the parts in the brackets of a generic type are.
type typeForm uint8

const (
	noType      typeForm = iota
	formEither           // values of any part
	formFirst            // of the first part
	formLast             // of the last part
	formClass            // the classes themselves
	formList             // elements
	formDict             // keys and values
	formTuple            // elements by position
	formManager          // what entering gives
	formNothing          // nothing that is known
)

// typing has generic types by their last name, as they go by the same names in all modules that have them.
var typing = map[string]typeForm{
	"Optional": formEither, "Union": formEither, "Final": formEither, "ClassVar": formEither, "Required": formEither,
	"NotRequired": formEither, "ReadOnly": formEither, "InitVar": formEither, "Annotated": formFirst, "Type": formClass,
	"type": formClass, "Awaitable": formLast, "Coroutine": formLast, "Future": formLast, "Task": formLast,
	"List": formList, "list": formList, "Set": formList, "set": formList, "FrozenSet": formList, "frozenset": formList,
	"Sequence": formList, "MutableSequence": formList, "Iterable": formList, "Iterator": formList, "Collection": formList,
	"Container": formList, "AbstractSet": formList, "MutableSet": formList, "Deque": formList, "deque": formList,
	"Generator": formList, "AsyncIterable": formList, "AsyncIterator": formList,
	"AsyncGenerator": formList, "Reversible": formList, "Queue": formList, "LifoQueue": formList,
	"PriorityQueue": formList, "SimpleQueue": formList, "KeysView": formList, "ValuesView": formList, "WeakSet": formList,
	"Dict": formDict, "dict": formDict, "Mapping": formDict, "MutableMapping": formDict, "DefaultDict": formDict,
	"defaultdict": formDict, "OrderedDict": formDict, "ChainMap": formDict, "WeakKeyDictionary": formDict,
	"WeakValueDictionary": formDict, "ItemsView": formDict, "Tuple": formTuple, "tuple": formTuple,
	"ContextManager": formManager, "AbstractContextManager": formManager,
	"AsyncContextManager": formManager, "AbstractAsyncContextManager": formManager, "Callable": formNothing,
	"Literal": formNothing, "Concatenate": formNothing, "TypeGuard": formNothing, "TypeIs": formNothing,
	"Counter": formNothing,
}

// annotationName is the last name of an annotation, brackets aside.
func (r *reducer) annotationName(n node) string {
	if r.t.Kind(n) == pysyntax.Subscript {
		n = r.t.Child(n)
	}
	return r.lastName(n)
}

// annotate lets a variable take values of the types that an annotation names.
func (r *reducer) annotate(n node, dst int32) {
	if n == 0 {
		return
	}
	if r.depth++; r.depth > maxDepth {
		r.depth--
		return
	}
	r.annotation(n, dst)
	r.depth--
}

func (r *reducer) annotation(n node, dst int32) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Constant:
		if s, ok := t.StringValue(n); ok {
			r.quotedType(n, s, func(inner node) { r.annotate(inner, dst) })
		}
	case pysyntax.Name, pysyntax.Attribute:
		switch name := r.lastName(n); {
		case name == "Self" && r.self != none:
			r.copy(n, dst, r.self)
			return
		case typing[name] == formNothing || typing[name] == formClass:
			return
		}
		if v := r.expr(n); v >= 0 {
			r.op(n, op{kind: opInstance, dst: dst, a: v})
		}
	case pysyntax.BinOp:
		left := t.Child(n)
		r.annotate(left, dst)
		r.annotate(t.Next(left), dst)
	case pysyntax.Subscript:
		r.generic(n, dst)
	case pysyntax.Starred:
		r.annotate(t.Child(n), dst)
	}
}

// quotedType reads a type that stands in a string.
func (r *reducer) quotedType(n node, s string, read func(node)) {
	if len(s) > 500 || r.quoted != 0 {
		return
	}
	outer := r.t
	r.quoted = outer.Start(n) + 1
	r.t = r.strings.Parse([]byte(s))
	if first := r.t.Child(r.t.Root()); first != 0 && r.t.Kind(first) == pysyntax.ExprStmt && len(r.t.Errors) == 0 {
		read(r.t.Child(first))
	}
	r.t, r.quoted = outer, 0
}

// parts calls read with each type in the brackets of a generic type.
func (r *reducer) typeParts(n node, read func(i int, part node)) {
	t := r.t
	index := t.Next(t.Child(n))
	if t.Kind(index) != pysyntax.Tuple {
		read(0, index)
		return
	}
	i := 0
	for c := t.Child(index); c != 0; c = t.Next(c) {
		read(i, c)
		i++
	}
}

func (r *reducer) generic(n node, dst int32) {
	t := r.t
	switch form := typing[r.annotationName(n)]; form {
	case noType:
		if v := r.expr(t.Child(n)); v >= 0 {
			r.op(n, op{kind: opInstance, dst: dst, a: v})
		}
		r.typeArgs(n)
	case formEither:
		r.typeParts(n, func(_ int, part node) { r.annotate(part, dst) })
	case formFirst:
		r.typeParts(n, func(i int, part node) {
			if i == 0 {
				r.annotate(part, dst)
			}
		})
	case formLast:
		last := node(0)
		r.typeParts(n, func(_ int, part node) { last = part })
		r.annotate(last, dst)
	case formClass:
		r.typeParts(n, func(_ int, part node) { r.copy(n, dst, r.classes(part)) })
	case formList, formManager:
		kind := listLike
		if form == formManager {
			kind = managerLike
		}
		list, elements := r.container(n, dst, kind)
		r.typeParts(n, func(i int, part node) {
			if i == 0 {
				r.annotate(part, elements)
				r.put(n, list, fieldAny, elements)
			}
		})
	case formDict:
		dict, values := r.container(n, dst, dictLike)
		keys := r.temp()
		r.typeParts(n, func(i int, part node) {
			switch i {
			case 0:
				r.annotate(part, keys)
				r.put(n, dict, fieldKeys, keys)
			case 1:
				r.annotate(part, values)
				r.put(n, dict, fieldAny, values)
			}
		})
	case formTuple:
		tuple, _ := r.container(n, dst, tupleLike)
		count := 0
		rest := false
		r.typeParts(n, func(_ int, part node) {
			count++
			rest = rest || t.Kind(part) == pysyntax.Constant && t.Op(part) == pysyntax.ConstEllipsis
		})
		r.typeParts(n, func(i int, part node) {
			element := r.temp()
			r.annotate(part, element)
			field := int32(fieldPos - i)
			if rest || count > maxFields {
				field = fieldAny
			}
			r.put(n, tuple, field, element)
		})
	}
}

func (r *reducer) container(n node, dst int32, kind containerKind) (made, elements int32) {
	made = r.alloc(kind)
	r.op(n, op{kind: opAlloc, dst: dst, a: made, b: int32(kind)})
	return made, r.temp()
}

// classes gives the classes themselves that a type names.
func (r *reducer) classes(n node) int32 {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name, pysyntax.Attribute:
		return r.expr(n)
	case pysyntax.Constant:
		out := int32(none)
		if s, ok := t.StringValue(n); ok {
			r.quotedType(n, s, func(inner node) { out = r.classes(inner) })
		}
		return out
	case pysyntax.BinOp:
		left := t.Child(n)
		return r.either(n, r.classes(left), r.classes(t.Next(left)))
	case pysyntax.Subscript:
		if typing[r.annotationName(n)] == formEither {
			out := int32(none)
			r.typeParts(n, func(_ int, part node) { out = r.either(n, out, r.classes(part)) })
			return out
		}
		return r.classes(t.Child(n))
	}
	return none
}

// typeArgs notes the types that a generic class is used with, for its type variables.
func (r *reducer) typeArgs(n node) {
	t := r.t
	class := r.expr(t.Child(n))
	if class < 0 {
		return
	}
	var args []arg
	r.typeParts(n, func(_ int, part node) {
		v := r.temp()
		r.annotate(part, v)
		args = append(args, arg{value: v, name: none})
	})
	start := int32(len(r.s.args))
	r.s.args = append(r.s.args, args...)
	r.op(n, op{kind: opTypeArgs, dst: none, a: class, b: start, c: int32(len(args))})
}

// typeParameter gives the variable of a name in the brackets of a base, for it can be a type variable of the class.
func (r *reducer) typeParameter(n node) int32 {
	if r.t.Kind(n) != pysyntax.Name {
		return none
	}
	return r.symbol(r.t.Ident(n), r.lookupPos(n))
}

// aliasOf makes a container whose elements are values of a type, for a name that stands for the type.
func (r *reducer) aliasOf(n node) int32 {
	made := r.alloc(listLike)
	v := r.temp()
	if r.t.Kind(n) == pysyntax.Subscript {
		r.generic(n, v)
	} else {
		r.annotate(n, v)
	}
	r.put(n, made, fieldAny, v)
	return made
}

// typeVar reads a type variable: its bound and the types it can be.
func (r *reducer) typeVar(n, first node) int32 {
	t := r.t
	made := r.alloc(listLike)
	v := r.temp()
	for c := first; c != 0; c = t.Next(c) {
		part := c
		if t.Kind(c) == pysyntax.Keyword {
			if name := string(t.Ident(c)); name != "bound" && name != "default" {
				r.expr(t.Child(c))
				continue
			}
			part = t.Child(c)
		}
		r.annotate(part, v)
	}
	r.put(n, made, fieldAny, v)
	out := r.temp()
	r.op(n, op{kind: opTypeVar, dst: out, a: made})
	return out
}

// typeParams binds the type parameters in brackets after the name of a definition.
func (r *reducer) typeParams(n node, scope int32) {
	t := r.t
	for p := t.Child(n); p != 0; p = t.Next(p) {
		symbol := r.target(t.Ident(p), scope)
		if symbol == none {
			continue
		}
		made := r.alloc(listLike)
		v := r.temp()
		if c := t.Child(p); c != 0 {
			outer := r.scope
			r.scope = scope
			r.annotate(c, v)
			r.scope = outer
		}
		r.put(p, made, fieldAny, v)
		r.op(p, op{kind: opTypeVar, dst: symbol, a: made})
	}
}

// filter makes the filter of an annotation, none if it lets everything pass.
func (r *reducer) filter(n node) int32 {
	if n == 0 {
		return none
	}
	var f filter
	r.filterType(n, &f, 0)
	if f.lets&letAll != 0 {
		return none
	}
	r.s.filters = append(r.s.filters, f)
	return int32(len(r.s.filters) - 1)
}

func (r *reducer) filterType(n node, f *filter, depth int) {
	t := r.t
	if depth > 20 {
		f.lets |= letAll
		return
	}
	switch t.Kind(n) {
	case pysyntax.Constant:
		switch t.Op(n) {
		case pysyntax.ConstNone:
		case pysyntax.ConstStr:
			read := false
			if s, ok := t.StringValue(n); ok {
				r.quotedType(n, s, func(inner node) {
					read = true
					r.filterType(inner, f, depth+1)
				})
			}
			if !read {
				f.lets |= letAll
			}
		default:
			f.lets |= letAll
		}
	case pysyntax.Name, pysyntax.Attribute:
		r.filterName(n, f)
	case pysyntax.BinOp:
		left := t.Child(n)
		r.filterType(left, f, depth+1)
		r.filterType(t.Next(left), f, depth+1)
	case pysyntax.Subscript:
		name := r.annotationName(n)
		switch typing[name] {
		case formEither, formFirst:
			r.typeParts(n, func(i int, part node) {
				if i == 0 || typing[name] == formEither {
					r.filterType(part, f, depth+1)
				}
			})
		case noType:
			r.filterName(t.Child(n), f)
		default:
			r.filterForm(name, f)
		}
	default:
		f.lets |= letAll
	}
}

func (r *reducer) filterForm(name string, f *filter) {
	switch typing[name] {
	case formClass:
		f.lets |= letClasses
	case formList, formDict, formTuple:
		f.lets |= letContainers
	case formManager:
		f.lets |= letManagers
	case formNothing:
		switch name {
		case "Callable", "Concatenate":
			f.lets |= letCallables
		case "Counter":
			f.lets |= letContainers
		}
	default:
		f.lets |= letAll
	}
}

func (r *reducer) filterName(n node, f *filter) {
	name := r.lastName(n)
	switch {
	case name == "Self", name == "":
		f.lets |= letAll
	case typing[name] != noType:
		r.filterForm(name, f)
	default:
		if v := r.expr(n); v >= 0 {
			f.classes = append(f.classes, v)
		} else {
			f.lets |= letAll
		}
	}
}

// pass gives the part of a variable that the annotation lets pass.
func (r *reducer) pass(annotation node, v int32) int32 {
	if v < 0 {
		return v
	}
	f := r.filter(annotation)
	if f == none {
		return v
	}
	out := r.temp()
	r.op(annotation, op{kind: opFilter, dst: out, a: v, b: f})
	return out
}
