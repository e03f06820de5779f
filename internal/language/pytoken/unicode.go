package pytoken

import "unicode"

// Identifiers follow UAX 31 with NFKC: letters, letter-like numbers, `_`, and after the first also marks, digits and
// connectors. U+2118, U+212E, U+309B and U+309C are letters by exception, U+00B7, U+0387, U+1369-1371 and U+19DA parts.

var nameStart = []*unicode.RangeTable{unicode.L, unicode.Nl, unicode.Other_ID_Start}
var namePart = []*unicode.RangeTable{unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue}

// notName is what those classes hold but whose NFKC form starts with something else.
func notName(r rune) bool {
	switch {
	case r == 0x037A, r == 0x0E33, r == 0x0EB3, r == 0x309B, r == 0x309C, r == 0xFF9E, r == 0xFF9F, r == 0x2E2F:
		return true
	case r >= 0xFC5E && r <= 0xFC63, r >= 0xFDFA && r <= 0xFDFB:
		return true
	case r == 0xFE70, r == 0xFE72, r == 0xFE74, r == 0xFE76, r == 0xFE78, r == 0xFE7A, r == 0xFE7C, r == 0xFE7E:
		return true
	}
	return false
}

func isNameStart(r rune) bool {
	if r < 0x80 {
		return r == '_' || r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.In(r, nameStart...) && !notName(r)
}

func isNamePart(r rune) bool {
	if r < 0x80 {
		return nameByte[r] != 0
	}
	if notName(r) {
		// These may follow, except the ones that compatibility mapping turns into a space or punctuation.
		return r == 0x0E33 || r == 0x0EB3 || r == 0xFF9E || r == 0xFF9F
	}
	return unicode.In(r, nameStart...) || unicode.In(r, namePart...)
}
