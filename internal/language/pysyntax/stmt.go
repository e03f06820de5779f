package pysyntax

import "aiohub/internal/language/pytoken"

func (p *Parser) module() Node {
	var l list
	for p.k != pytoken.EOF {
		p.statements(&l)
		p.accept(pytoken.Dedent) // one too many after a block that should not be there
	}
	p.last = uint32(len(p.tree.Src))
	return p.add(Module, 0, l.first)
}

// statements reads up to the end of the block or file.
func (p *Parser) statements(l *list) {
	for {
		switch p.k {
		case pytoken.EOF, pytoken.Dedent:
			return
		case pytoken.Newline:
			p.next()
		case pytoken.Indent:
			p.push(l, p.strayBlock())
		default:
			at := p.pos
			p.statement(l)
			if p.pos == at {
				p.fault("invalid syntax")
				start := p.start()
				p.next()
				p.push(l, p.add(Error, start, 0))
			}
		}
	}
}

// strayBlock reads a block that nothing opens.
func (p *Parser) strayBlock() Node {
	p.fault("unexpected indent")
	start := p.start()
	var l list
	p.next()
	if p.enter() {
		p.statements(&l)
		p.leave()
	}
	p.accept(pytoken.Dedent)
	return p.add(Error, start, l.first)
}

// statement reads one compound statement or one line of simple ones.
func (p *Parser) statement(l *list) {
	p.chain = 0
	start := p.start()
	switch p.k {
	case pytoken.Name:
		if p.isWord("match") && p.isMatch() {
			p.push(l, p.match())
			return
		}
		p.simpleLine(l)
	case pytoken.KwIf:
		p.push(l, p.ifStmt(0))
	case pytoken.KwFor:
		p.push(l, p.forStmt(start, 0))
	case pytoken.KwWhile:
		p.push(l, p.while())
	case pytoken.KwTry:
		p.push(l, p.try())
	case pytoken.KwWith:
		p.push(l, p.with(start, 0))
	case pytoken.KwDef:
		p.push(l, p.functionDef(start, 0, list{}))
	case pytoken.KwClass:
		p.push(l, p.classDef(list{}))
	case pytoken.At:
		p.push(l, p.decorated())
	case pytoken.KwAsync:
		p.push(l, p.async(list{}))
	case pytoken.KwElif, pytoken.KwElse, pytoken.KwExcept, pytoken.KwFinally:
		p.push(l, p.strayClause())
	default:
		p.simpleLine(l)
	}
}

// strayClause reads a clause without the statement it belongs to, for the sake of its body.
func (p *Parser) strayClause() Node {
	p.fault("invalid syntax")
	start := p.start()
	var n Node
	switch p.k {
	case pytoken.KwElif:
		n = p.ifStmt(0)
	case pytoken.KwExcept:
		n, _ = p.handler()
	default:
		p.next()
		n = p.block(Block)
	}
	return p.add(Error, start, n)
}

// simpleLine reads simple statements up to the end of the line.
func (p *Parser) simpleLine(l *list) {
	for {
		p.push(l, p.simple())
		if !p.accept(pytoken.Semi) {
			break
		}
		if p.atLineEnd() {
			break
		}
	}
	if !p.atLineEnd() {
		p.push(l, p.rest())
	}
	p.accept(pytoken.Newline)
}

// rest makes what it can of a line that goes on after its statement should have ended.
func (p *Parser) rest() Node {
	p.fault("invalid syntax")
	start := p.start()
	var l list
	for !p.atLineEnd() {
		at := p.pos
		switch {
		case canStart[p.k] || p.k == pytoken.Star:
			p.push(&l, p.starExprs())
		case isSimpleKeyword(p.k):
			p.push(&l, p.simple())
		}
		if p.pos == at {
			p.next()
		}
	}
	return p.add(Error, start, l.first)
}

func isSimpleKeyword(k pytoken.Kind) bool {
	switch k {
	case pytoken.KwReturn, pytoken.KwRaise, pytoken.KwAssert, pytoken.KwDel, pytoken.KwImport, pytoken.KwFrom:
		return true
	}
	return false
}

// simple reads one simple statement.
func (p *Parser) simple() Node {
	start := p.start()
	switch p.k {
	case pytoken.KwReturn:
		p.next()
		var value Node
		if canStart[p.k] || p.k == pytoken.Star {
			value = p.starExprs()
		}
		return p.add(Return, start, value)
	case pytoken.KwImport:
		return p.importStmt(start, 0)
	case pytoken.KwFrom:
		return p.importFrom(start, 0)
	case pytoken.KwRaise:
		return p.raise()
	case pytoken.KwPass:
		return p.leaf(Pass, 0)
	case pytoken.KwBreak:
		return p.leaf(Break, 0)
	case pytoken.KwContinue:
		return p.leaf(Continue, 0)
	case pytoken.KwAssert:
		p.next()
		n := p.expr()
		if p.accept(pytoken.Comma) {
			p.pair(n, p.expr())
		}
		return p.add(Assert, start, n)
	case pytoken.KwDel:
		return p.delete()
	case pytoken.KwGlobal:
		return p.names(Global)
	case pytoken.KwNonlocal:
		return p.names(Nonlocal)
	case pytoken.Name:
		switch next := p.peek(1); {
		case next == pytoken.Name && p.isWord("type") && (p.peek(2) == pytoken.Assign || p.peek(2) == pytoken.LSqb):
			return p.typeAlias()
		case next == pytoken.KwImport && p.isWord("lazy"):
			p.next()
			return p.importStmt(start, FlagLazy)
		case next == pytoken.KwFrom && p.isWord("lazy"):
			p.next()
			return p.importFrom(start, FlagLazy)
		}
	}
	return p.assignment()
}

