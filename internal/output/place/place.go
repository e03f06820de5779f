// Package place is where something is in a file, in the one form in which the whole tool says so.
//
// Lines and columns count from 1. A column counts characters: Unicode code points of the line's text, whatever they
// take in bytes or on a screen; tabs are one, a byte order mark is none. A byte that means nothing in the file's
// encoding is one character, U+FFFD. Ends are half open: EndColumn is that of the first character behind. Offsets count
// the bytes of the file as it is on disk.
package place

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// Place is a range of a file. pysource.Lines makes them.
type Place struct {
	File               string // below the root, '/'-separated
	Start, End         int
	Line, Column       int // 0 for a file as a whole
	EndLine, EndColumn int
	Text               string // the line of Start as it reads: in UTF-8, without its end; of a very long one its beginning
}

// Compare is the order of places.
func Compare(a, b Place) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// Split cuts the line of the place into what stands before it, what belongs to it, and what stands behind.
func (p *Place) Split() (before, marked, after string) {
	start := offset(p.Text, p.Column-1)
	end := len(p.Text)
	if p.EndLine == p.Line {
		end = max(start, offset(p.Text, p.EndColumn-1))
	}
	return p.Text[:start], p.Text[start:end], p.Text[end:]
}

// offset gives the byte at which a number of characters of a text ends.
func offset(text string, characters int) int {
	at := 0
	for range characters {
		if at == len(text) {
			break
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
