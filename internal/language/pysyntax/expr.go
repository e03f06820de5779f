package pysyntax

import "aiohub/internal/language/pytoken"

// Precedences of binary operators, from loose to tight. Zero is no operator.
const (
	precOr = iota + 1
	precAnd
	precNot // of the operand: not is a prefix
	precCompare
	precBitOr
	precBitXor
	precBitAnd
	precShift
	precArith
	precTerm
	precUnary
)

var precedence = [pytoken.NumKinds]uint8{
	pytoken.KwOr: precOr, pytoken.KwAnd: precAnd,
	pytoken.Less: precCompare, pytoken.Greater: precCompare, pytoken.LessEq: precCompare, pytoken.GreaterEq: precCompare,
	pytoken.Equal: precCompare, pytoken.NotEqual: precCompare, pytoken.KwIn: precCompare, pytoken.KwIs: precCompare,
	pytoken.KwNot: precCompare,
	pytoken.Pipe:  precBitOr, pytoken.Caret: precBitXor, pytoken.Amp: precBitAnd,
	pytoken.LShift: precShift, pytoken.RShift: precShift,
	pytoken.Plus: precArith, pytoken.Minus: precArith,
	pytoken.Star: precTerm, pytoken.Slash: precTerm, pytoken.DSlash: precTerm, pytoken.Percent: precTerm,
	pytoken.At: precTerm,
}

// binaryOps is in the order of the tokens from Plus and from PlusEq.
var binaryOps = [...]Op{OpAdd, OpSub, OpMult, OpDiv, OpFloorDiv, OpMod, OpMatMult, OpPow, OpLShift, OpRShift, OpBitAnd,
	OpBitOr, OpBitXor}

// compareOps is in the order of the tokens from Less.
var compareOps = [...]Op{OpLt, OpGt, OpLtE, OpGtE, OpEq, OpNotEq}

// canStart marks the tokens that an expression starts with; a star is none.
var canStart [pytoken.NumKinds]bool

func init() {
	for _, k := range []pytoken.Kind{
		pytoken.Name, pytoken.Number, pytoken.String, pytoken.FStart, pytoken.TStart, pytoken.LPar, pytoken.LSqb,
		pytoken.LBrace,
		pytoken.Ellipsis, pytoken.Plus, pytoken.Minus, pytoken.Tilde, pytoken.KwNot, pytoken.KwLambda, pytoken.KwAwait,
		pytoken.KwYield,
		pytoken.KwNone, pytoken.KwTrue, pytoken.KwFalse,
	} {
		canStart[k] = true
	}
}

// starExprs reads star_expressions: one expression or a tuple without parentheses.
func (p *Parser) starExprs() Node {
	start := p.start()
	n := p.starExpr()
	if p.k == pytoken.Comma {
		return p.tupleAfter(start, n, p.starExpr)
	}
	return n
}

// tupleAfter reads the rest of a tuple without parentheses.
func (p *Parser) tupleAfter(start uint32, first Node, element func() Node) Node {
	var l list
	p.push(&l, first)
	for p.accept(pytoken.Comma) {
		if !canStart[p.k] && p.k != pytoken.Star {
			if p.k != pytoken.Comma {
				break
			}
			p.fault("invalid syntax")
			continue
		}
		p.push(&l, element())
	}
	return p.add(Tuple, start, l.first)
}

func (p *Parser) starExpr() Node {
	if p.k == pytoken.Star {
		return p.starred(precBitOr)
	}
	return p.expr()
}

// starNamedExpr is an element of a display.
func (p *Parser) starNamedExpr() Node {
	if p.k == pytoken.Star {
		return p.starred(precBitOr)
	}
	return p.namedExpr()
}

// starred reads `*x`; prec is 0 where x may be any expression.
func (p *Parser) starred(prec uint8) Node {
	start := p.start()
	p.next()
	var n Node
	if prec == 0 {
		n = p.expr()
	} else {
		n = p.binary(prec)
	}
	return p.add(Starred, start, n)
}

