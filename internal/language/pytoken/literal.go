package pytoken

// stringPrefix reads the letters before a quote. f is 'f' or 't' where they make an f-string or a t-string.
func stringPrefix(b []byte) (form Form, f byte, ok bool) {
	for _, c := range b {
		switch c | 0x20 {
		case 'r':
			if form&Raw != 0 {
				return 0, 0, false
			}
			form |= Raw
		case 'b':
			if form&Bytes != 0 {
				return 0, 0, false
			}
			form |= Bytes
		case 'u':
			form |= Unicode
		case 'f', 't':
			if f != 0 {
				return 0, 0, false
			}
			f = c | 0x20
		default:
			return 0, 0, false
		}
	}
	if form&Unicode != 0 && len(b) > 1 || f != 0 && form&Bytes != 0 {
		return 0, 0, false
	}
	return form, f, true
}

// stringLiteral reads a literal that starts at start and whose first quote is at l.pos.
func (l *Scanner) stringLiteral(start int, form Form) {
	src, p := l.src, l.pos
	quote := src[p]
	if p+2 < len(src) && src[p+1] == quote && src[p+2] == quote {
		l.tripleString(start, form|Triple, quote)
		return
	}
	p++
	var all byte
	for p < len(src) {
		c := src[p]
		switch c {
		case quote:
			l.endString(start, p+1, form, all)
			return
		case '\\':
			form |= Escaped
			p = l.skipEscape(p)
			continue
		case '\n', '\r':
			l.errorf(start, "unterminated string literal")
			l.endString(start, p, form, all)
			return
		}
		all |= c
		p++
	}
	l.errorf(start, "unterminated string literal")
	l.endString(start, len(src), form, all)
}

// skipEscape is the offset after the backslash at p and what it escapes; a line end counts as one.
func (l *Scanner) skipEscape(p int) int {
	if p+2 < len(l.src) && l.src[p+1] == '\r' && l.src[p+2] == '\n' {
		p++
	}
	return min(p+2, len(l.src))
}

func (l *Scanner) tripleString(start int, form Form, quote byte) {
	src, p := l.src, l.pos+3
	if l.recovering && len(l.badString) > 0 && l.badString[0] == uint32(start) {
		for p < len(src) && src[p] != '\n' && src[p] != '\r' {
			p++
		}
		l.errorf(start, "unterminated triple-quoted string literal")
		l.endString(start, p, form, 0)
		return
	}
	var all byte
	for p < len(src) {
		c := src[p]
		if c == quote {
			if p+2 < len(src) && src[p+1] == quote && src[p+2] == quote {
				if !l.recovering && len(l.badString) == 0 && opensRather(src[p+3:]) {
					l.badString = append(l.badString, uint32(start))
				}
				l.endString(start, p+3, form, all)
				return
			}
		} else if c == '\\' {
			form |= Escaped
			p = l.skipEscape(p)
			continue
		}
		all |= c
		p++
	}
	if !l.recovering && len(l.badString) == 0 {
		l.badString = append(l.badString, uint32(start))
	}
	l.errorf(start, "unterminated triple-quoted string literal")
	l.endString(start, len(src), form, all)
}

func (l *Scanner) endString(start, end int, form Form, all byte) {
	if all >= 0x80 && form&Bytes != 0 {
		l.errorf(start, "bytes can only contain ASCII literal characters")
	}
	if form&(Escaped|Raw) == Escaped {
		if p, msg := badEscape(l.src, start, end, form); msg != "" {
			l.errorf(p, "%s", msg)
		}
	}
	l.toks = append(l.toks, Token{Start: uint32(start), End: uint32(end), Kind: String, Form: form})
	l.pos = end
}

// badEscape finds an escape in a literal that CPython refuses; it only warns of unknown ones.
func badEscape(src []byte, start, end int, form Form) (pos int, msg string) {
	for p := start; p < end; p++ {
		if src[p] != '\\' || p+1 >= end {
			continue
		}
		p++
		digits, kind := 0, src[p]
		switch kind {
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		case 'N':
		default:
			continue
		}
		if kind != 'x' && form&Bytes != 0 {
			continue
		}
		if kind == 'N' {
			q := p + 1
			for q < end && src[q] != '}' {
				q++
			}
			if q >= end || src[p+1] != '{' || q == p+2 {
				return p - 1, "malformed \\N character escape"
			}
			continue
		}
		value := 0
		for i := 1; i <= digits; i++ {
			if p+i >= end || !isHex(src[p+i]) {
				if form&Bytes != 0 {
					return p - 1, "invalid \\x escape"
				}
				return p - 1, "truncated \\" + string(kind) + " escape"
			}
			value = value<<4 | hexValue(src[p+i])
		}
		if value > 0x10ffff {
			return p - 1, "illegal Unicode character"
		}
	}
	return 0, ""
}

