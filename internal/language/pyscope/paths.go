package pyscope

import (
	"bytes"

	"aiohub/internal/language/pysyntax"
)

// Names and dotted paths that are put together of parts, some of them expressions:
//
//	__name__ + ".eventlet.sleep"
//	f"{__name__}.eventlet.{NAME}"
//	"%s.eventlet.sleep" % __name__, "%(a)s.%(b)s" % names
//	"{}.eventlet.{}".format(__name__, NAME), "{a}.{b}".format(**names)
//	".".join([__name__, "eventlet", "sleep"])

// maxPieces bounds the parts that one path has.
const maxPieces = 12

// takesName are functions, by their last name, that take a dotted path or the name of an attribute: their arguments
// are looked at even if no part of them that is written down has a dot.
var takesName = map[string]bool{
	"patch": true, "import_module": true, "__import__": true, "import_object": true, "import_class": true,
	"try_import": true, "setattr": true, "getattr": true, "hasattr": true, "delattr": true, "object": true,
	"stub_out": true, "MonkeyPatch": true, "MockPatch": true, "resolve_name": true,
}

// piece is a part of a path: text that is written down, or the value of an expression; with a key the value that a
// mapping has for that.
type piece struct {
	text []byte
	ref  Ref
	key  Name
}

func written(text []byte) piece { return piece{text: text, ref: None, key: None} }

func (b *Builder) value(n node, ref Ref) piece {
	if text, ok := b.plain(n); ok {
		return written(text)
	}
	return piece{ref: ref, key: None}
}

// join adds what the parts make together; None if that is no path, or if nothing is known of a part.
func (b *Builder) join(n node, pieces []piece, ctx Context) Ref {
	wanted, size := false, 0
	for _, p := range pieces {
		if size += len(p.text); size > maxString || p.ref == None && !isPartOfPath(p.text) {
			return None
		}
		wanted = wanted || bytes.IndexByte(p.text, '.') >= 0 || b.Keep != nil && len(p.text) > 0 && b.Keep(p.text)
	}
	if len(pieces) < 2 || !wanted && !(len(b.calls) > 0 && takesName[string(b.calls[len(b.calls)-1].name)]) {
		return None
	}
	around := b.around()
	start := int32(len(b.f.Args))
	for i := 0; i < len(pieces); i++ {
		p := pieces[i]
		if p.ref != None {
			b.f.Args = append(b.f.Args, Arg{Value: p.ref, Name: p.key})
			continue
		}
		text := bytes.Clone(p.text)
		for ; i+1 < len(pieces) && pieces[i+1].ref == None; i++ {
			text = append(text, pieces[i+1].text...)
		}
		b.f.Args = append(b.f.Args, Arg{Value: None, Name: b.name(text)})
	}
	return b.add(n, JoinNode, ctx, around, start, int32(len(b.f.Args))-start)
}

// isPartOfPath reports whether text has only what identifiers are made of, and dots.
func isPartOfPath(text []byte) bool {
	for _, c := range text {
		if c != '.' && c != '_' && !('0' <= c && c <= '9') && !('a' <= c|0x20 && c|0x20 <= 'z') && c < 0x80 {
			return false
		}
	}
	return true
}

// joined reads an addition or a % of strings.
func (b *Builder) joined(n node, ctx Context) Ref {
	t := b.t
	left := t.Child(n)
	switch t.Op(n) {
	case pysyntax.OpAdd:
		return b.added(n, ctx)
	case pysyntax.OpMod:
		if template, ok := b.plain(left); ok {
			b.expr(left, Other)
			return b.inserted(n, template, t.Next(left), ctx)
		}
	}
	b.each(n, Other)
	return None
}

// added reads an addition. They lean to the left: ((x + ".a") + ".b").
func (b *Builder) added(n node, ctx Context) Ref {
	t := b.t
	var operands [maxPieces]node
	count, last := 0, n
	for count < maxPieces-1 && t.Kind(last) == pysyntax.BinOp && t.Op(last) == pysyntax.OpAdd {
		last = t.Child(last)
		operands[count] = t.Next(last)
		count++
	}
	operands[count] = last
	var pieces [maxPieces]piece
	known := true
	for i := count; i >= 0; i-- {
		p := b.value(operands[i], b.expr(operands[i], Other))
		known = known && (p.ref != None || p.text != nil)
		pieces[count-i] = p
	}
	if !known {
		return None
	}
	return b.join(n, pieces[:count+1], ctx)
}

