package pytoken

// oddName reads what starts like a name and ends before end, but has a quote after it or a byte that is not ASCII.
func (l *Scanner) oddName(end int, seen uint8) {
	src, start := l.src, l.pos
	if end-start <= 2 && end < len(src) && class[src[end]] == clQuote {
		if form, f, ok := stringPrefix(src[start:end]); ok {
			l.pos = end
			if f != 0 {
				l.formatString(start, f, form)
			} else {
				l.stringLiteral(start, form)
			}
			return
		}
	}
	k := Name
	if seen < notASCII {
		k = keyword(src[start:end])
	} else if end = l.checkName(start, end); end == start {
		return
	}
	l.pos = end
	l.emit(k, start, end)
}

// checkName looks at the characters of a name that is not ASCII and gives the end of the part that is a name.
func (l *Scanner) checkName(start, end int) int {
	for p := start; p < end; {
		r, size := l.decode(l.file[p:end])
		if p == start && isNameStart(r) || p > start && isNamePart(r) {
			p += size
			continue
		}
		l.errorf(p, "invalid character '%c' (U+%04X)", r, r)
		if p == start {
			l.bad(p, p+size)
			return start
		}
		return p
	}
	return end
}

func keyword(b []byte) Kind {
	switch string(b) {
	case "False":
		return KwFalse
	case "None":
		return KwNone
	case "True":
		return KwTrue
	case "and":
		return KwAnd
	case "as":
		return KwAs
	case "assert":
		return KwAssert
	case "async":
		return KwAsync
	case "await":
		return KwAwait
	case "break":
		return KwBreak
	case "class":
		return KwClass
	case "continue":
		return KwContinue
	case "def":
		return KwDef
	case "del":
		return KwDel
	case "elif":
		return KwElif
	case "else":
		return KwElse
	case "except":
		return KwExcept
	case "finally":
		return KwFinally
	case "for":
		return KwFor
	case "from":
		return KwFrom
	case "global":
		return KwGlobal
	case "if":
		return KwIf
	case "import":
		return KwImport
	case "in":
		return KwIn
	case "is":
		return KwIs
	case "lambda":
		return KwLambda
	case "nonlocal":
		return KwNonlocal
	case "not":
		return KwNot
	case "or":
		return KwOr
	case "pass":
		return KwPass
	case "raise":
		return KwRaise
	case "return":
		return KwReturn
	case "try":
		return KwTry
	case "while":
		return KwWhile
	case "with":
		return KwWith
	case "yield":
		return KwYield
	}
	return Name
}
