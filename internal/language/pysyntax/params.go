package pysyntax

import "aiohub/internal/language/pytoken"

// params reads parameters up to end: a closing parenthesis for a def, a colon for a lambda, which has no annotations.
func (p *Parser) params(end pytoken.Kind) Node {
	start := p.start()
	var l list
	op, seenDefault, slash, star, bare := ParamNormal, false, false, false, false
	for p.k != end && !p.atLineEnd() {
		at := p.pos
		n := Node(0)
		switch p.k {
		case pytoken.Slash:
			if slash || star || l.first == 0 || op == ParamKwArgs {
				p.fault("invalid syntax: '/' is out of place")
			}
			for c := l.first; c != 0 && !slash; c = p.nodes[c].next {
				if p.nodes[c].op == ParamNormal {
					p.nodes[c].op = ParamPosOnly
				}
			}
			slash = true
			p.next()
		case pytoken.Star:
			if star || op == ParamKwArgs {
				p.fault("* argument may appear only once")
			}
			star = true
			if k := p.peek(1); k == pytoken.Comma || k == end {
				p.next()
				bare = true
				op = ParamKwOnly
				break
			}
			n = p.param(ParamVarArgs, end)
			op = ParamKwOnly
		case pytoken.DStar:
			if op == ParamKwArgs {
				p.fault("arguments cannot follow var-keyword argument")
			}
			if bare {
				p.fault("named arguments must follow bare *")
			}
			n = p.param(ParamKwArgs, end)
			op = ParamKwArgs
		case pytoken.Name:
			if op == ParamKwArgs {
				p.fault("arguments cannot follow var-keyword argument")
				n = p.param(ParamNormal, end)
				break
			}
			bare = false
			n = p.param(op, end)
			if op == ParamNormal {
				if p.nodes[n].flags&FlagDefault != 0 {
					seenDefault = true
				} else if seenDefault {
					p.faultAt(p.nodes[n].start, "parameter without a default follows parameter with a default")
				}
			}
		default:
			p.fault("invalid syntax")
			if canStart[p.k] {
				n = p.add(Error, p.start(), p.expr())
			} else if p.k == pytoken.RPar || p.k == pytoken.Colon || p.k == pytoken.Arrow {
				return p.add(Params, start, l.first)
			}
		}
		p.push(&l, n)
		if p.k == end {
			break
		}
		if !p.accept(pytoken.Comma) {
			p.fault("invalid syntax")
			if p.pos == at {
				p.next()
			}
		}
	}
	if bare {
		p.fault("named arguments must follow bare *")
	}
	n := p.add(Params, start, l.first)
	if l.first == 0 {
		p.nodes[n].start = p.last
		p.nodes[n].end = p.last
	}
	return n
}

func (p *Parser) param(op Op, end pytoken.Kind) Node {
	start := p.start()
	if op == ParamVarArgs || op == ParamKwArgs {
		p.next()
	}
	tok := p.name()
	var l list
	var flags uint8
	if end == pytoken.RPar && p.accept(pytoken.Colon) {
		flags = FlagAnnotation
		if op == ParamVarArgs && p.k == pytoken.Star {
			p.push(&l, p.starred(precBitOr))
		} else {
			p.push(&l, p.expr())
		}
	}
	if p.k == pytoken.Assign {
		if op == ParamVarArgs || op == ParamKwArgs {
			p.fault("var-positional and var-keyword arguments cannot have default values")
		}
		p.next()
		flags |= FlagDefault
		p.push(&l, p.expr())
	}
	n := p.addTok(Param, tok, start, l.first)
	p.nodes[n].op, p.nodes[n].flags = op, flags
	return n
}

// typeParams reads the square brackets after the name of a function, class or type, if there are any.
func (p *Parser) typeParams() Node {
	start := p.start()
	if !p.accept(pytoken.LSqb) {
		return 0
	}
	if p.k == pytoken.RSqb {
		p.fault("Type parameter list cannot be empty")
	}
	var l list
	for p.k != pytoken.RSqb && !p.atLineEnd() {
		if p.k != pytoken.Name && p.k != pytoken.Star && p.k != pytoken.DStar {
			p.fault("expected a type parameter")
			break
		}
		p.push(&l, p.typeParam())
		if !p.accept(pytoken.Comma) {
			break
		}
	}
	p.closing(pytoken.RSqb)
	return p.add(TypeParams, start, l.first)
}

func (p *Parser) typeParam() Node {
	start := p.start()
	kind := TypeVar
	switch {
	case p.accept(pytoken.Star):
		kind = TypeVarTuple
	case p.accept(pytoken.DStar):
		kind = ParamSpec
	}
	tok := p.name()
	var l list
	var flags uint8
	if p.k == pytoken.Colon {
		if kind != TypeVar {
			p.fault("cannot use bound with this type parameter")
		}
		p.next()
		flags = FlagAnnotation
		p.push(&l, p.expr())
	}
	if p.accept(pytoken.Assign) {
		flags |= FlagDefault
		if kind == TypeVarTuple {
			p.push(&l, p.starExpr())
		} else {
			p.push(&l, p.expr())
		}
	}
	n := p.addTok(kind, tok, start, l.first)
	p.nodes[n].flags = flags
	return n
}
