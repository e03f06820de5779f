package pytoken

import "slices"

// A bracket or a triple quote that is never closed swallows the rest of the file. The first pass over a file assumes
// that it is whole and only notes which openings were left over; where there are any, a second pass knows which lines
// to distrust. Files without such faults pay nothing, and no valid file is ever read by a rule of thumb.

// recoverable reports whether a second pass would find more.
func (l *Scanner) recoverable() bool { return len(l.badOpen) > 0 || len(l.badString) > 0 }

func (l *Scanner) isBadOpen(pos uint32) bool {
	_, found := slices.BinarySearch(l.badOpen, pos)
	return found
}

// endBrokenLine ends the logical line before the line end at eol if the line after it reads like a new statement: one
// that starts no further right than the statement with the open bracket, or with a word that no expression has.
func (l *Scanner) endBrokenLine(eol int) {
	src, p, col := l.src, l.pos, 0
	for p < len(src) && (src[p] == ' ' || src[p] == '\t') {
		if col++; src[p] == '\t' {
			col = (col + 7) / 8 * 8
		}
		p++
	}
	if p >= len(src) {
		return
	}
	start := p
	for p < len(src) && nameByte[src[p]] != 0 {
		p++
	}
	switch keyword(src[start:p]) {
	case KwAssert, KwBreak, KwClass, KwContinue, KwDef, KwDel, KwGlobal, KwImport, KwNonlocal, KwPass, KwRaise, KwReturn,
		KwTry, KwWhile, KwWith:
	default:
		if p == start && src[start] != '@' || col > l.indents[len(l.indents)-1].col {
			return
		}
	}
	b := l.brackets[len(l.brackets)-1]
	l.errorf(int(b.pos), "'%c' was never closed", src[b.pos])
	l.brackets, l.fields, l.badDepth = l.brackets[:0], l.fields[:0], 0
	l.emit(Newline, eol, l.pos)
	l.lineStart()
}

// opensRather reports whether rest, the source after closing triple quotes, looks as if they had opened a string: a
// word follows that no expression goes on with. Then the quotes that should have closed the string before are missing,
// and everything between docstrings would be read as text.
func opensRather(rest []byte) bool {
	p := 0
	for p < len(rest) && (rest[p] == ' ' || rest[p] == '\t') {
		p++
	}
	start := p
	for p < len(rest) && nameByte[rest[p]] != 0 {
		p++
	}
	if p == start || p < len(rest) && (rest[p] == '"' || rest[p] == '\'') {
		return false
	}
	switch keyword(rest[start:p]) {
	case KwAnd, KwAs, KwAsync, KwElse, KwFor, KwFrom, KwIf, KwIn, KwIs, KwNot, KwOr:
		return false
	}
	return true
}
