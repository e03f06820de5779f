package callgraph

import (
	"bytes"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// call reads a call. Some builtins and helpers of typing mean something that no other function can.
func (r *reducer) call(n node, flags uint8) int32 {
	t := r.t
	callee := t.Child(n)
	first := t.Next(callee)
	r.noteAsks(callee, first)
	if v, ok := r.special(n, callee, first); ok {
		return v
	}
	function := r.expr(callee)
	outer := r.dropped
	if r.asksTruth(callee, first) {
		r.dropped = first
	}
	args := r.arguments(first) // calls among them have arguments of their own
	r.dropped = outer
	if r.saysNoBound(callee, first) {
		args = args[:0]
	}
	out := int32(none)
	if flags&opStmt == 0 || flags&opAwaited != 0 {
		out = r.temp()
	}
	if function < 0 {
		return out
	}
	start := len(r.s.args)
	r.s.args = append(r.s.args, args...)
	o := op{kind: opCall, flags: flags, dst: out, a: function, b: int32(start), c: int32(len(args)),
		reason: r.calleeReason(callee)}
	if r.isWrapped(function) {
		o.flags |= opWrapped
	}
	r.callOp(n, callee, o)
	if flags&(opStmt|opAwaited) == opStmt {
		r.mentionCall(n)
	}
	r.mentionArguments(n, first, args)
	return out
}

// saysNoBound reports whether a call makes a queue with a size that says there is none, as one without a size does:
// None, or a number below 0.
func (r *reducer) saysNoBound(callee, size node) bool {
	t := r.t
	if size == 0 || t.Next(size) != 0 || !strings.HasSuffix(r.lastName(callee), "Queue") {
		return false
	}
	if t.Kind(size) == pysyntax.Keyword {
		if string(t.Ident(size)) != "maxsize" {
			return false
		}
		size = t.Child(size)
	}
	text := string(t.Text(size))
	return text == "None" ||
		t.Kind(size) == pysyntax.UnaryOp && t.Op(size) == pysyntax.OpUSub && t.Kind(t.Child(size)) == pysyntax.Constant &&
			text != "-0"
}

// asksTruth tells whether a call asks what a generator expression gives for its truth.
func (r *reducer) asksTruth(callee, first node) bool {
	if first == 0 || r.t.Kind(first) != pysyntax.GeneratorExp || r.t.Kind(callee) != pysyntax.Name {
		return false
	}
	name := string(r.t.Ident(callee))
	return name == "any" || name == "all"
}

// callOp adds a call with the text of its callee.
func (r *reducer) callOp(n, callee node, o op) {
	text := int32(none)
	if r.quoted == 0 {
		b := r.t.Text(callee)
		if len(b) > maxText {
			b = b[:maxText]
		}
		if bytes.IndexByte(b, '\n') >= 0 {
			b = bytes.Join(bytes.Fields(b), nil)
		}
		text = r.name(string(b))
	}
	r.op(n, o)
	r.s.texts = append(r.s.texts, text)
	r.s.ends = append(r.s.ends, r.t.End(n))
}

func (r *reducer) calleeReason(callee node) Reason {
	switch r.t.Kind(callee) {
	case pysyntax.Name:
		symbol := r.symbol(r.t.Ident(callee), r.lookupPos(callee))
		if symbol != none && r.isParameter(symbol) || r.isWrapped(symbol) {
			return Passed
		}
		return Name
	case pysyntax.Attribute:
		return r.reasonOf(r.t.Child(callee))
	case pysyntax.Subscript:
		return Element
	case pysyntax.Call:
		if r.lastName(r.t.Child(callee)) == "getattr" {
			return Getattr
		}
		return Return
	}
	return Name
}

// isWrapped reports whether a variable is a parameter of a function around the present one.
func (r *reducer) isWrapped(v int32) bool {
	for _, w := range r.wrapping {
		if w == v && v != none {
			return true
		}
	}
	return false
}

// arguments reads the arguments of a call.
func (r *reducer) arguments(first node) []arg {
	t := r.t
	var buffer [8]arg
	args := buffer[:0]
	for c := first; c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Keyword:
			a := arg{name: argDoubleStar}
			if !t.Has(c, pysyntax.FlagUnpack) {
				a.name = r.ident(c)
			}
			a.value = r.expr(t.Child(c))
			args = append(args, a)
		case pysyntax.Starred:
			args = append(args, arg{value: r.mention(Iterated, t.Child(c), r.expr(t.Child(c))), name: argStar})
		default:
			args = append(args, arg{value: r.expr(c), name: none})
		}
	}
	return args
}

