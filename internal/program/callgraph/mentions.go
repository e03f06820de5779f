package callgraph

import (
	"strings"
	"unicode"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// mention is a place that does something with a value: asks for its truth, iterates over it, drops it. What the value
// is, is known when all is solved. Only values that can come from a call are noted: parameters, imports and definitions
// are not.
type mention struct {
	kind       UseKind
	fn         int32
	v          int32 // variable, or none if op says it
	op         int32 // of the call whose result is meant, or to which the value is an argument; else none
	name       int32 // the attribute that is read, or the keyword of an argument; below argPlace its place
	start, end uint32
}

// argPlace is the name of the first positional argument in a mention; the next one is one less.
const argPlace = -10

// mention notes a use of what an expression gives, and returns its variable.
func (r *reducer) mention(kind UseKind, n node, v int32) int32 {
	if r.worthy(v) {
		r.note(mention{kind: kind, v: v, op: none, name: none}, n)
	}
	return v
}

func (r *reducer) note(m mention, n node) {
	if r.dead > 0 {
		return
	}
	m.fn, m.start, m.end = r.fn, r.t.Start(n), r.t.End(n)
	r.s.mentions = append(r.s.mentions, m)
}

// worthy tells whether a variable can hold what a call has given.
func (r *reducer) worthy(v int32) bool {
	if v < 0 || v == r.self || r.quoted != 0 {
		return false
	}
	if int(v) >= len(r.f.Symbols) {
		return true
	}
	first := r.f.Symbols[v].First
	if first == pyscope.None {
		return false
	}
	switch r.f.Binds[first].Kind {
	case pyscope.BindImport, pyscope.BindFrom, pyscope.BindDef, pyscope.BindClass, pyscope.BindParam, pyscope.BindSelf,
		pyscope.BindExcept:
		return false
	}
	return true
}

// mentionCall notes that the result of the call that was read last is dropped.
func (r *reducer) mentionCall(n node) {
	r.note(mention{kind: Dropped, v: none, op: int32(len(r.s.ops) - 1), name: none}, n)
}

// mentionAttribute notes that an attribute of a value is read.
func (r *reducer) mentionAttribute(object node, v, name int32) {
	if r.watched == object && r.watched != 0 {
		r.note(mention{kind: Dropped, v: v, op: none, name: none}, object)
		r.watched = 0
		return
	}
	if r.worthy(v) || r.isImported(v) {
		r.note(mention{kind: AttributeRead, v: v, op: none, name: name}, object)
	}
}

// mentionWritten notes that an attribute of what a name of a module or another attribute has is assigned.
func (r *reducer) mentionWritten(object node, v, name int32) {
	ofModule := r.t.Kind(object) == pysyntax.Name &&
		(r.worthy(v) && int(v) < len(r.f.Symbols) && r.f.Symbols[v].Scope == 0 || r.isImported(v))
	if ofModule || r.t.Kind(object) == pysyntax.Attribute && r.worthy(v) {
		r.note(mention{kind: Written, v: v, op: none, name: name}, object)
	}
}

// onlyWatched gives what a statement makes and adds a callback to, which keeps it no longer than a statement of its own
// would.
func (r *reducer) onlyWatched(call node) node {
	callee := r.t.Child(call)
	if r.t.Kind(callee) != pysyntax.Attribute || string(r.t.Ident(callee)) != "add_done_callback" ||
		r.t.Kind(r.t.Child(callee)) != pysyntax.Call {
		return 0
	}
	return r.t.Child(callee)
}

// isImported tells whether a variable is that of a name that is imported from a module.
func (r *reducer) isImported(v int32) bool {
	if v < 0 || int(v) >= len(r.f.Symbols) {
		return false
	}
	first := r.f.Symbols[v].First
	return first != pyscope.None && r.f.Binds[first].Kind == pyscope.BindFrom
}

// mentionArguments notes what the call that was read last is given.
func (r *reducer) mentionArguments(call, first node, args []arg) {
	op := int32(len(r.s.ops) - 1)
	i := 0
	for c := first; c != 0 && i < len(args); c, i = r.t.Next(c), i+1 {
		m := mention{kind: Argument, v: args[i].value, op: op, name: argPlace - int32(i)}
		n := c
		switch r.t.Kind(c) {
		case pysyntax.Keyword:
			m.name, n = args[i].name, r.t.Child(c)
		case pysyntax.Starred:
			continue
		}
		switch r.t.Kind(n) {
		case pysyntax.Call, pysyntax.Name, pysyntax.Attribute, pysyntax.IfExp, pysyntax.NamedExpr, pysyntax.GeneratorExp:
			if r.worthy(m.v) || r.isDefined(m.v) {
				r.note(m, n)
			}
		}
	}
}

// isDefined tells whether a variable is that of a function that the file defines.
func (r *reducer) isDefined(v int32) bool {
	if v < 0 || int(v) >= len(r.f.Symbols) {
		return false
	}
	first := r.f.Symbols[v].First
	return first != pyscope.None && r.f.Binds[first].Kind == pyscope.BindDef
}

// mentionCompared notes the operands of a comparison. What `is` is asked of can be anything, unless it is what a call
// has just given.
func (r *reducer) mentionCompared(left node, x int32, relation pysyntax.Op, right node, y int32) {
	switch relation {
	case pysyntax.OpIs, pysyntax.OpIsNot:
		for _, side := range [2]struct {
			n node
			v int32
		}{{left, x}, {right, y}} {
			if r.t.Kind(side.n) == pysyntax.Call {
				r.mention(Compared, side.n, side.v)
			}
		}
	case pysyntax.OpIn, pysyntax.OpNotIn:
		r.mention(Compared, left, x)
		r.mention(Iterated, right, y)
	default:
		r.mention(Compared, left, x)
		r.mention(Compared, right, y)
	}
}

// mentionFormatted notes what stands behind the % of a string.
func (r *reducer) mentionFormatted(n node, v int32) {
	if r.t.Kind(n) != pysyntax.Tuple {
		r.mention(Formatted, n, v)
		return
	}
	for c := r.t.Child(n); c != 0; c = r.t.Next(c) {
		if k := r.t.Kind(c); k == pysyntax.Call || k == pysyntax.Name {
			r.mention(Formatted, c, r.expr(c))
		}
	}
}

// mentionAssigned notes that a name of a function takes a value, in case that nobody reads it.
func (r *reducer) mentionAssigned(target, value node, v int32) {
	if r.t.Kind(target) != pysyntax.Name || v < int32(len(r.f.Symbols)) {
		return
	}
	symbol := r.target(r.t.Ident(target), r.scope)
	if symbol == none || r.f.Scopes[r.f.Symbols[symbol].Scope].Kind != pyscope.FunctionScope ||
		r.f.Symbols[symbol].Scope != r.scope {
		return
	}
	r.pending = append(r.pending,
		mention{kind: Unread, fn: r.fn, v: v, op: symbol, name: none, start: r.t.Start(value), end: r.t.End(value)})
}

// mentionUnread keeps of the assignments those to names that nobody reads.
func (r *reducer) mentionUnread() {
	for _, m := range r.pending {
		if !r.reads[m.op] {
			m.op = none
			r.s.mentions = append(r.s.mentions, m)
		}
	}
}

// exits tells whether a body never comes to its end: it returns, raises or loops for ever.
func (r *reducer) exits(block node) bool {
	t := r.t
	last := t.Last(block)
	if last == 0 {
		return false
	}
	switch t.Kind(last) {
	case pysyntax.Return, pysyntax.Raise:
		return true
	case pysyntax.If:
		body := t.ChildOf(last, pysyntax.Block)
		other := t.Next(body)
		for {
			if !r.exits(body) || other == 0 {
				return false
			}
			if t.Kind(other) != pysyntax.If {
				return r.exits(other)
			}
			body = t.ChildOf(other, pysyntax.Block)
			other = t.Next(body)
		}
	case pysyntax.With:
		return r.exits(t.ChildOf(last, pysyntax.Block))
	case pysyntax.While:
		test := t.Child(last)
		return t.Kind(test) == pysyntax.Constant && t.Op(test) == pysyntax.ConstTrue &&
			!r.breaks(t.ChildOf(last, pysyntax.Block))
	case pysyntax.Try:
		return r.exitsTry(last)
	}
	return false
}

func (r *reducer) exitsTry(n node) bool {
	t := r.t
	if f := t.ChildOf(n, pysyntax.FinallyBlock); f != 0 && r.exits(f) {
		return true
	}
	if other := t.ChildOf(n, pysyntax.ElseBlock); !r.exits(t.ChildOf(n, pysyntax.Block)) &&
		(other == 0 || !r.exits(other)) {
		return false
	}
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) == pysyntax.ExceptHandler && !r.exits(t.ChildOf(c, pysyntax.Block)) {
			return false
		}
	}
	return true
}

