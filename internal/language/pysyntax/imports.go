package pysyntax

import "aiohub/internal/language/pytoken"

func (p *Parser) importStmt(start uint32, flags uint8) Node {
	p.next()
	var l list
	for {
		p.push(&l, p.alias(true))
		if !p.accept(pytoken.Comma) {
			break
		}
	}
	n := p.add(Import, start, l.first)
	p.nodes[n].flags = flags
	return n
}

// alias reads a name to import and the name it gets.
func (p *Parser) alias(dotted bool) Node {
	if p.k != pytoken.Name {
		return p.missing("expected a name to import")
	}
	start, tok := p.start(), p.pos
	p.next()
	for dotted && p.accept(pytoken.Dot) {
		if p.name() == 0 {
			break
		}
	}
	if p.accept(pytoken.KwAs) {
		p.name()
	}
	return p.addTok(Alias, tok, start, 0)
}

func (p *Parser) importFrom(start uint32, flags uint8) Node {
	from := p.pos
	p.next()
	dots := p.pos
	if flags&FlagLazy != 0 && p.isWord("__future__") && p.peek(1) == pytoken.KwImport {
		p.fault("lazy from __future__ import is not allowed")
	}
	for p.k == pytoken.Dot || p.k == pytoken.Ellipsis {
		p.next()
	}
	if p.k == pytoken.Name {
		p.next()
		for p.accept(pytoken.Dot) {
			if p.name() == 0 {
				break
			}
		}
	} else if p.pos == dots {
		p.fault("expected a module name")
	}
	var l list
	if p.expect(pytoken.KwImport) {
		p.importNames(&l)
	}
	n := p.addTok(ImportFrom, from, start, l.first)
	p.nodes[n].flags = flags
	return n
}

func (p *Parser) importNames(l *list) {
	switch p.k {
	case pytoken.Star:
		p.push(l, p.leaf(Alias, 0))
	case pytoken.LPar:
		p.next()
		for {
			p.push(l, p.alias(false))
			if !p.more(pytoken.RPar) {
				break
			}
			if p.k != pytoken.Name {
				p.fault("expected a name to import")
				break
			}
		}
		p.closing(pytoken.RPar)
	default:
		for {
			p.push(l, p.alias(false))
			if !p.accept(pytoken.Comma) {
				return
			}
			if p.atLineEnd() || p.k == pytoken.Semi {
				p.fault("trailing comma not allowed without surrounding parentheses")
				return
			}
		}
	}
}