func (p *Parser) raise() Node {
	start := p.start()
	p.next()
	var n Node
	if canStart[p.k] {
		n = p.expr()
		if p.accept(pytoken.KwFrom) {
			p.pair(n, p.expr())
		}
	}
	return p.add(Raise, start, n)
}

func (p *Parser) delete() Node {
	start := p.start()
	p.next()
	var l list
	for {
		n := p.binary(precBitOr)
		p.target(n, FlagDel)
		p.push(&l, n)
		if !p.accept(pytoken.Comma) || !canStart[p.k] {
			break
		}
	}
	return p.add(Delete, start, l.first)
}

func (p *Parser) names(k Kind) Node {
	start := p.start()
	p.next()
	var l list
	for {
		if p.k != pytoken.Name {
			p.fault("expected a name")
			break
		}
		p.push(&l, p.leaf(Identifier, 0))
		if !p.accept(pytoken.Comma) {
			break
		}
	}
	return p.add(k, start, l.first)
}

func (p *Parser) typeAlias() Node {
	start := p.start()
	p.next()
	var l list
	name := p.leaf(Name, 0)
	p.nodes[name].flags |= FlagStore
	p.push(&l, name)
	p.push(&l, p.typeParams())
	p.expect(pytoken.Assign)
	p.push(&l, p.expr())
	return p.add(TypeAlias, start, l.first)
}

// assignment reads an assignment of any sort, or an expression.
func (p *Parser) assignment() Node {
	start := p.start()
	n := p.yieldOrStarExprs()
	switch {
	case p.k == pytoken.Assign:
		var l list
		p.push(&l, n)
		for p.accept(pytoken.Assign) {
			p.target(l.last, FlagStore)
			p.push(&l, p.yieldOrStarExprs())
		}
		return p.add(Assign, start, l.first)
	case p.k >= pytoken.PlusEq && p.k <= pytoken.CaretEq:
		switch p.nodes[n].kind {
		case Name, Attribute, Subscript:
			p.nodes[n].flags |= FlagStore
		case Error:
		default:
			p.faultAt(p.nodes[n].start, "illegal expression for augmented assignment")
		}
		op := binaryOps[p.k-pytoken.PlusEq]
		p.next()
		p.pair(n, p.yieldOrStarExprs())
		return p.addOp(AugAssign, op, start, n)
	case p.k == pytoken.Colon:
		return p.annotated(start, n)
	}
	return p.add(ExprStmt, start, n)
}

func (p *Parser) annotated(start uint32, n Node) Node {
	var flags uint8
	switch p.nodes[n].kind {
	case Name:
		if p.nodes[n].flags&FlagParens == 0 {
			flags = FlagSimple
		}
		p.nodes[n].flags |= FlagStore
	case Attribute, Subscript:
		p.nodes[n].flags |= FlagStore
	default:
		// More likely a compound statement gone wrong than an annotation.
		p.fault("only single targets can be annotated")
	}
	p.next()
	var l list
	p.push(&l, n)
	p.push(&l, p.expr())
	if p.accept(pytoken.Assign) {
		p.push(&l, p.yieldOrStarExprs())
	}
	s := p.add(AnnAssign, start, l.first)
	p.nodes[s].flags = flags
	return s
}

func (p *Parser) yieldOrStarExprs() Node {
	if p.k == pytoken.KwYield {
		return p.yield()
	}
	return p.starExprs()
}

// target marks n as assigned to or deleted, and what it holds; the source of n has been read as an expression.
func (p *Parser) target(n Node, flag uint8) {
	r := &p.nodes[n]
	switch r.kind {
	case Name, Attribute, Subscript:
		r.flags |= flag
	case Tuple, List:
		r.flags |= flag
		for c := r.child; c != 0; c = p.nodes[c].next {
			p.target(c, flag)
		}
	case Starred:
		if flag == FlagDel {
			p.faultAt(r.start, "cannot delete starred")
		} else if p.nodes[r.child].kind == Starred {
			p.faultAt(r.start, "cannot assign to starred")
		}
		r.flags |= flag
		p.target(r.child, flag)
	case Error:
	default:
		if flag == FlagDel {
			p.faultAt(r.start, "cannot delete this expression")
		} else {
			p.faultAt(r.start, "cannot assign to this expression")
		}
	}
}
