package pysyntax

import "aiohub/internal/language/pytoken"

// closing reads the bracket k. Another closing bracket stands in for it: the scanner has paired them the same way.
func (p *Parser) closing(k pytoken.Kind) {
	for {
		switch p.k {
		case k:
			p.next()
			return
		case pytoken.RPar, pytoken.RSqb, pytoken.RBrace:
			p.fault("expected " + k.String())
			if p.k != pytoken.RBrace || p.fields == 0 {
				p.next()
			}
			return
		}
		p.fault("expected " + k.String())
		if p.atLineEnd() || p.k == pytoken.FEnd || p.k == pytoken.FMiddle {
			return
		}
		p.next()
	}
}

// more reads the comma between two elements and reports whether another one follows. Where the comma is missing but an
// element starts, it takes the comma for forgotten; other tokens that fit nowhere are passed over.
func (p *Parser) more(closer pytoken.Kind) bool {
	if p.accept(pytoken.Comma) && p.k != pytoken.Comma {
		if p.k == closer {
			return false
		}
		if canStart[p.k] || p.k == pytoken.Star || p.k == pytoken.DStar {
			return true
		}
	}
	for {
		switch p.k {
		case closer:
			return false
		case pytoken.RPar, pytoken.RSqb, pytoken.RBrace, pytoken.FEnd, pytoken.FMiddle:
			return false
		}
		if p.atLineEnd() {
			return false
		}
		p.fault("invalid syntax")
		// An element that could not even be begun here before is not tried twice.
		if (canStart[p.k] || p.k == pytoken.Star) && p.stuck != p.pos {
			p.stuck = p.pos
			return true
		}
		p.next()
	}
}

func (p *Parser) atFor() bool {
	return p.k == pytoken.KwFor || p.k == pytoken.KwAsync && p.peek(1) == pytoken.KwFor
}

// comprehensions reads the for and if clauses after an element.
func (p *Parser) comprehensions(l *list) {
	for p.atFor() {
		start := p.start()
		var flags uint8
		if p.accept(pytoken.KwAsync) {
			flags = FlagAsync
		}
		p.next()
		var c list
		p.push(&c, p.targets())
		p.expect(pytoken.KwIn)
		p.push(&c, p.binary(precOr))
		for p.accept(pytoken.KwIf) {
			p.push(&c, p.binary(precOr))
		}
		n := p.add(Comprehension, start, c.first)
		p.nodes[n].flags = flags
		p.push(l, n)
	}
}

// paren reads a group, a tuple or a generator expression.
func (p *Parser) paren() Node {
	start := p.start()
	p.next()
	if p.accept(pytoken.RPar) {
		return p.add(Tuple, start, 0)
	}
	var n Node
	if p.k == pytoken.KwYield {
		n = p.yield()
	} else {
		n = p.starNamedExpr()
		var l list
		p.push(&l, n)
		if p.atFor() {
			p.comprehensions(&l)
			p.closing(pytoken.RPar)
			return p.add(GeneratorExp, start, l.first)
		}
		if p.k == pytoken.Comma {
			for p.more(pytoken.RPar) {
				p.push(&l, p.starNamedExpr())
			}
			p.closing(pytoken.RPar)
			return p.add(Tuple, start, l.first)
		}
		if p.nodes[n].kind == Starred {
			p.faultAt(p.nodes[n].start, "cannot use starred expression here")
		}
		if p.k != pytoken.RPar && p.more(pytoken.RPar) {
			for ok := true; ok; ok = p.more(pytoken.RPar) {
				p.push(&l, p.starNamedExpr())
			}
			p.closing(pytoken.RPar)
			return p.add(Error, start, l.first)
		}
	}
	p.closing(pytoken.RPar)
	p.nodes[n].flags |= FlagParens
	return n
}

func (p *Parser) listDisplay() Node {
	start := p.start()
	p.next()
	if p.accept(pytoken.RSqb) {
		return p.add(List, start, 0)
	}
	var l list
	p.push(&l, p.starNamedExpr())
	if p.atFor() {
		p.comprehensions(&l)
		p.closing(pytoken.RSqb)
		return p.add(ListComp, start, l.first)
	}
	for p.more(pytoken.RSqb) {
		p.push(&l, p.starNamedExpr())
	}
	p.closing(pytoken.RSqb)
	return p.add(List, start, l.first)
}

// brace reads a dict, a set, or a comprehension of either.
func (p *Parser) brace() Node {
	start := p.start()
	p.next()
	if p.accept(pytoken.RBrace) {
		return p.add(Dict, start, 0)
	}
	var l list
	dict := p.dictItem(&l, false)
	if p.atFor() {
		p.comprehensions(&l)
		p.closing(pytoken.RBrace)
		if dict {
			return p.add(DictComp, start, l.first)
		}
		return p.add(SetComp, start, l.first)
	}
	for p.more(pytoken.RBrace) {
		if dict {
			p.dictItem(&l, true)
		} else {
			p.push(&l, p.starNamedExpr())
		}
	}
	p.closing(pytoken.RBrace)
	if dict {
		return p.add(Dict, start, l.first)
	}
	return p.add(Set, start, l.first)
}

