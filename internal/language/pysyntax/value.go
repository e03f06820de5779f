package pysyntax

import (
	"strings"
	"unicode/utf8"

	"aiohub/internal/language/pytoken"
)

// StringValue is the value of n, a Constant that is a str, in UTF-8: escapes replaced, literals side by side joined. It
// reports false for any other node, for text of an f-string, and for literals with a \N{...}. A lone surrogate comes as
// its three bytes, which no valid UTF-8 has.
func (t *Tree) StringValue(n Node) (string, bool) {
	r := t.nodes[n]
	if r.kind != Constant || r.op != ConstStr {
		return "", false
	}
	i := int(r.tok)
	if t.Tokens[i].Kind != pytoken.String || t.Tokens[i].Start != r.start {
		if i = t.TokenAt(r.start); t.Tokens[i].Kind != pytoken.String {
			return "", false
		}
	}
	var b []byte
	for ; t.Tokens[i].Kind == pytoken.String && t.Tokens[i].Start < r.end; i++ {
		k := t.Tokens[i]
		body, ok := literalBody(t.Src[k.Start:k.End], k.Form)
		if !ok {
			return "", false
		}
		if k.Form&pytoken.Escaped == 0 && k.End == r.end && k.Start == r.start && strings.IndexByte(body, '\r') < 0 {
			return t.enc.Text([]byte(body)), true
		}
		if b, ok = t.appendValue(b, body, k.Form); !ok {
			return "", false
		}
	}
	return string(b), true
}

// literalBody is what stands between the quotes.
func literalBody(text []byte, form pytoken.Form) (string, bool) {
	i := 0
	for i < len(text) && text[i] != '"' && text[i] != '\'' {
		i++
	}
	if i == len(text) {
		return "", false // text of an f-string
	}
	size := 1
	if form&pytoken.Triple != 0 {
		size = 3
	}
	if len(text) < i+2*size || text[len(text)-1] != text[i] {
		return "", false
	}
	return string(text[i+size : len(text)-size]), true
}

func (t *Tree) appendValue(b []byte, s string, form pytoken.Form) ([]byte, bool) {
	raw := form&pytoken.Raw != 0
	for len(s) > 0 {
		c := s[0]
		switch {
		case c == '\r':
			if s = s[1:]; strings.HasPrefix(s, "\n") {
				s = s[1:]
			}
			b = append(b, '\n')
		case c == '\\' && !raw && len(s) > 1:
			var ok bool
			if b, s, ok = appendEscape(b, s[1:]); !ok {
				return nil, false
			}
		case c < utf8.RuneSelf || t.enc.IsUTF8():
			b = append(b, c)
			s = s[1:]
		default:
			r, size := t.enc.Rune([]byte(s))
			b = utf8.AppendRune(b, r)
			s = s[size:]
		}
	}
	return b, true
}

// appendEscape appends what the escape at the start of s, after its backslash, means, and gives the rest.
func appendEscape(b []byte, s string) (out []byte, rest string, ok bool) {
	c := s[0]
	switch c {
	case '\n':
		return b, s[1:], true
	case '\r':
		return b, strings.TrimPrefix(s[1:], "\n"), true
	case '\\', '\'', '"':
		return append(b, c), s[1:], true
	case 'a':
		return append(b, 7), s[1:], true
	case 'b':
		return append(b, 8), s[1:], true
	case 'f':
		return append(b, 12), s[1:], true
	case 'n':
		return append(b, 10), s[1:], true
	case 'r':
		return append(b, 13), s[1:], true
	case 't':
		return append(b, 9), s[1:], true
	case 'v':
		return append(b, 11), s[1:], true
	case '0', '1', '2', '3', '4', '5', '6', '7':
		v, i := rune(0), 0
		for i < 3 && i < len(s) && s[i]-'0' <= 7 {
			v = v<<3 | rune(s[i]-'0')
			i++
		}
		return utf8.AppendRune(b, v), s[i:], true
	case 'x':
		return appendHex(b, s[1:], 2)
	case 'u':
		return appendHex(b, s[1:], 4)
	case 'U':
		return appendHex(b, s[1:], 8)
	case 'N':
		return nil, "", false
	}
	return append(b, '\\'), s, true
}

func appendHex(b []byte, s string, digits int) (out []byte, rest string, ok bool) {
	if len(s) < digits {
		return nil, "", false
	}
	v := rune(0)
	for i := range digits {
		d := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if s[i] < '0' || d < 0 {
			return nil, "", false
		}
		v = v<<4 | rune(d)
	}
	if v >= 0xd800 && v < 0xe000 {
		return append(b, 0xe0|byte(v>>12), 0x80|byte(v>>6)&0x3f, 0x80|byte(v)&0x3f), s[digits:], true
	}
	if v < 0 || v > utf8.MaxRune {
		return nil, "", false
	}
	return utf8.AppendRune(b, v), s[digits:], true
}
