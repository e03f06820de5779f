package pysyntax

import "aiohub/internal/language/pytoken"

// isMatch reports whether the line that starts with the name `match` is a match statement: it has a subject, ends with
// a colon, and the indented line after it starts with `case`. No other statement looks like that.
func (p *Parser) isMatch() bool {
	if next := p.peek(1); !canStart[next] && next != pytoken.Star {
		return false
	}
	i := p.pos + 1
	for p.toks[i].Kind >= pytoken.Bad {
		i++
	}
	if p.toks[i-1].Kind != pytoken.Colon || i+2 >= len(p.toks) || p.toks[i+1].Kind != pytoken.Indent {
		return false
	}
	t := p.toks[i+2]
	return t.Kind == pytoken.Name && string(p.tree.Src[t.Start:t.End]) == "case"
}

func (p *Parser) match() Node {
	start := p.start()
	p.next()
	var l list
	first := p.start()
	subject := p.starNamedExpr()
	if p.k == pytoken.Comma {
		subject = p.tupleAfter(first, subject, p.starNamedExpr)
	} else if p.nodes[subject].kind == Starred {
		p.fault("invalid syntax")
	}
	p.push(&l, subject)
	p.expect(pytoken.Colon)
	if p.accept(pytoken.Newline) && p.accept(pytoken.Indent) {
		if p.enter() {
			p.cases(&l)
			p.leave()
		}
		p.accept(pytoken.Dedent)
	} else {
		p.push(&l, p.rest())
	}
	return p.add(Match, start, l.first)
}

func (p *Parser) cases(l *list) {
	for p.k != pytoken.Dedent && p.k != pytoken.EOF {
		if p.isWord("case") {
			p.push(l, p.matchCase())
			continue
		}
		p.fault("expected 'case'")
		start := p.start()
		var e list
		at := p.pos
		if p.k == pytoken.Indent {
			p.push(&e, p.strayBlock())
		} else {
			p.statement(&e)
		}
		if p.pos == at {
			p.next()
		}
		p.push(l, p.add(Error, start, e.first))
	}
}

func (p *Parser) matchCase() Node {
	start := p.start()
	p.next()
	p.chain = 0
	var l list
	p.push(&l, p.patterns())
	if p.accept(pytoken.KwIf) {
		p.push(&l, p.namedExpr())
	}
	p.push(&l, p.block(Block))
	return p.add(MatchCase, start, l.first)
}

// patterns reads what follows `case`: one pattern or a sequence without brackets.
func (p *Parser) patterns() Node {
	start := p.start()
	n := p.maybeStarPattern()
	if p.k != pytoken.Comma {
		if p.nodes[n].kind == MatchStar {
			p.fault("invalid syntax")
		}
		return n
	}
	var l list
	p.push(&l, n)
	for p.accept(pytoken.Comma) && p.k != pytoken.Colon && p.k != pytoken.KwIf && !p.atLineEnd() {
		p.push(&l, p.maybeStarPattern())
	}
	return p.add(MatchSequence, start, l.first)
}

func (p *Parser) maybeStarPattern() Node {
	start := p.start()
	if !p.accept(pytoken.Star) {
		return p.pattern()
	}
	return p.addTok(MatchStar, p.captured(), start, 0)
}

// captured reads the name a pattern binds and gives its token, or 0 for `_`.
func (p *Parser) captured() int {
	if p.isWord("_") {
		p.next()
		return 0
	}
	return p.name()
}

func (p *Parser) pattern() Node {
	start := p.start()
	n := p.orPattern()
	if !p.accept(pytoken.KwAs) {
		return n
	}
	if p.isWord("_") {
		p.fault("cannot use '_' as a target")
	}
	return p.addTok(MatchAs, p.name(), start, n)
}

func (p *Parser) orPattern() Node {
	start := p.start()
	n := p.closedPattern()
	if p.k != pytoken.Pipe {
		return n
	}
	var l list
	p.push(&l, n)
	for p.accept(pytoken.Pipe) {
		p.push(&l, p.closedPattern())
	}
	return p.add(MatchOr, start, l.first)
}

func (p *Parser) closedPattern() Node {
	switch p.k {
	case pytoken.Name:
		return p.namePattern()
	case pytoken.KwNone:
		return p.leaf(MatchSingleton, ConstNone)
	case pytoken.KwTrue:
		return p.leaf(MatchSingleton, ConstTrue)
	case pytoken.KwFalse:
		return p.leaf(MatchSingleton, ConstFalse)
	case pytoken.Number, pytoken.Minus, pytoken.Plus, pytoken.String, pytoken.FStart, pytoken.TStart:
		start := p.start()
		return p.add(MatchValue, start, p.literal())
	case pytoken.LPar:
		return p.nested(p.parenPattern)
	case pytoken.LSqb:
		return p.nested(p.bracketPattern)
	case pytoken.LBrace:
		return p.nested(p.mappingPattern)
	}
	n := p.missing("invalid pattern")
	if canStart[p.k] {
		return p.add(Error, p.start(), p.expr())
	}
	return n
}