// dictItem reads `key: value` or `**mapping`. Unless it has to be one, it reads an element of a set as well.
func (p *Parser) dictItem(l *list, must bool) bool {
	start := p.start()
	if p.accept(pytoken.DStar) {
		p.push(l, p.add(DictUnpack, start, p.binary(precBitOr)))
		return true
	}
	n := p.starNamedExpr()
	p.push(l, n)
	if p.k != pytoken.Colon && !must {
		return false
	}
	if k := p.nodes[n].kind; k == Starred || k == NamedExpr && p.nodes[n].flags&FlagParens == 0 {
		p.faultAt(start, "invalid key of a dict")
	}
	if p.expect(pytoken.Colon) {
		p.push(l, p.expr())
	} else {
		p.push(l, p.missing("expected a value"))
	}
	return true
}

func (p *Parser) subscript(start uint32, n Node) Node {
	if !p.enter() {
		return n
	}
	defer p.leave()
	p.next()
	first := p.start()
	index := p.slice()
	if p.k == pytoken.Comma || p.nodes[index].kind == Starred {
		var l list
		p.push(&l, index)
		for p.accept(pytoken.Comma) {
			if !canStart[p.k] && p.k != pytoken.Star && p.k != pytoken.Colon {
				break
			}
			p.push(&l, p.slice())
		}
		index = p.add(Tuple, first, l.first)
	}
	p.pair(n, index)
	p.closing(pytoken.RSqb)
	return p.add(Subscript, start, n)
}

// slice reads one index: an expression, `*x` or `a:b:c`.
func (p *Parser) slice() Node {
	start := p.start()
	if p.k == pytoken.Star {
		return p.starred(0)
	}
	var l list
	var flags uint8
	if p.k != pytoken.Colon {
		n := p.namedExpr()
		if p.k != pytoken.Colon {
			return n
		}
		p.push(&l, n)
		flags = FlagLower
	}
	p.next()
	if canStart[p.k] {
		p.push(&l, p.expr())
		flags |= FlagUpper
	}
	if p.accept(pytoken.Colon) && canStart[p.k] {
		p.push(&l, p.expr())
		flags |= FlagStep
	}
	n := p.add(Slice, start, l.first)
	p.nodes[n].flags = flags
	return n
}

// arguments reads the parentheses after a callee or a class name.
func (p *Parser) arguments(l *list) {
	open := p.start()
	if !p.enter() {
		return
	}
	defer p.leave()
	p.next()
	keywords, unpacked, count := false, false, 0
	for p.k != pytoken.RPar && !p.atLineEnd() {
		start := p.start()
		switch {
		case p.k == pytoken.Star:
			if unpacked {
				p.fault("iterable argument unpacking follows keyword argument unpacking")
			}
			p.push(l, p.starred(0))
		case p.k == pytoken.DStar:
			unpacked = true
			tok := p.pos
			p.next()
			n := p.addTok(Keyword, tok, start, p.expr())
			p.nodes[n].flags = FlagUnpack
			p.push(l, n)
		case p.k == pytoken.Name && p.peek(1) == pytoken.Assign:
			keywords = true
			tok := p.pos
			p.next()
			p.next()
			p.push(l, p.addTok(Keyword, tok, start, p.expr()))
		default:
			n := p.namedExpr()
			if p.atFor() {
				p.push(l, p.argumentGenerator(open, start, n, count))
				break
			}
			p.push(l, n)
			if p.k == pytoken.Assign {
				p.fault("expression cannot contain assignment, perhaps you meant \"==\"?")
				p.next()
				p.push(l, p.expr())
			} else if unpacked {
				p.faultAt(start, "positional argument follows keyword argument unpacking")
			} else if keywords {
				p.faultAt(start, "positional argument follows keyword argument")
			}
		}
		if count++; !p.more(pytoken.RPar) {
			break
		}
	}
	p.closing(pytoken.RPar)
	if l.last != 0 && count == 1 && p.nodes[l.last].kind == GeneratorExp && p.nodes[l.last].start == open {
		p.nodes[l.last].end = p.last
	}
}

// argumentGenerator reads a generator expression without parentheses of its own; those of the call are its range.
func (p *Parser) argumentGenerator(open, start uint32, element Node, count int) Node {
	var l list
	p.push(&l, element)
	p.comprehensions(&l)
	if count > 0 || p.k == pytoken.Comma {
		p.faultAt(start, "Generator expression must be parenthesized")
		return p.add(GeneratorExp, start, l.first)
	}
	return p.add(GeneratorExp, open, l.first)
}
