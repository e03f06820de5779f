package callgraph

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// askKind is what code asks of a value before it chooses what to do with it.
type askKind uint8

const (
	askNature   askKind = iota // whether it can be awaited, or gives what can be
	askInline                  // whether it is a data: URL, which holds what it stands for
	askPresence                // whether it has an attribute yet
	askReplaced                // nothing: an attribute of it is replaced, under a name that is chosen at run time
	askNumber                  // a lookup of what is made a string only here: an address that is an object
)

// ask is a place that asks something of a value. What the same function does with the value elsewhere may stand on the
// other side of the answer: nothing here looks at the order of statements.
type ask struct {
	kind askKind
	fn   int32
	v    int32 // the variable of the value
	text int32 // the value as written
	attr int32 // askPresence: the attribute, none if that is not known
}

// asksNature tells whether a function by its last name says whether a value can be awaited: those of inspect and
// asyncio, and what projects put around them.
func asksNature(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "isasyncgen", "isasyncgenfunction", "isgeneratorfunction":
		return true
	}
	return strings.HasPrefix(name, "iscoro") || strings.Contains(name, "awaitable") ||
		strings.Contains(name, "is_async") ||
		strings.Contains(name, "is_coro") || strings.Contains(name, "iscoroutine")
}

// awaitableTypes are the last names of types that people ask for with isinstance to see whether they have to await.
var awaitableTypes = map[string]bool{"Awaitable": true, "Coroutine": true, "CoroutineType": true, "Future": true,
	"AsyncGenerator": true, "AsyncIterator": true, "AsyncIterable": true}

// noteAsks notes what a call asks of its first argument, or of the object whose method it calls.
func (r *reducer) noteAsks(callee, first node) {
	if first == 0 {
		return
	}
	t := r.t
	second := t.Next(first)
	switch name := r.lastName(callee); name {
	case "hasattr":
		if second != 0 {
			if s, ok := t.StringValue(second); ok && (s == "__await__" || s == "__aiter__" || s == "__aenter__") {
				r.ask(askNature, first)
			}
			r.askAttribute(first, second)
		}
	case "isinstance", "issubclass":
		if second != 0 && r.namesAwaitable(second) {
			r.ask(askNature, first)
		}
	case "getattr":
		if second != 0 && t.Next(second) != 0 {
			r.askAttribute(first, second)
		}
	case "setattr":
		if second != 0 && t.Next(second) != 0 && t.Kind(second) != pysyntax.Constant && string(t.Text(first)) != "self" {
			r.ask(askReplaced, first)
		}
	case "getaddrinfo", "getnameinfo":
		if t.Kind(first) == pysyntax.Call && r.lastName(t.Child(first)) == "str" {
			r.ask(askNumber, callee)
		}
	case "startswith":
		if s, ok := t.StringValue(first); ok && strings.HasPrefix(strings.ToLower(s), "data:") &&
			t.Kind(callee) == pysyntax.Attribute {
			r.ask(askInline, t.Child(callee))
		}
	default:
		if asksNature(name) {
			r.ask(askNature, first)
		}
	}
}

func (r *reducer) namesAwaitable(types node) bool {
	found := false
	r.t.Walk(types, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.Name, pysyntax.Attribute:
			found = found || awaitableTypes[string(r.t.Ident(n))]
		}
		return !found
	}, nil)
	return found
}

func (r *reducer) ask(kind askKind, value node) {
	if r.dead > 0 || r.quoted != 0 {
		return
	}
	v := int32(none)
	switch r.t.Kind(value) {
	case pysyntax.Name:
		v = r.symbol(r.t.Ident(value), r.lookupPos(value))
	case pysyntax.Attribute:
	case pysyntax.Call: // getattr(owner, name)
		if r.lastName(r.t.Child(value)) != "getattr" {
			return
		}
	default:
		return
	}
	if text := r.t.Text(value); len(text) <= maxText {
		r.s.asks = append(r.s.asks, ask{kind: kind, fn: r.fn, v: v, text: r.name(string(text)), attr: none})
	}
}

// askAttribute notes that a value is asked whether it has an attribute yet.
func (r *reducer) askAttribute(value, attribute node) {
	before := len(r.s.asks)
	r.ask(askPresence, value)
	if name, ok := r.t.StringValue(attribute); ok && len(r.s.asks) > before && len(name) <= maxText {
		r.s.asks[before].attr = r.name(name)
	}
}