// breaks tells whether a break in a block ends the loop that it is the body of.
func (r *reducer) breaks(block node) bool {
	found := false
	r.t.Walk(block, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.Break:
			found = true
		case pysyntax.For, pysyntax.While, pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		}
		return true
	}, nil)
	return found
}

// letsAwaitables tells whether an annotation names something that can be awaited, or that can be anything.
func (r *reducer) letsAwaitables(annotation node) bool {
	found := false
	r.t.Walk(annotation, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.Name, pysyntax.Attribute:
			found = found || laxNames[string(r.t.Ident(n))]
		case pysyntax.Constant:
			if s, ok := r.t.StringValue(n); ok {
				for _, word := range strings.FieldsFunc(s,
					func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
					found = found || laxNames[word]
				}
			}
		}
		return !found
	}, nil)
	return found
}

// laxNames are names of types whose objects can be awaited, or are anything.
var laxNames = map[string]bool{
	"Awaitable": true, "Coroutine": true, "CoroutineType": true, "Future": true, "Task": true, "Any": true, "object": true,
	"Generator": true, "Callable": true, "AsyncIterator": true, "AsyncGenerator": true, "AsyncIterable": true,
	"AsyncContextManager": true, "MaybeAwaitable": true, "AwaitableOrValue": true, "Self": true, "NoReturn": true,
	"Never": true,
}