// special reads calls that are more than a call.
func (r *reducer) special(n, callee, first node) (v int32, ok bool) {
	t := r.t
	name := r.lastName(callee)
	second := node(0)
	if first != 0 {
		second = t.Next(first)
	}
	switch name {
	case "cast":
		if first != 0 && second != 0 && t.Next(second) == 0 {
			out := r.temp()
			r.annotate(first, out)
			r.copy(n, out, r.pass(first, r.expr(second)))
			return out, true
		}
	case "TypeVar", "ParamSpec", "NewType":
		if first != 0 && r.isString(first) {
			return r.typeVar(n, second), true
		}
	case "field", "Factory", "attrib", "ib", "Field":
		if v := r.fieldDefault(n, first); v != none {
			return v, true
		}
	}
	if form := importers[name]; form != noImport && first != 0 {
		if v, ok := r.imported(n, first, form); ok {
			return v, true
		}
	}
	if t.Kind(callee) != pysyntax.Name || r.symbol(t.Ident(callee), r.lookupPos(callee)) != none ||
		first == 0 && name != "super" {
		return none, false
	}
	switch name {
	case "super":
		return r.super(n, first, second), true
	case "isinstance", "issubclass":
		if v := r.expr(first); v >= 0 && name == "isinstance" {
			r.op(n, op{kind: opAsked, dst: none, a: v})
		}
		for c := second; c != 0; c = t.Next(c) {
			r.expr(c)
		}
		return litBool, true
	case "type":
		if second != 0 {
			return none, false
		}
		v := r.expr(first)
		if v < 0 {
			return none, true
		}
		out := r.temp()
		r.op(n, op{kind: opTypeOf, dst: out, a: v})
		return out, true
	case "getattr":
		return r.getattr(n, first, second)
	case "setattr":
		if second != 0 && r.isString(second) {
			if s, ok := t.StringValue(second); ok {
				object := r.expr(first)
				v := r.expr(t.Next(second))
				if object >= 0 {
					r.op(n, op{kind: opStore, dst: object, a: v, b: r.name(s)})
				}
				return none, true
			}
		}
	}
	return none, false
}

// importers are functions that import what a string names, by their last name.
var importers = map[string]importForm{
	"import_module": importModule, "__import__": importModule, "try_import": importModule, "safe_import": importModule,
	"load_module": importModule, "import_class": importThing, "import_string": importThing, "import_by_path": importThing,
	"import_from_string": importThing, "import_attr": importThing, "load_object": importThing, "resolve_name": importThing,
	"import_any": importThing, "symbol_by_name": importThing, "import_object": importCreated,
	"import_object_ns": importCreated, "instantiate": importCreated,
}

// imported reads a call that imports what its first argument names.
func (r *reducer) imported(n, first node, form importForm) (int32, bool) {
	t := r.t
	path, constant := t.StringValue(first)
	if !constant {
		if form != importModule {
			return none, false
		}
		prefix, suffix, ok := r.affixes(first)
		if !ok || suffix != "" || !strings.Contains(prefix, ".") {
			return none, false
		}
		path, form = prefix, importBelow
	}
	if path == "" || len(path) > maxText {
		return none, false
	}
	r.expr(first)
	out := r.temp()
	path = strings.ReplaceAll(path, ":", ".")
	if form != importCreated {
		r.arguments(t.Next(first))
		r.op(n, op{kind: opDotted, dst: out, a: r.name(path), b: int32(form)})
		return out, true
	}
	thing := r.temp()
	r.op(n, op{kind: opDotted, dst: thing, a: r.name(path), b: int32(importThing)})
	args := r.arguments(t.Next(first))
	start := len(r.s.args)
	r.s.args = append(r.s.args, args...)
	r.callOp(n, t.Child(n), op{kind: opCall, dst: out, a: thing, b: int32(start), c: int32(len(args)), reason: Registry})
	return out, true
}

