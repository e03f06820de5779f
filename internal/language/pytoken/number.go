package pytoken

// number reads a numeric literal at l.pos and says what is wrong with it in CPython's words.
func (l *Scanner) number() {
	src, start := l.src, l.pos
	p := start
	form := Int
	if src[p] == '0' && p+1 < len(src) {
		switch src[p+1] | 0x20 {
		case 'x':
			l.radix("hexadecimal", isHex)
			return
		case 'o':
			l.radix("octal", func(c byte) bool { return c-'0' <= 7 })
			return
		case 'b':
			l.radix("binary", func(c byte) bool { return c-'0' <= 1 })
			return
		}
	}
	p = l.digits(p)
	if p < len(src) && src[p] == '.' {
		form = Float
		if p++; p < len(src) && src[p]-'0' <= 9 {
			p = l.digits(p)
		}
	}
	if p < len(src) && src[p]|0x20 == 'e' {
		q := p + 1
		if q < len(src) && (src[q] == '+' || src[q] == '-') {
			q++
		}
		if q < len(src) && src[q]-'0' <= 9 {
			form = Float
			p = l.digits(q)
		} else if q > p+1 {
			l.errorf(p, "invalid decimal literal")
			p = q
		}
	}
	if p < len(src) && src[p]|0x20 == 'j' {
		form = Complex
		p++
	}
	if form == Int && src[start] == '0' && p-start > 1 {
		for _, c := range src[start:p] {
			if c != '0' && c != '_' {
				l.errorf(start, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
				break
			}
		}
	}
	l.endNumber(start, p, form, "decimal")
}

// digits skips decimal digits with single underscores between them.
func (l *Scanner) digits(p int) int {
	src := l.src
	for p < len(src) {
		if src[p]-'0' <= 9 {
			p++
			continue
		}
		if src[p] != '_' {
			break
		}
		if p++; p >= len(src) || src[p]-'0' > 9 {
			l.errorf(p-1, "invalid decimal literal")
			break
		}
	}
	return p
}

func (l *Scanner) radix(name string, isDigit func(byte) bool) {
	src, p := l.src, l.pos+2
	for {
		if p < len(src) && src[p] == '_' {
			p++
		}
		if p >= len(src) || !isDigit(src[p]) {
			l.errorf(l.pos, "invalid %s literal", name)
			break
		}
		for p < len(src) && isDigit(src[p]) {
			p++
		}
		if p >= len(src) || src[p] != '_' {
			break
		}
	}
	l.endNumber(l.pos, p, Int, name)
}

// endNumber emits a number. A keyword may follow at once (`1if x else y`), another name may not.
func (l *Scanner) endNumber(start, p int, form Form, name string) {
	src := l.src
	if p < len(src) && nameByte[src[p]] != 0 {
		end := p
		for end < len(src) && nameByte[src[end]] != 0 {
			end++
		}
		switch keyword(src[p:end]) {
		case KwAnd, KwElse, KwFor, KwIf, KwIn, KwIs, KwNot, KwOr:
		default:
			l.errorf(start, "invalid %s literal", name)
			p = end
		}
	}
	l.toks = append(l.toks, Token{Start: uint32(start), End: uint32(p), Kind: Number, Form: form})
	l.pos = p
}