// targets reads star_targets and marks them as assigned to.
func (p *Parser) targets() Node {
	start := p.start()
	n := p.starTarget()
	if p.k == pytoken.Comma {
		n = p.tupleAfter(start, n, p.starTarget)
	}
	p.target(n, FlagStore)
	return n
}

func (p *Parser) starTarget() Node {
	if p.k == pytoken.Star {
		return p.starred(precBitOr)
	}
	return p.binary(precBitOr)
}

func (p *Parser) namedExpr() Node {
	start := p.start()
	n := p.expr()
	if p.k != pytoken.Walrus {
		return n
	}
	if r := &p.nodes[n]; r.kind == Name && r.flags&FlagParens == 0 {
		r.flags |= FlagStore
	} else if r.kind != Error {
		p.fault("cannot use assignment expressions with this target")
	}
	p.next()
	p.pair(n, p.expr())
	return p.add(NamedExpr, start, n)
}

// expr reads expression: anything but a star, a yield, an assignment.
func (p *Parser) expr() Node {
	if p.k == pytoken.KwLambda {
		return p.lambda()
	}
	start := p.start()
	n := p.binary(precOr)
	if p.k != pytoken.KwIf {
		return n
	}
	return p.ifExp(start, n)
}

func (p *Parser) ifExp(start uint32, value Node) Node {
	p.next()
	if !p.enter() {
		return value
	}
	defer p.leave()
	var l list
	p.push(&l, value)
	p.push(&l, p.binary(precOr))
	if p.expect(pytoken.KwElse) {
		p.push(&l, p.expr())
	}
	return p.add(IfExp, start, l.first)
}

func (p *Parser) lambda() Node {
	start := p.start()
	p.next()
	if !p.enter() {
		return p.add(Error, start, 0)
	}
	defer p.leave()
	n := p.params(pytoken.Colon)
	p.expect(pytoken.Colon)
	p.pair(n, p.expr())
	return p.add(Lambda, start, n)
}

// binary reads an expression whose operators bind at least as tight as prec.
func (p *Parser) binary(prec uint8) Node {
	start := p.start()
	var left Node
	switch p.k {
	case pytoken.KwNot, pytoken.Minus, pytoken.Plus, pytoken.Tilde:
		left = p.unary(prec)
	default:
		left = p.power()
	}
	for {
		found := precedence[p.k]
		if found == 0 || found < prec {
			return left
		}
		switch found {
		case precOr, precAnd:
			left = p.boolOp(start, left, found)
		case precCompare:
			if p.k == pytoken.KwNot && p.peek(1) != pytoken.KwIn {
				return left
			}
			left = p.compare(start, left)
		default:
			op := binaryOps[p.k-pytoken.Plus]
			p.next()
			if !p.link() {
				return left
			}
			p.nodes[left].next = p.binary(found + 1)
			left = p.addOp(BinOp, op, start, left)
		}
	}
}

func (p *Parser) boolOp(start uint32, first Node, prec uint8) Node {
	k, op := p.k, OpOr
	if prec == precAnd {
		op = OpAnd
	}
	var l list
	p.push(&l, first)
	for p.accept(k) {
		p.push(&l, p.binary(prec+1))
	}
	return p.addOp(BoolOp, op, start, l.first)
}

func (p *Parser) compare(start uint32, first Node) Node {
	var l list
	p.push(&l, first)
	for precedence[p.k] == precCompare {
		var op Op
		switch p.k {
		case pytoken.KwIn:
			op = OpIn
		case pytoken.KwIs:
			op = OpIs
			if p.peek(1) == pytoken.KwNot {
				op = OpIsNot
				p.next()
			}
		case pytoken.KwNot:
			if p.peek(1) != pytoken.KwIn {
				return p.add(Compare, start, l.first)
			}
			op = OpNotIn
			p.next()
		default:
			op = compareOps[p.k-pytoken.Less]
		}
		p.next()
		n := p.binary(precBitOr)
		p.nodes[n].rel = op
		p.push(&l, n)
	}
	return p.add(Compare, start, l.first)
}

