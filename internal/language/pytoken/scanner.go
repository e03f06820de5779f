package pytoken

import (
	"bytes"
	"fmt"
)

// maxErrors bounds what is kept of the faults of one file: a binary file has one in every line.
const maxErrors = 100

// Limits that CPython's tokenizer sets as well; code beyond them is no program.
const (
	maxIndents  = 100
	maxBrackets = 200
)

// Scanner makes tokens. The zero Scanner is ready; one that is used again keeps its buffers.
type Scanner struct {
	src      []byte // the shape
	file     []byte
	pos      int
	decode   Decoder
	toks     []Token
	comments []Span
	errs     []Error

	indents  []indent
	brackets []bracket
	fields   []field // the f-strings and replacement fields that are open, outermost first

	// What a first pass over a broken file found: see recoverable.
	recovering bool
	badOpen    []uint32 // brackets that are never closed, in order
	badString  []uint32 // the triple-quoted string, if any, that is not closed where it should be
	badDepth   int      // how many of brackets are in badOpen
}

// Decoder gives the first character of b and its size in bytes, in the encoding of a file; utf8.DecodeRune is one.
type Decoder func(b []byte) (r rune, size int)

type indent struct {
	col    int // tabs to the next multiple of 8
	altCol int // tabs count 1: both must agree in how blocks nest
}

type bracket struct {
	pos   uint32
	close byte
}

// field is an entry of the stack that says how bytes are read inside f-strings.
type field struct {
	mode  fieldMode
	quote byte
	form  Form
	depth int // fieldExpr: number of brackets when its own brace is the innermost
}

type fieldMode uint8

const (
	fieldText fieldMode = iota // the literal part of an f-string
	fieldExpr                  // an expression between braces
	fieldSpec                  // a format specification
)

// Scan fills s with the tokens of src. shape is src, or a copy of it in which every character that is not ASCII has no
// ASCII byte. decode is the encoding of names that are not ASCII.
func (l *Scanner) Scan(s *Stream, src, shape []byte, decode Decoder) {
	l.src, l.file, l.decode = shape, src, decode
	l.toks, l.comments, l.errs = s.Tokens[:0], s.Comments[:0], s.Errors[:0]
	l.recovering = false
	l.badOpen, l.badString = l.badOpen[:0], l.badString[:0]
	l.run()
	if l.recoverable() {
		l.recovering = true
		l.toks, l.comments, l.errs = l.toks[:0], l.comments[:0], l.errs[:0]
		l.run()
	}
	s.Src, s.Tokens, s.Comments, s.Errors = src, l.toks, l.comments, l.errs
	l.src, l.file = nil, nil
}

func (l *Scanner) errorf(pos int, format string, args ...any) {
	if len(l.errs) < maxErrors {
		l.errs = append(l.errs, Error{uint32(pos), fmt.Sprintf(format, args...)})
	}
}

func (l *Scanner) emit(k Kind, start, end int) {
	l.toks = append(l.toks, Token{Start: uint32(start), End: uint32(end), Kind: k})
}

// run reads the whole file. Names and plain operators, three tokens in four, are read here with the position and the
// slice of tokens in local variables; everything else is a method that finds both in l.
func (l *Scanner) run() {
	src := l.src
	l.pos = 0
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		l.pos = 3
	}
	l.emit(Newline, 0, 0)
	l.indents = append(l.indents[:0], indent{})
	l.brackets, l.fields, l.badDepth = l.brackets[:0], l.fields[:0], 0
	l.lineStart()
	p, toks := l.pos, l.toks
	for p < len(src) {
		c := src[p]
		switch class[c] {
		case clBlank:
			p++
			continue
		case clSingle:
			toks = append(toks, Token{Start: uint32(p), End: uint32(p + 1), Kind: single[c]})
			p++
			continue
		case clName:
			q, seen := p+1, nameByte[c]
			for q < len(src) {
				b := nameByte[src[q]]
				if b == 0 {
					break
				}
				seen |= b
				q++
			}
			size := q - p
			if seen < notASCII && (size > 2 || q == len(src) || class[src[q]] != clQuote) {
				k := Name
				if keywordLengths[c]>>(uint(size)&31)&1 != 0 && size < 9 {
					k = keyword(src[p:q])
				}
				toks = append(toks, Token{Start: uint32(p), End: uint32(q), Kind: k})
				p = q
				continue
			}
			l.pos, l.toks = p, toks
			l.oddName(q, seen)
		case clOp:
			if k := plain[c]; k != 0 && (p+1 == len(src) || !longer[src[p+1]]) {
				toks = append(toks, Token{Start: uint32(p), End: uint32(p + 1), Kind: k})
				p++
				continue
			}
			l.pos, l.toks = p, toks
			l.operator(c)
		case clEOL:
			l.pos, l.toks = p, toks
			l.skipEOL()
			if len(l.brackets) == 0 {
				l.emit(Newline, p, l.pos)
				l.lineStart()
			} else if l.badDepth > 0 {
				l.endBrokenLine(p)
			}
		default:
			l.pos, l.toks = p, toks
			l.rare(c)
		}
		p, toks = l.pos, l.toks
	}
	l.pos, l.toks = p, toks
	l.finish()
}

