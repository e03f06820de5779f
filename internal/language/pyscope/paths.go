package pyscope

import (
	"bytes"
	"slices"

	"aiohub/internal/language/pysyntax"
)

// Dotted paths that are put together of the name of a module, which is an expression, and names that are written down:
//
//	__name__ + ".eventlet.sleep"
//	f"{__name__}.eventlet.sleep"
//	"%s.eventlet.sleep" % __name__
//	"{}.eventlet.sleep".format(__name__)
//	".".join([__name__, "eventlet", "sleep"])

// maxPieces bounds how many strings are added up for one path.
const maxPieces = 8

// join adds the path of a prefix and the text behind it; None if that is no dotted path.
func (b *Builder) join(n node, prefix Ref, rest []byte, ctx Context) Ref {
	rest, ok := bytes.CutPrefix(rest, []byte("."))
	if prefix == None || !ok || len(rest) > maxString || !isDotted(rest) {
		return None
	}
	return b.add(n, JoinNode, ctx, int32(prefix), int32(b.name(rest)), b.around())
}

// joined reads an addition or a % of strings.
func (b *Builder) joined(n node, ctx Context) Ref {
	t := b.t
	left := t.Child(n)
	right := t.Next(left)
	switch t.Op(n) {
	case pysyntax.OpAdd:
		// Additions lean to the left: ((x + ".a") + ".b").
		text, last := []byte(nil), n
		for pieces := 0; pieces < maxPieces && t.Kind(last) == pysyntax.BinOp && t.Op(last) == pysyntax.OpAdd; pieces++ {
			piece, ok := b.plain(t.Next(t.Child(last)))
			if !ok {
				break
			}
			text = slices.Concat(piece, text)
			last = t.Child(last)
		}
		if last == n || b.isString(last) {
			break
		}
		prefix := b.expr(last, Other)
		for inner := n; inner != last; inner = t.Child(inner) {
			b.expr(t.Next(t.Child(inner)), Other)
		}
		return b.join(n, prefix, text, ctx)
	case pysyntax.OpMod:
		template, ok := b.plain(left)
		if !ok {
			break
		}
		b.expr(left, Other)
		if t.Kind(right) == pysyntax.Tuple {
			first := t.Child(right)
			if first == 0 || t.Next(first) != 0 {
				b.expr(right, Other)
				return None
			}
			right = first
		}
		return b.join(n, b.expr(right, Other), bytes.TrimPrefix(template, []byte("%s")), ctx)
	}
	b.each(n, Other)
	return None
}

// formatted reads an f-string.
func (b *Builder) formatted(n node, ctx Context) Ref {
	t := b.t
	prefix, rest, more := Ref(None), []byte(nil), false
	for c := t.Child(n); c != 0; c = t.Next(c) {
		switch {
		case t.Kind(c) == pysyntax.Constant: // literal text is no value of its own
			if c == t.Child(n) {
				b.prefix(c, t.Text(c))
			}
			rest = append(rest, t.Text(c)...)
		case c == t.Child(n) && t.Op(c) == 0 && !t.Has(c, pysyntax.FlagDebug) && t.Child(c) != 0 && t.Next(t.Child(c)) == 0:
			prefix = b.expr(t.Child(c), Other)
		default:
			more = true
			b.each(c, Other)
		}
	}
	if more {
		return None
	}
	return b.join(n, prefix, rest, ctx)
}

// template reads what a call of a method of a string gives, whose arguments have been read.
func (b *Builder) template(n node, args []Arg, ctx Context) Ref {
	t := b.t
	callee := t.Child(n)
	text, ok := b.plain(t.Child(callee))
	if !ok || len(args) != 1 || args[0].Value == None {
		return None
	}
	switch string(t.Ident(callee)) {
	case "format":
		fields := []string{"{}", "{0}"}
		if args[0].Name >= 0 {
			fields = []string{"{" + string(b.nameText(int32(args[0].Name))) + "}"}
		}
		for _, field := range fields {
			if rest, ok := bytes.CutPrefix(text, []byte(field)); ok {
				return b.join(n, args[0].Value, rest, ctx)
			}
		}
	case "join":
		list := t.Next(callee)
		if args[0].Name != None || string(text) != "." || t.Kind(list) != pysyntax.List && t.Kind(list) != pysyntax.Tuple ||
			t.Child(list) == 0 {
			return None
		}
		elements := &b.f.Nodes[args[0].Value]
		prefix := b.f.Args[elements.B].Value
		var rest []byte
		for c := t.Next(t.Child(list)); c != 0; c = t.Next(c) {
			part, ok := b.plain(c)
			if !ok {
				return None
			}
			rest = append(append(rest, '.'), part...)
		}
		return b.join(n, prefix, rest, ctx)
	}
	return None
}

func (b *Builder) isString(n node) bool {
	return b.t.Kind(n) == pysyntax.Constant && b.t.Op(n) == pysyntax.ConstStr
}

// plain gives the value of a string that is short enough to name something.
func (b *Builder) plain(n node) ([]byte, bool) {
	if n == 0 || !b.isString(n) {
		return nil, false
	}
	text := b.t.Text(n)
	if value := plainString(text); value != nil {
		return value, true
	}
	if len(text) > 0 && text[0] != '"' && text[0] != '\'' && !isPrefix(text[0]) {
		return nil, false // part of an f-string
	}
	if len(text) > 4*maxString {
		return nil, false
	}
	s, ok := b.t.StringValue(n)
	return []byte(s), ok
}

// around gives the name of the function whose call is around what is being read, if that is an argument or as deep as
// an element of a list that is one.
func (b *Builder) around() int32 {
	if len(b.calls) > 0 {
		if c := b.calls[len(b.calls)-1]; b.depth-c.depth <= 2 && len(c.name) > 0 {
			return int32(b.name(c.name))
		}
	}
	return None
}