// unary reads a prefix operator and its operand.
func (p *Parser) unary(prec uint8) Node {
	start := p.start()
	var op Op
	switch p.k {
	case pytoken.KwNot:
		if op = OpNot; prec > precNot {
			p.fault("invalid syntax")
		}
	case pytoken.Minus:
		op = OpUSub
	case pytoken.Plus:
		op = OpUAdd
	default:
		op = OpInvert
	}
	p.next()
	if !p.enter() {
		return p.add(Error, start, 0)
	}
	defer p.leave()
	if op == OpNot {
		return p.addOp(UnaryOp, op, start, p.binary(precNot))
	}
	return p.addOp(UnaryOp, op, start, p.binary(precUnary))
}

// power reads await_primary and what it is raised to.
func (p *Parser) power() Node {
	start := p.start()
	var n Node
	if p.k == pytoken.KwAwait {
		p.next()
		n = p.add(Await, start, p.primary())
	} else {
		n = p.primary()
	}
	if p.k != pytoken.DStar {
		return n
	}
	p.next()
	if !p.enter() {
		return n
	}
	defer p.leave()
	p.pair(n, p.binary(precUnary))
	return p.addOp(BinOp, OpPow, start, n)
}

// primary reads an atom with its attributes, calls and subscripts.
func (p *Parser) primary() Node {
	start := p.start()
	n := p.atom()
	for {
		switch p.k {
		case pytoken.Dot:
			p.next()
			if p.k != pytoken.Name {
				p.fault("expected a name after '.'")
				return p.add(Attribute, start, n)
			}
			p.next()
			n = p.addTok(Attribute, p.pos-1, start, n)
		case pytoken.LPar:
			var l list
			p.push(&l, n)
			p.arguments(&l)
			n = p.add(Call, start, l.first)
		case pytoken.LSqb:
			n = p.subscript(start, n)
		default:
			return n
		}
		if !p.link() {
			return n
		}
	}
}

func (p *Parser) atom() Node {
	switch p.k {
	case pytoken.Name:
		return p.leaf(Name, 0)
	case pytoken.Number:
		return p.leaf(Constant, ConstInt+Op(p.toks[p.pos].Form))
	case pytoken.String:
		if !isString[p.peek(1)] {
			if p.toks[p.pos].Form&pytoken.Bytes != 0 {
				return p.leaf(Constant, ConstBytes)
			}
			return p.leaf(Constant, ConstStr)
		}
		return p.strings()
	case pytoken.FStart, pytoken.TStart:
		return p.strings()
	case pytoken.LPar:
		return p.nested(p.paren)
	case pytoken.LSqb:
		return p.nested(p.listDisplay)
	case pytoken.LBrace:
		return p.nested(p.brace)
	case pytoken.KwNone:
		return p.leaf(Constant, ConstNone)
	case pytoken.KwTrue:
		return p.leaf(Constant, ConstTrue)
	case pytoken.KwFalse:
		return p.leaf(Constant, ConstFalse)
	case pytoken.Ellipsis:
		return p.leaf(Constant, ConstEllipsis)
	case pytoken.KwLambda, pytoken.KwYield, pytoken.KwNot, pytoken.Minus, pytoken.Plus, pytoken.Tilde, pytoken.KwAwait:
		return p.misplaced()
	}
	return p.missing("invalid syntax")
}

// misplaced reads an expression where only an atom may stand.
func (p *Parser) misplaced() Node {
	p.fault("invalid syntax")
	start := p.start()
	if !p.enter() {
		return p.add(Error, start, 0)
	}
	defer p.leave()
	if p.k == pytoken.KwYield {
		return p.yield()
	}
	return p.expr()
}

func (p *Parser) nested(read func() Node) Node {
	start := p.start()
	if !p.enter() {
		return p.add(Error, start, 0)
	}
	n := read()
	p.leave()
	return n
}

func (p *Parser) yield() Node {
	start := p.start()
	p.next()
	if p.accept(pytoken.KwFrom) {
		return p.add(YieldFrom, start, p.expr())
	}
	var value Node
	if canStart[p.k] || p.k == pytoken.Star {
		value = p.starExprs()
	}
	return p.add(Yield, start, value)
}
