package pysyntax

import "aiohub/internal/language/pytoken"

var isString = [pytoken.NumKinds]bool{pytoken.String: true, pytoken.FStart: true, pytoken.TStart: true}

// literals gathers the parts of an f-string: text that stands side by side becomes one Constant, as in ast, which also
// fixes the ranges: from the first piece to the last, quotes of literals that are no f-strings included.
type literals struct {
	list
	start, end uint32
	open       bool
}

func (p *Parser) pushText(l *literals, start, end uint32, empty bool) {
	if !l.open {
		if empty {
			return
		}
		l.open, l.start = true, start
	}
	l.end = end
}

func (p *Parser) endText(l *literals) {
	if l.open {
		p.nodes = append(p.nodes, node{kind: Constant, op: ConstStr, start: l.start, end: l.end})
		p.push(&l.list, Node(len(p.nodes)-1))
		l.open = false
	}
}

// strings reads literals that stand side by side.
func (p *Parser) strings() Node {
	start := p.start()
	first := p.toks[p.pos].Form
	kind := Constant
	plain := false
	for i := p.pos; ; i++ {
		// Whether it is an f-string has to be known before the first piece is read.
		switch t := p.toks[i]; t.Kind {
		case pytoken.String:
			plain = true
			continue
		case pytoken.FStart:
			kind = JoinedStr
		case pytoken.TStart:
			kind = TemplateStr
		}
		break
	}
	mixed, template := false, false
	var l literals
	for isString[p.k] {
		t := p.toks[p.pos]
		mixed = mixed || (t.Form^first)&pytoken.Bytes != 0
		if t.Kind == pytoken.String {
			if kind != Constant {
				p.pushText(&l, t.Start, t.End, p.isEmptyLiteral(t))
			}
			plain = true
			p.next()
			continue
		}
		template = template || t.Kind == pytoken.TStart
		plain = plain || t.Kind == pytoken.FStart
		p.formatString(&l)
	}
	if mixed {
		p.faultAt(start, "cannot mix bytes and nonbytes literals")
	}
	if template && plain {
		p.faultAt(start, "cannot mix t-string literals with string or bytes literals")
	}
	if kind == Constant {
		op := ConstStr
		if first&pytoken.Bytes != 0 {
			op = ConstBytes
		}
		return p.addOp(Constant, op, start, 0)
	}
	p.endText(&l)
	return p.add(kind, start, l.first)
}

func (p *Parser) isEmptyLiteral(t pytoken.Token) bool {
	start, quotes := t.Start, uint32(1)
	if t.Form&pytoken.Triple != 0 {
		quotes = 3
	}
	if t.Form&(pytoken.Raw|pytoken.Unicode) != 0 {
		start++
	}
	return t.End-start <= 2*quotes || p.isEmptyText(start+quotes, t.End-quotes, t.Form)
}

// isEmptyText reports whether text has no value although it has bytes: line ends behind a backslash.
func (p *Parser) isEmptyText(start, end uint32, form pytoken.Form) bool {
	if form&(pytoken.Escaped|pytoken.Raw) != pytoken.Escaped {
		return false
	}
	text := p.tree.Src[start:end]
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == '\n' || text[i+1] == '\r'):
		case i > 0 && (text[i] == '\n' || text[i] == '\r'):
		default:
			return false
		}
	}
	return true
}

// formatString reads one f-string or t-string.
func (p *Parser) formatString(l *literals) {
	field := FormattedValue
	if p.k == pytoken.TStart {
		field = Interpolation
	}
	p.next()
	p.pieces(l, field, pytoken.FEnd)
	if p.k == pytoken.FEnd {
		p.next()
	} else {
		p.fault("unterminated f-string literal")
	}
}

// pieces reads literal text and fields up to end, which it leaves: FEnd, or RBrace in a format specification.
func (p *Parser) pieces(l *literals, field Kind, end pytoken.Kind) {
	for p.k != end && !p.atLineEnd() {
		switch p.k {
		case pytoken.FMiddle:
			t := p.toks[p.pos]
			p.pushText(l, t.Start, t.End, p.isEmptyText(t.Start, t.End, t.Form))
			p.next()
		case pytoken.LBrace:
			p.field(l, field)
		default:
			if p.k == pytoken.FEnd {
				return
			}
			p.fault("invalid syntax")
			p.next()
		}
	}
}

// field reads a replacement field with its braces.
func (p *Parser) field(l *literals, kind Kind) {
	start := p.start()
	p.next()
	if !p.enter() {
		return
	}
	defer p.leave()
	p.fields++
	defer func() { p.fields-- }()
	var c list
	var flags uint8
	var conversion Op
	if p.k == pytoken.RBrace || p.k == pytoken.Excl || p.k == pytoken.Colon || p.k == pytoken.Assign {
		p.push(&c, p.missing("f-string: valid expression required"))
	} else {
		p.push(&c, p.yieldOrStarExprs())
	}
	if p.accept(pytoken.Assign) {
		flags = FlagDebug
	}
	textEnd, spec := uint32(0), false
	if p.k == pytoken.Excl {
		textEnd = p.start()
		p.next()
		conversion = p.conversion()
	}
	if p.k == pytoken.Colon {
		if textEnd == 0 {
			textEnd = p.start()
		}
		spec = true
		p.push(&c, p.formatSpec())
	}
	if textEnd == 0 {
		textEnd = p.start()
	}
	for p.k != pytoken.RBrace && p.k != pytoken.FEnd && !p.atLineEnd() {
		p.fault("f-string: expecting '}'")
		if canStart[p.k] {
			p.push(&c, p.add(Error, p.start(), p.expr()))
		} else {
			p.next()
		}
	}
	if p.k == pytoken.RBrace {
		p.next()
	} else {
		p.fault("f-string: expecting '}'")
	}
	if flags != 0 {
		p.pushText(l, start+1, textEnd, false)
		if conversion == 0 && !spec {
			conversion = 'r'
		}
	}
	p.endText(l)
	n := p.addOp(kind, conversion, start, c.first)
	p.nodes[n].flags = flags
	p.push(&l.list, n)
}

func (p *Parser) conversion() Op {
	if p.k != pytoken.Name {
		p.fault("f-string: invalid conversion character")
		return 0
	}
	t := p.toks[p.pos]
	c := p.tree.Src[t.Start]
	if t.End-t.Start != 1 || c != 's' && c != 'r' && c != 'a' {
		p.fault("f-string: invalid conversion character: expected 's', 'r', or 'a'")
	}
	if t.Start != p.toks[p.pos-1].End {
		p.fault("f-string: conversion type must come right after the exclamation mark")
	}
	p.next()
	return Op(c)
}

// formatSpec reads a format specification; its fields are those of an f-string even in a t-string.
func (p *Parser) formatSpec() Node {
	start := p.start()
	p.next()
	var l literals
	p.pieces(&l, FormattedValue, pytoken.RBrace)
	p.endText(&l)
	return p.add(JoinedStr, start, l.first)
}
