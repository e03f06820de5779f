package pytoken

import "unicode/utf8"

// Classes of a byte that starts a token.
const (
	clOther   = iota
	clBlank   // space, tab, form feed
	clEOL     // \n and \r
	clName    // letters, _, everything that is not ASCII
	clDigit   // 0-9
	clQuote   // ' and "
	clComment // #
	clDot     // .
	clBack    // \
	clSingle  // an operator of one character that no longer operator starts with
	clOp      // other operators
)

var class [256]uint8

// nameByte is not 0 for the bytes that a name goes on with.
var nameByte [256]uint8

// notASCII is nameByte of the bytes that only a look at the encoding tells whether they belong there.
const notASCII = 2

// single is the Kind of an operator of one character that starts no longer one.
var single [256]Kind

// plain is the Kind of a clOp byte that starts longer operators, where none of them follows: where the next byte is not
// longer. Brackets and colons are not among them, they have more to do.
var (
	plain  [256]Kind
	longer = [256]bool{'=': true, '*': true, '/': true, '>': true, '<': true}
)

// keywordLengths has bit n set where a keyword of n letters starts with the byte.
var keywordLengths [256]uint16

func init() {
	for i := range 256 {
		c := byte(i)
		switch {
		case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf:
			class[c], nameByte[c] = clName, 1
			if c >= utf8.RuneSelf {
				nameByte[c] = notASCII
			}
		case c >= '0' && c <= '9':
			class[c], nameByte[c] = clDigit, 1
		}
	}
	for c, k := range map[byte]Kind{
		')': RPar, ']': RSqb, '}': RBrace, '(': LPar, '[': LSqb, '{': LBrace, ',': Comma, ';': Semi, '~': Tilde,
	} {
		single[c] = k
	}
	class[','], class[';'], class['~'] = clSingle, clSingle, clSingle
	class[' '], class['\t'], class['\f'] = clBlank, clBlank, clBlank
	class['\n'], class['\r'] = clEOL, clEOL
	class['\''], class['"'] = clQuote, clQuote
	class['#'], class['.'], class['\\'] = clComment, clDot, clBack
	for _, c := range "()[]{}:@+-*/%&|^<>=!" {
		class[c] = clOp
	}
	for c, k := range map[byte]Kind{
		'=': Assign, '+': Plus, '-': Minus, '*': Star, '/': Slash, '%': Percent, '@': At, '&': Amp, '|': Pipe, '^': Caret,
		'<': Less, '>': Greater,
	} {
		plain[c] = k
	}
	for k := KwFalse; k <= KwYield; k++ {
		w := names[k][1 : len(names[k])-1]
		keywordLengths[w[0]] |= 1 << len(w)
	}
}