// inserted reads template % values.
func (b *Builder) inserted(n node, template []byte, values node, ctx Context) Ref {
	t := b.t
	var positional []piece
	mapping := Ref(None)
	if t.Kind(values) == pysyntax.Tuple {
		for c := t.Child(values); c != 0; c = t.Next(c) {
			positional = append(positional, b.value(c, b.expr(c, Other)))
		}
	} else {
		mapping = b.expr(values, Other)
		positional = append(positional, b.value(values, mapping))
	}
	var pieces []piece
	next := 0
	for len(pieces) < maxPieces {
		before, rest, more := bytes.Cut(template, []byte("%"))
		if len(before) > 0 {
			pieces = append(pieces, written(before))
		}
		if !more {
			if next > 0 && next < len(positional) {
				return None
			}
			return b.join(n, pieces, ctx)
		}
		switch {
		case bytes.HasPrefix(rest, []byte("s")) && next < len(positional) && isKnown(positional[next]):
			pieces = append(pieces, positional[next])
			next++
			rest = rest[1:]
		case bytes.HasPrefix(rest, []byte("(")) && mapping != None:
			key, after, ok := bytes.Cut(rest[1:], []byte(")s"))
			if !ok || !isDotted(key) {
				return None
			}
			pieces = append(pieces, piece{ref: mapping, key: b.name(key)})
			rest = after
		default:
			return None
		}
		template = rest
	}
	return None
}

func isKnown(p piece) bool { return p.ref != None || p.text != nil }

// formatted reads an f-string.
func (b *Builder) formatted(n node, ctx Context) Ref {
	t := b.t
	var pieces []piece
	known := true
	for c := t.Child(n); c != 0; c = t.Next(c) {
		value := t.Child(c)
		switch {
		case t.Kind(c) == pysyntax.Constant: // literal text is no value of its own
			if c == t.Child(n) {
				b.prefix(c, t.Text(c))
			}
			pieces = append(pieces, written(t.Text(c)))
		case (t.Op(c) == 0 || t.Op(c) == 's') && !t.Has(c, pysyntax.FlagDebug) && value != 0 && t.Next(value) == 0:
			p := b.value(value, b.expr(value, Other))
			known = known && isKnown(p)
			pieces = append(pieces, p)
		default:
			known = false
			b.each(c, Other)
		}
	}
	if !known || len(pieces) > maxPieces {
		return None
	}
	return b.join(n, pieces, ctx)
}

// template reads what a call of a method of a string gives, whose arguments have been read.
func (b *Builder) template(n node, args []Arg, ctx Context) Ref {
	t := b.t
	callee := t.Child(n)
	text, ok := b.plain(t.Child(callee))
	if !ok {
		return None
	}
	switch string(t.Ident(callee)) {
	case "format":
		return b.join(n, b.fields(text, args, t.Next(callee)), ctx)
	case "join":
		list := t.Next(callee)
		if len(args) != 1 || args[0].Name != None || string(text) != "." ||
			t.Kind(list) != pysyntax.List && t.Kind(list) != pysyntax.Tuple {
			return None
		}
		elements := b.f.Nodes[args[0].Value]
		if elements.N == 0 || elements.N > maxPieces/2 {
			return None
		}
		var pieces []piece
		c := t.Child(list)
		for _, a := range b.f.Args[elements.B : elements.B+elements.N] {
			p := b.value(c, a.Value)
			if !isKnown(p) {
				return None
			}
			if len(pieces) > 0 {
				pieces = append(pieces, written([]byte(".")))
			}
			pieces = append(pieces, p)
			c = t.Next(c)
		}
		return b.join(n, pieces, ctx)
	}
	return None
}

// fields gives the parts of a template for format; none if it has others than {}, {0} and {name}.
func (b *Builder) fields(template []byte, args []Arg, first node) []piece {
	var pieces []piece
	next := 0
	for len(pieces) < maxPieces {
		before, rest, more := bytes.Cut(template, []byte("{"))
		if len(before) > 0 {
			pieces = append(pieces, written(before)) // a } in it is in no path
		}
		if !more {
			return pieces
		}
		field, after, ok := bytes.Cut(rest, []byte("}"))
		if !ok {
			return nil
		}
		p := piece{ref: None}
		switch {
		case len(field) == 0:
			p = b.positional(args, first, next)
			next++
		case len(field) == 1 && '0' <= field[0] && field[0] <= '9':
			p = b.positional(args, first, int(field[0]-'0'))
		case isDotted(field) && bytes.IndexByte(field, '.') < 0:
			p = b.keyword(args, first, field)
		}
		if !isKnown(p) {
			return nil
		}
		pieces = append(pieces, p)
		template = after
	}
	return nil
}

func (b *Builder) positional(args []Arg, c node, i int) piece {
	for _, a := range args {
		switch {
		case a.Name == Star:
			return piece{ref: None}
		case a.Name == None && i == 0:
			return b.value(c, a.Value)
		case a.Name == None:
			i--
		}
		c = b.t.Next(c)
	}
	return piece{ref: None}
}

func (b *Builder) keyword(args []Arg, c node, name []byte) piece {
	mapping := Ref(None)
	for _, a := range args {
		switch {
		case a.Name >= 0 && string(b.nameText(int32(a.Name))) == string(name):
			return b.value(b.t.Child(c), a.Value)
		case a.Name == DoubleStar:
			mapping = a.Value
		}
		c = b.t.Next(c)
	}
	return piece{ref: mapping, key: b.name(name)}
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
