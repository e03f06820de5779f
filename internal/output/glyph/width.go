package glyph

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Width is how many cells of a terminal a text takes: two for a character of a wide script or an emoji, none for one
// that combines with the character before it. What cannot be shown counts as the Mark that stands for it.
func Width(s string) int {
	cells := 0
	for _, r := range s {
		cells += RuneWidth(r)
	}
	return cells
}

// RuneWidth is Width of one character.
func RuneWidth(r rune) int {
	switch {
	case r < utf8.RuneSelf || !Shown(r):
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me) ||
		0x1160 <= r && r <= 0x11ff: // Hangul vowels and finals stand inside the syllable
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Cut cuts a text after as many cells as there is room for, and says with an ellipsis that there is more.
func Cut(s string, cells int) string {
	room := cells
	for i, r := range s {
		if room -= RuneWidth(r); room < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

// CutStart cuts the first cells of a text off, and puts an ellipsis in their place.
func CutStart(s string, cells int) string {
	for i, r := range s {
		if cells <= 0 && RuneWidth(r) > 0 {
			return "…" + s[i:]
		}
		cells -= RuneWidth(r)
	}
	return "…"
}