// literal reads a string or a number with its sign and imaginary part.
func (p *Parser) literal() Node {
	start := p.start()
	switch p.k {
	case pytoken.String, pytoken.FStart, pytoken.TStart:
		return p.strings()
	}
	n := p.signed()
	if p.k != pytoken.Plus && p.k != pytoken.Minus {
		return n
	}
	op := binaryOps[p.k-pytoken.Plus]
	p.next()
	if p.k != pytoken.Number || p.toks[p.pos].Form != pytoken.Complex {
		p.fault("imaginary number required in complex literal")
	}
	if p.k == pytoken.Number {
		p.pair(n, p.atom())
	}
	return p.addOp(BinOp, op, start, n)
}

func (p *Parser) signed() Node {
	start := p.start()
	op := OpNone
	if p.accept(pytoken.Minus) {
		op = OpUSub
	} else if p.accept(pytoken.Plus) {
		op = OpUAdd
	}
	if p.k != pytoken.Number {
		return p.missing("expected a number")
	}
	n := p.atom()
	if op != OpNone {
		n = p.addOp(UnaryOp, op, start, n)
	}
	return n
}

// namePattern reads a capture, a dotted value or a class pattern.
func (p *Parser) namePattern() Node {
	start, tok := p.start(), p.pos
	// `_` is the wildcard whatever follows.
	if p.isWord("_") {
		p.next()
		return p.add(MatchAs, start, 0)
	}
	if k := p.peek(1); k != pytoken.Dot && k != pytoken.LPar {
		p.next()
		return p.addTok(MatchAs, tok, start, 0)
	}
	n := p.dotted()
	if p.k != pytoken.LPar {
		return p.add(MatchValue, start, n)
	}
	if !p.enter() {
		return p.add(Error, start, n)
	}
	defer p.leave()
	p.next()
	var l list
	p.push(&l, n)
	keywords := false
	for p.k != pytoken.RPar && !p.atLineEnd() {
		first := p.start()
		if p.k == pytoken.Name && p.peek(1) == pytoken.Assign {
			keywords = true
			name := p.pos
			p.next()
			p.next()
			p.push(&l, p.addTok(KeywordPattern, name, first, p.pattern()))
		} else {
			if keywords {
				p.fault("positional patterns follow keyword patterns")
			}
			p.push(&l, p.pattern())
		}
		if !p.more(pytoken.RPar) {
			break
		}
	}
	p.closing(pytoken.RPar)
	return p.add(MatchClass, start, l.first)
}

// dotted reads a name and its attributes.
func (p *Parser) dotted() Node {
	start := p.start()
	n := p.leaf(Name, 0)
	for p.accept(pytoken.Dot) && p.link() {
		n = p.addTok(Attribute, p.name(), start, n)
	}
	return n
}

// parenPattern reads a group or a sequence.
func (p *Parser) parenPattern() Node {
	start := p.start()
	p.next()
	if p.accept(pytoken.RPar) {
		return p.add(MatchSequence, start, 0)
	}
	n := p.maybeStarPattern()
	if p.k != pytoken.Comma {
		if p.nodes[n].kind == MatchStar {
			p.fault("invalid syntax")
		}
		p.closing(pytoken.RPar)
		return n
	}
	var l list
	p.push(&l, n)
	p.sequence(&l, pytoken.RPar)
	return p.add(MatchSequence, start, l.first)
}

func (p *Parser) bracketPattern() Node {
	start := p.start()
	p.next()
	var l list
	if p.k != pytoken.RSqb {
		p.push(&l, p.maybeStarPattern())
	}
	p.sequence(&l, pytoken.RSqb)
	return p.add(MatchSequence, start, l.first)
}

func (p *Parser) sequence(l *list, closer pytoken.Kind) {
	for p.more(closer) {
		p.push(l, p.maybeStarPattern())
	}
	p.closing(closer)
}

func (p *Parser) mappingPattern() Node {
	start := p.start()
	p.next()
	var l list
	rest := 0
	for p.k != pytoken.RBrace && !p.atLineEnd() {
		if rest != 0 {
			p.fault("invalid syntax: nothing may follow '**' in a mapping pattern")
		}
		if p.accept(pytoken.DStar) {
			if p.isWord("_") {
				p.fault("invalid syntax")
			}
			rest = p.name()
		} else {
			p.push(&l, p.mappingKey())
			p.expect(pytoken.Colon)
			p.push(&l, p.pattern())
		}
		if !p.more(pytoken.RBrace) {
			break
		}
	}
	p.closing(pytoken.RBrace)
	return p.addTok(MatchMapping, rest, start, l.first)
}

func (p *Parser) mappingKey() Node {
	switch p.k {
	case pytoken.Name:
		if p.peek(1) != pytoken.Dot {
			p.fault("mapping pattern keys may only match literals and attribute lookups")
		}
		return p.dotted()
	case pytoken.KwNone, pytoken.KwTrue, pytoken.KwFalse:
		return p.atom()
	}
	return p.literal()
}
