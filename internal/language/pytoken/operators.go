package pytoken

func (l *Scanner) operator(c byte) {
	src, p := l.src, l.pos
	var c1, c2 byte
	if p+1 < len(src) {
		c1 = src[p+1]
	}
	if p+2 < len(src) {
		c2 = src[p+2]
	}
	k, size := Bad, 1
	switch c {
	case '(':
		l.open(LPar, ')')
		return
	case '[':
		l.open(LSqb, ']')
		return
	case '{':
		l.open(LBrace, '}')
		return
	case ')', ']', '}':
		l.close(single[c], c)
		return
	case ':':
		k = Colon
		if len(l.fields) > 0 {
			if f := l.fields[len(l.fields)-1]; len(l.brackets) == f.depth {
				f.mode = fieldSpec
				l.fields = append(l.fields, f)
				l.emit(Colon, p, p+1)
				l.pos++
				l.literalText()
				return
			}
		}
		if c1 == '=' {
			k, size = Walrus, 2
		}
	case '=':
		k = Assign
		if c1 == '=' {
			k, size = Equal, 2
		}
	case '!':
		k = Excl
		if c1 == '=' {
			k, size = NotEqual, 2
		}
	case '-':
		k = Minus
		if c1 == '>' {
			k, size = Arrow, 2
		} else if c1 == '=' {
			k, size = MinusEq, 2
		}
	case '<':
		switch {
		case c1 == '<' && c2 == '=':
			k, size = LShiftEq, 3
		case c1 == '<':
			k, size = LShift, 2
		case c1 == '=':
			k, size = LessEq, 2
		case c1 == '>':
			k, size = NotEqual, 2
			l.errorf(p, "invalid syntax: use '!='")
		default:
			k = Less
		}
	case '>':
		switch {
		case c1 == '>' && c2 == '=':
			k, size = RShiftEq, 3
		case c1 == '>':
			k, size = RShift, 2
		case c1 == '=':
			k, size = GreaterEq, 2
		default:
			k = Greater
		}
	case '*':
		k, size = doubled(c, c1, c2, Star, DStar)
	case '/':
		k, size = doubled(c, c1, c2, Slash, DSlash)
	default:
		switch c {
		case '+':
			k = Plus
		case '%':
			k = Percent
		case '@':
			k = At
		case '&':
			k = Amp
		case '|':
			k = Pipe
		case '^':
			k = Caret
		}
		if c1 == '=' {
			k, size = k+(PlusEq-Plus), 2
		}
	}
	l.emit(k, p, p+size)
	l.pos = p + size
}

// doubled reads an operator that may be doubled and may have a '=' after it.
func doubled(c, c1, c2 byte, one, two Kind) (Kind, int) {
	switch {
	case c1 == c && c2 == '=':
		return two + (PlusEq - Plus), 3
	case c1 == c:
		return two, 2
	case c1 == '=':
		return one + (PlusEq - Plus), 2
	}
	return one, 1
}

func (l *Scanner) open(k Kind, closer byte) {
	if len(l.brackets) == maxBrackets {
		l.errorf(l.pos, "too many nested parentheses")
	}
	if l.recovering && l.isBadOpen(uint32(l.pos)) {
		l.badDepth++
	}
	l.brackets = append(l.brackets, bracket{uint32(l.pos), closer})
	l.emit(k, l.pos, l.pos+1)
	l.pos++
}

func (l *Scanner) close(k Kind, c byte) {
	p := l.pos
	l.emit(k, p, p+1)
	l.pos++
	depth := len(l.brackets)
	if depth == 0 {
		l.errorf(p, "unmatched '%c'", c)
		return
	}
	if n := len(l.fields); n > 0 && l.fields[n-1].depth == depth {
		if c != '}' {
			// A field ends with its own brace; anything else inside it is a slip.
			l.errorf(p, "f-string: closing parenthesis '%c' does not match opening parenthesis '{'", c)
			return
		}
		l.fields = l.fields[:n-1]
		l.popBrackets(depth - 1)
		l.literalText()
		return
	} else if b := l.brackets[depth-1]; b.close != c {
		l.errorf(p, "closing parenthesis '%c' does not match opening parenthesis '%c'", c, l.src[b.pos])
	}
	l.popBrackets(depth - 1)
}

func (l *Scanner) popBrackets(depth int) {
	if l.badDepth > 0 {
		for _, b := range l.brackets[depth:] {
			if l.isBadOpen(b.pos) {
				l.badDepth--
			}
		}
	}
	l.brackets = l.brackets[:depth]
}
