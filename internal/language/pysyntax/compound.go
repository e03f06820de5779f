package pysyntax

import "aiohub/internal/language/pytoken"

// block reads a colon and the body after it, on the same line or indented.
func (p *Parser) block(k Kind) Node {
	var l list
	if !p.expect(pytoken.Colon) && !p.atLineEnd() {
		p.push(&l, p.rest())
	}
	if p.k != pytoken.Newline {
		p.simpleLine(&l)
	} else {
		p.next()
		if p.k != pytoken.Indent {
			p.fault("expected an indented block")
		} else {
			p.next()
			if p.enter() {
				p.statements(&l)
				p.leave()
			}
			p.accept(pytoken.Dedent)
		}
	}
	start := p.last
	if l.first != 0 {
		start = p.nodes[l.first].start
		if k := p.nodes[l.first]; (k.kind == FunctionDef || k.kind == ClassDef) && p.nodes[k.child].kind == Decorator {
			start = p.nodes[k.child].start
		}
	}
	return p.add(k, start, l.first)
}

func (p *Parser) elseBlock(l *list) {
	if p.accept(pytoken.KwElse) {
		p.push(l, p.block(ElseBlock))
	}
}

// ifStmt reads an if with its elifs. Each elif is the last child of the one before; the loop keeps a long chain off the
// stack and sets the ends afterwards.
func (p *Parser) ifStmt(flags uint8) Node {
	outer := len(p.nodes)
	p.nodes = append(p.nodes, node{kind: If, start: p.start(), flags: flags})
	top := Node(outer)
	cur := top
	for count := 0; ; count++ {
		p.next()
		var l list
		p.push(&l, p.namedExpr())
		p.push(&l, p.block(Block))
		p.nodes[cur].child = l.first
		if p.k == pytoken.KwElif && count < maxElif {
			p.nodes = append(p.nodes, node{kind: If, start: p.start(), flags: FlagElif})
			elif := Node(len(p.nodes) - 1)
			p.push(&l, elif)
			cur = elif
			continue
		}
		p.elseBlock(&l)
		break
	}
	for n := top; ; n = p.tree.lastOf(p.nodes, n) {
		p.nodes[n].end = p.last
		if n == cur {
			return top
		}
	}
}

// lastOf is Last on an arena that is still being built.
func (t *Tree) lastOf(nodes []node, n Node) Node {
	c := nodes[n].child
	for nodes[c].next != 0 {
		c = nodes[c].next
	}
	return c
}

func (p *Parser) while() Node {
	start := p.start()
	p.next()
	var l list
	p.push(&l, p.namedExpr())
	p.push(&l, p.block(Block))
	p.elseBlock(&l)
	return p.add(While, start, l.first)
}

func (p *Parser) forStmt(start uint32, flags uint8) Node {
	p.next()
	var l list
	p.push(&l, p.targets())
	p.expect(pytoken.KwIn)
	p.push(&l, p.starExprs())
	p.push(&l, p.block(Block))
	p.elseBlock(&l)
	n := p.add(For, start, l.first)
	p.nodes[n].flags = flags
	return n
}

func (p *Parser) try() Node {
	start := p.start()
	p.next()
	var l list
	var flags uint8
	p.push(&l, p.block(Block))
	handlers := 0
	for p.k == pytoken.KwExcept {
		h, star := p.handler()
		if handlers > 0 && star != flags {
			p.faultAt(p.nodes[h].start, "cannot have both 'except' and 'except*' on the same 'try'")
		}
		flags = star
		handlers++
		p.push(&l, h)
	}
	if handlers > 0 {
		p.elseBlock(&l)
	}
	if p.accept(pytoken.KwFinally) {
		p.push(&l, p.block(FinallyBlock))
	} else if handlers == 0 {
		p.fault("expected 'except' or 'finally' block")
	}
	n := p.add(Try, start, l.first)
	p.nodes[n].flags = flags
	return n
}

func (p *Parser) handler() (n Node, flags uint8) {
	start := p.start()
	p.next()
	if p.accept(pytoken.Star) {
		flags = FlagStar
		if p.k == pytoken.Colon {
			p.fault("expected one or more exception types")
		}
	}
	var l list
	tok := 0
	if p.k != pytoken.Colon {
		first := p.start()
		typ := p.expr()
		if p.k == pytoken.Comma {
			typ = p.tupleAfter(first, typ, p.expr)
			if p.k == pytoken.KwAs {
				p.fault("multiple exception types must be parenthesized when using 'as'")
			}
		}
		p.push(&l, typ)
		if p.accept(pytoken.KwAs) {
			if tok = p.pos; p.k != pytoken.Name {
				tok = 0
			}
			p.expect(pytoken.Name)
		}
	}
	p.push(&l, p.block(Block))
	return p.addTok(ExceptHandler, tok, start, l.first), flags
}