// replacesMethods says whether the tree puts other functions in the place of its coroutine functions: a file asks for the
// nature of what it finds, and sets attributes under names that it goes through. Plain callers get results from those.
func (p *program) replacesMethods() bool {
	asks := map[int32]askKind{}
	for i := range p.asks {
		file := p.funcs[p.asks[i].fn].file
		switch p.asks[i].kind {
		case askNature, askReplaced:
			if other, ok := asks[file]; ok && other != p.asks[i].kind {
				return true
			}
			asks[file] = p.asks[i].kind
		}
	}
	return false
}

// asksAnywhere says whether some function of the tree asks a variable for something.
func (p *program) asksAnywhere(kind askKind, v int32) bool {
	return v >= nLiterals && slices.ContainsFunc(p.asks, func(a ask) bool { return a.kind == kind && a.v == v })
}

// asksPresence says whether some function of the tree asks what an attribute of this name holds for one of its own.
func (n *natures) asksPresence(v int32) bool {
	if n.asksAnywhere(askPresence, v) {
		return true
	}
	if v < nLiterals || v >= n.nvars {
		return false
	}
	for _, i := range n.writersOf(v) {
		if o := &n.ops[i]; o.kind == opLoad && slices.ContainsFunc(n.asks, func(a ask) bool {
			_, last, dotted := cutLast(n.names[a.text])
			return a.kind == askPresence && dotted && last == n.names[o.b]
		}) {
			return true
		}
	}
	return false
}

// asksForMethod tells whether the function around a call asks its object whether it has the method: what that is depends
// on the object.
func (n *natures) asksForMethod(fn, call int32) bool {
	if call == none || n.ops[call].kind != opCall || n.texts[call] == none {
		return false
	}
	object, method, dotted := cutLast(n.names[n.texts[call]])
	return dotted && slices.ContainsFunc(n.asksOf[fn], func(i int32) bool {
		a := &n.asks[i]
		return a.kind == askPresence && a.attr != none && n.names[a.attr] == method && n.names[a.text] == object
	})
}

// asked says whether a function, or one around it, asks a value for something. v and text are its variable and how it
// is written, none if they are not known.
func (p *program) asked(kind askKind, fn, v, text int32) bool {
	if len(p.asks) == 0 {
		return false
	}
	for f := fn; f != none; f = p.funcs[f].outer {
		for _, i := range p.asksOf[f] {
			if a := &p.asks[i]; a.kind == kind &&
				(v >= nLiterals && a.v == v || text != none && (a.text == text || p.sameObject(f, a.text, text))) {
				return true
			}
		}
	}
	return false
}

// sameObject tells whether two methods as written are of one object, which is not that of the method around them: which
// world a file is of shows in any of its methods.
func (p *program) sameObject(fn, a, b int32) bool {
	x, _, dotted := cutLast(p.names[a])
	y, _, also := cutLast(p.names[b])
	if !dotted || !also || x != y {
		return false
	}
	params := p.funcs[fn].params
	return p.funcs[fn].class == none || len(params) == 0 || x != p.names[params[0].name]
}

// servesBoth tells whether the function around a mention asks for the nature of the value, or of what it was got by
// calling.
func (n *natures) servesBoth(m *mention) bool {
	return m.v != none && n.asked(askNature, m.fn, m.v, none) ||
		m.op != none && m.kind != Argument && (n.askedCallee(m.fn, m.op) || n.asksForMethod(m.fn, m.op)) ||
		m.v >= nLiterals && m.v < n.nvars && n.gotFromAsked(m.fn, m.v, 0)
}

// askedCallee tells whether a function asks for the nature of what a call in it calls.
func (n *natures) askedCallee(fn, call int32) bool {
	o := &n.ops[call]
	return o.kind == opCall && n.asked(askNature, fn, o.a, n.texts[call])
}

// gotFromAsked tells whether a variable takes what such a call gives.
func (n *natures) gotFromAsked(fn, v int32, depth int) bool {
	if v < nLiterals || v >= n.nvars || depth > 4 {
		return false
	}
	for _, i := range n.writersOf(v) {
		switch o := &n.ops[i]; {
		case o.kind == opCall && n.askedCallee(fn, i),
			o.kind == opCopy && (n.asked(askNature, fn, o.a, none) || n.gotFromAsked(fn, o.a, depth+1)):
			return true
		}
	}
	return false
}