func isHex(c byte) bool { return c-'0' <= 9 || (c|0x20)-'a' <= 5 }

func hexValue(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c|0x20) - 'a' + 10
}

// formatString reads the opening of an f-string or t-string; its text and fields are read by run.
func (l *Scanner) formatString(start int, f byte, form Form) {
	src, p := l.src, l.pos
	quote, size := src[p], 1
	if p+2 < len(src) && src[p+1] == quote && src[p+2] == quote {
		size, form = 3, form|Triple
	}
	k := FStart
	if f == 't' {
		k = TStart
	}
	l.pos = p + size
	l.toks = append(l.toks, Token{Start: uint32(start), End: uint32(l.pos), Kind: k, Form: form})
	l.fields = append(l.fields, field{mode: fieldText, quote: quote, form: form, depth: -1})
	l.literalText()
}

// literalText reads the text of an f-string or of a format specification, up to the brace that opens a field or the end
// of the f-string.
func (l *Scanner) literalText() {
	src, start, p := l.src, l.pos, l.pos
	f := l.fields[len(l.fields)-1]
	for p < len(src) {
		c := src[p]
		switch c {
		case '\\':
			p = l.skipTextEscape(p, f.form)
			continue
		case '{':
			if f.mode == fieldText && p+1 < len(src) && src[p+1] == '{' {
				p += 2
				continue
			}
			l.text(start, p)
			l.open(LBrace, '}')
			f.mode, f.depth = fieldExpr, len(l.brackets)
			l.fields = append(l.fields, f)
			return
		case '}':
			if f.mode == fieldSpec {
				l.text(start, p)
				// The specification ends, its field with it, and the text around that goes on.
				p++
				l.emit(RBrace, p-1, p)
				l.popBrackets(len(l.brackets) - 1)
				l.fields = l.fields[:len(l.fields)-2]
				f = l.fields[len(l.fields)-1]
				start = p
				continue
			}
			if p+1 < len(src) && src[p+1] == '}' {
				p += 2
				continue
			}
			l.errorf(p, "f-string: single '}' is not allowed")
		case '\n', '\r':
			if f.form&Triple == 0 {
				l.text(start, p)
				l.errorf(p, "unterminated f-string literal")
				l.endText(p, p)
				return
			}
		case f.quote:
			size := 1
			if f.form&Triple != 0 {
				if size = 3; p+2 >= len(src) || src[p+1] != c || src[p+2] != c {
					break
				}
			}
			l.text(start, p)
			l.endText(p, p+size)
			return
		}
		p++
	}
	l.text(start, len(src))
	l.errorf(len(src), "unterminated f-string literal")
	l.endText(len(src), len(src))
}

// skipTextEscape is the offset after the backslash at p and what it escapes. A backslash does not escape a brace, and
// the braces of \N{...} are no field.
func (l *Scanner) skipTextEscape(p int, form Form) int {
	src := l.src
	if p+1 < len(src) {
		switch src[p+1] {
		case '{', '}':
			return p + 1
		case 'N':
			if form&Raw != 0 || p+2 >= len(src) || src[p+2] != '{' {
				return p + 2
			}
			for q := p + 3; q < len(src); q++ {
				switch src[q] {
				case '}':
					return q + 1
				case '\n', '\r', '"', '\'', '{':
					return q
				}
			}
		}
	}
	return l.skipEscape(p)
}

// text emits the literal text between start and l.pos = end.
func (l *Scanner) text(start, end int) {
	if start < end {
		f := l.fields[len(l.fields)-1]
		form := f.form
		for _, c := range l.src[start:end] {
			if c == '\\' {
				form |= Escaped
				break
			}
		}
		if form&(Escaped|Raw) == Escaped {
			if p, msg := badEscape(l.src, start, end, form); msg != "" {
				l.errorf(p, "%s", msg)
			}
		}
		l.toks = append(l.toks, Token{Start: uint32(start), End: uint32(end), Kind: FMiddle, Form: form})
	}
	l.pos = end
}

// endText closes the innermost f-string, with the fields that are open in it if it ends too early.
func (l *Scanner) endText(start, end int) {
	n := len(l.fields) - 1
	for l.fields[n].mode != fieldText {
		if l.fields[n].mode == fieldExpr {
			l.errorf(start, "f-string: expecting '}'")
			l.popBrackets(l.fields[n].depth - 1)
		}
		n--
	}
	l.fields = l.fields[:n]
	l.emit(FEnd, start, end)
	l.pos = end
}