func (p *Parser) with(start uint32, flags uint8) Node {
	p.next()
	var l list
	if p.k != pytoken.LPar || !p.parenthesizedItems(&l) {
		for {
			p.push(&l, p.withItem())
			if !p.accept(pytoken.Comma) {
				break
			}
		}
	}
	p.push(&l, p.block(Block))
	n := p.add(With, start, l.first)
	p.nodes[n].flags = flags
	return n
}

func (p *Parser) withItem() Node {
	start := p.start()
	n := p.expr()
	if p.accept(pytoken.KwAs) {
		target := p.starTarget()
		p.target(target, FlagStore)
		p.pair(n, target)
	}
	return p.add(WithItem, start, n)
}

// parenthesizedItems reads `(a as b, c)` before a colon. The same text may be an expression, `(yield)` or `(a, *b)`;
// then it undoes what it read.
func (p *Parser) parenthesizedItems(l *list) bool {
	if closing := p.matching(); p.toks[closing+1].Kind != pytoken.Colon || closing == p.pos+1 {
		return false
	}
	pos, last, nodes, faults, failed, chain := p.pos, p.last, len(p.nodes), len(p.tree.Errors), p.failed, p.chain
	p.next()
	for {
		p.push(l, p.withItem())
		if !p.accept(pytoken.Comma) || p.k == pytoken.RPar {
			break
		}
	}
	if p.accept(pytoken.RPar) && p.k == pytoken.Colon && len(p.tree.Errors) == faults {
		return true
	}
	p.pos, p.k, p.last, p.nodes, p.failed, p.chain = pos, p.toks[pos].Kind, last, p.nodes[:nodes], failed, chain
	p.tree.Errors = p.tree.Errors[:faults]
	*l = list{}
	return false
}

// matching is the index of the token that closes the bracket at the current token, or of the end of the line.
func (p *Parser) matching() int {
	depth := 0
	for i := p.pos; ; i++ {
		switch p.toks[i].Kind {
		case pytoken.LPar, pytoken.LSqb, pytoken.LBrace:
			depth++
		case pytoken.RPar, pytoken.RSqb, pytoken.RBrace:
			if depth--; depth == 0 {
				return i
			}
		case pytoken.Newline, pytoken.EOF, pytoken.Indent, pytoken.Dedent:
			return max(i-1, p.pos)
		}
	}
}

func (p *Parser) async(l list) Node {
	start := p.start()
	switch p.peek(1) {
	case pytoken.KwDef:
		p.next()
		return p.functionDef(start, FlagAsync, l)
	case pytoken.KwFor:
		p.next()
		return p.forStmt(start, FlagAsync)
	case pytoken.KwWith:
		p.next()
		return p.with(start, FlagAsync)
	}
	p.next()
	p.fault("expected 'def', 'for' or 'with' after 'async'")
	return p.add(Error, start, 0)
}

func (p *Parser) decorated() Node {
	var l list
	first := p.start()
	for p.k == pytoken.At {
		start := p.start()
		p.next()
		p.push(&l, p.add(Decorator, start, p.namedExpr()))
		if !p.atLineEnd() {
			p.push(&l, p.rest())
		}
		p.accept(pytoken.Newline)
	}
	switch {
	case p.k == pytoken.KwDef:
		return p.functionDef(p.start(), 0, l)
	case p.k == pytoken.KwClass:
		return p.classDef(l)
	case p.k == pytoken.KwAsync && p.peek(1) == pytoken.KwDef:
		return p.async(l)
	}
	p.fault("expected a function or class after the decorator")
	return p.add(Error, first, l.first)
}

// name reads a name that has to be there and gives its token, or 0.
func (p *Parser) name() int {
	if p.k != pytoken.Name {
		p.fault("expected a name")
		return 0
	}
	p.next()
	return p.pos - 1
}

func (p *Parser) functionDef(start uint32, flags uint8, l list) Node {
	p.next()
	tok := p.name()
	p.push(&l, p.typeParams())
	open := p.start()
	p.expect(pytoken.LPar)
	params := p.params(pytoken.RPar)
	p.closing(pytoken.RPar)
	p.nodes[params].start, p.nodes[params].end = open, p.last
	p.push(&l, params)
	if p.accept(pytoken.Arrow) {
		p.push(&l, p.expr())
	}
	p.push(&l, p.block(Block))
	n := p.addTok(FunctionDef, tok, start, l.first)
	p.nodes[n].flags = flags
	return n
}

func (p *Parser) classDef(l list) Node {
	start := p.start()
	p.next()
	tok := p.name()
	p.push(&l, p.typeParams())
	if p.k == pytoken.LPar {
		p.arguments(&l)
	}
	p.push(&l, p.block(Block))
	return p.addTok(ClassDef, tok, start, l.first)
}