// rare reads what starts with a byte of a class that run does not know.
func (l *Scanner) rare(c byte) {
	src, p := l.src, l.pos
	switch class[c] {
	case clQuote:
		l.stringLiteral(p, 0)
	case clDigit:
		l.number()
	case clComment:
		l.comment()
	case clDot:
		switch {
		case p+1 < len(src) && src[p+1]-'0' <= 9:
			l.number()
		case p+2 < len(src) && src[p+1] == '.' && src[p+2] == '.':
			l.emit(Ellipsis, p, p+3)
			l.pos += 3
		default:
			l.emit(Dot, p, p+1)
			l.pos++
		}
	case clBack:
		if !l.continuation() {
			l.errorf(p, "unexpected character after line continuation character")
			l.bad(p, p+1)
		}
	default:
		if c != 0 {
			l.errorf(p, "invalid character %q", c)
		}
		end := p + 1
		for end < len(src) && class[src[end]] == clOther {
			end++
		}
		l.bad(p, end)
	}
}

func (l *Scanner) bad(start, end int) {
	l.emit(Bad, start, end)
	l.pos = end
}

// finish ends the last line and all blocks.
func (l *Scanner) finish() {
	n := len(l.src)
	if len(l.brackets) > 0 {
		// Only the first pass can tell which bracket is to blame.
		if !l.recovering {
			for _, b := range l.brackets {
				l.badOpen = append(l.badOpen, b.pos)
			}
		}
		b := l.brackets[len(l.brackets)-1]
		l.errorf(int(b.pos), "'%c' was never closed", l.src[b.pos])
		l.brackets = l.brackets[:0]
	}
	if k := len(l.toks); k > 0 && l.toks[k-1].Kind != Newline && l.toks[k-1].Kind != Dedent {
		l.emit(Newline, n, n)
	}
	for range l.indents[1:] {
		l.emit(Dedent, n, n)
	}
	l.emit(EOF, n, n)
}

func (l *Scanner) skipEOL() {
	if l.src[l.pos] == '\r' && l.pos+1 < len(l.src) && l.src[l.pos+1] == '\n' {
		l.pos++
	}
	l.pos++
}

func (l *Scanner) comment() {
	src, p := l.src, l.pos+1
	for p < len(src) && src[p] != '\n' && src[p] != '\r' {
		p++
	}
	l.comments = append(l.comments, Span{uint32(l.pos), uint32(p)})
	l.pos = p
}

// continuation skips a backslash with the line end after it.
func (l *Scanner) continuation() bool {
	p := l.pos + 1
	if p >= len(l.src) || l.src[p] != '\n' && l.src[p] != '\r' {
		return false
	}
	l.pos = p
	l.skipEOL()
	if l.pos >= len(l.src) {
		l.errorf(p, "unexpected EOF after line continuation")
	}
	return true
}

// lineStart skips blank lines and turns the indentation of the next one into tokens.
func (l *Scanner) lineStart() {
	src := l.src
	top := l.indents[len(l.indents)-1]
	for {
		// Most lines are blank or as deep as the one before, and indented with blanks.
		q := l.pos
		for q < len(src) && src[q] == ' ' {
			q++
		}
		if q < len(src) {
			switch class[src[q]] {
			case clEOL:
				l.pos = q
				l.skipEOL()
				continue
			case clName:
				if q-l.pos == top.col && top.altCol == top.col {
					l.pos = q
					return
				}
			}
		}
		var in, cont indent
		p := l.pos
	blanks:
		for p < len(src) {
			switch src[p] {
			case ' ':
				in.col++
				in.altCol++
			case '\t':
				in.col = (in.col/8 + 1) * 8
				in.altCol++
			case '\f':
				in = indent{}
			case '\\':
				// The first line that is indented at all says how far.
				if cont.col == 0 {
					cont = in
				}
				l.pos = p
				if !l.continuation() {
					break blanks
				}
				p = l.pos
				continue
			default:
				break blanks
			}
			p++
		}
		l.pos = p
		if p >= len(src) {
			return
		}
		switch src[p] {
		case '\n', '\r':
			l.skipEOL()
			continue
		case '#':
			l.comment()
			continue
		}
		if cont.col != 0 {
			in.col, in.altCol = cont.col, cont.col
		}
		l.indentTo(in)
		return
	}
}

func (l *Scanner) indentTo(in indent) {
	p := l.pos
	top := l.indents[len(l.indents)-1]
	switch {
	case in.col == top.col:
		if in.altCol != top.altCol {
			l.errorf(p, "inconsistent use of tabs and spaces in indentation")
		}
	case in.col > top.col:
		if in.altCol <= top.altCol {
			l.errorf(p, "inconsistent use of tabs and spaces in indentation")
		}
		if len(l.indents) == maxIndents {
			l.errorf(p, "too many levels of indentation")
		}
		l.indents = append(l.indents, in)
		l.emit(Indent, p, p)
	default:
		for in.col < top.col {
			l.indents = l.indents[:len(l.indents)-1]
			l.emit(Dedent, p, p)
			top = l.indents[len(l.indents)-1]
		}
		if in.col != top.col {
			// The line goes with the outer block.
			l.errorf(p, "unindent does not match any outer indentation level")
		} else if in.altCol != top.altCol {
			l.errorf(p, "inconsistent use of tabs and spaces in indentation")
		}
	}
}