func (r *reducer) isString(n node) bool {
	return r.t.Kind(n) == pysyntax.Constant && r.t.Op(n) == pysyntax.ConstStr
}

func (r *reducer) super(n, first, second node) int32 {
	class := r.class
	object := r.self
	if first != 0 {
		r.expr(first)
		if v := r.expr(second); v >= 0 {
			object = v
		}
		if class == none {
			return none
		}
	}
	if class == none || object == none {
		return none
	}
	out := r.temp()
	r.op(n, op{kind: opSuper, dst: out, a: object, b: class})
	return out
}

func (r *reducer) getattr(n, first, second node) (int32, bool) {
	t := r.t
	if second == 0 {
		return none, false
	}
	object := r.expr(first)
	fallback := int32(none)
	if third := t.Next(second); third != 0 {
		fallback = r.expr(third)
	}
	if object < 0 {
		r.expr(second)
		return fallback, true
	}
	if s, ok := t.StringValue(second); ok {
		return r.either(n, r.load(n, object, r.name(s), Getattr), fallback), true
	}
	prefix, suffix, ok := r.affixes(second)
	r.expr(second)
	out := r.temp()
	if ok {
		r.op(n, op{kind: opPrefix, dst: out, a: object, b: r.name(prefix), c: r.name(suffix), reason: Getattr})
	}
	r.copy(n, out, fallback)
	return out, true
}

// affixes gives the constant beginning and end of a string that is put together: 'a' + x, f'a{x}b', 'a%s' % x,
// 'a{}b'.format(x).
func (r *reducer) affixes(n node) (prefix, suffix string, ok bool) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.BinOp:
		left := t.Child(n)
		right := t.Next(left)
		switch t.Op(n) {
		case pysyntax.OpAdd:
			if s, isText := t.StringValue(left); isText {
				prefix = s
			} else if p, _, found := r.affixes(left); found {
				prefix = p
			}
			if s, isText := t.StringValue(right); isText {
				suffix = s
			}
		case pysyntax.OpMod:
			if s, isText := t.StringValue(left); isText {
				prefix, suffix = aroundMark(s, "%s")
			}
		}
	case pysyntax.JoinedStr:
		c := t.Child(n)
		if c != 0 && t.Kind(c) == pysyntax.Constant {
			prefix = string(t.Text(c))
		}
		if last := t.Last(n); last != 0 && last != c && t.Kind(last) == pysyntax.Constant {
			suffix = string(t.Text(last))
		}
	case pysyntax.Call:
		callee := t.Child(n)
		if t.Kind(callee) == pysyntax.Attribute && string(t.Ident(callee)) == "format" {
			if s, isText := t.StringValue(t.Child(callee)); isText {
				prefix, suffix = aroundMark(s, "{}")
			}
		}
	}
	return prefix, suffix, len(prefix)+len(suffix) > 1
}

// aroundMark gives what stands before the first and after the last mark.
func aroundMark(s, mark string) (before, after string) {
	for i := 0; i+len(mark) <= len(s); i++ {
		if s[i:i+len(mark)] == mark {
			before = s[:i]
			break
		}
	}
	for i := len(s) - len(mark); i >= 0; i-- {
		if s[i:i+len(mark)] == mark {
			return before, s[i+len(mark):]
		}
	}
	return "", ""
}

// fieldDefault reads the default of a field of a dataclass: what its factory makes.
func (r *reducer) fieldDefault(n, first node) int32 {
	t := r.t
	for c := first; c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Keyword || t.Has(c, pysyntax.FlagUnpack) {
			continue
		}
		switch string(t.Ident(c)) {
		case "default_factory", "factory":
			out := r.temp()
			if function := r.expr(t.Child(c)); function >= 0 {
				r.callOp(c, t.Child(c), op{kind: opCall, dst: out, a: function, b: int32(len(r.s.args)), reason: Name})
			}
			return out
		case "default":
			if v := r.expr(t.Child(c)); v != none {
				return v
			}
		}
	}
	return none
}
