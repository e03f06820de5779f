// Package glyph makes text from a scanned tree fit to be shown. Names of files and lines of code come from anybody, and
// a terminal or the log of a CI system does as they say: control characters move the cursor, characters of the
// bidirectional algorithm show code in another order than it runs in, those without width hide, and some words at some
// places are commands to the CI system.
package glyph

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark stands for a character that is not shown.
const Mark = '\ufffd'

// Shown tells whether a character can be shown as it is: it takes a place of its own on the line, and changes nothing
// around it. Spaces can, tabs and line ends cannot.
func Shown(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return ' ' <= r && r != 0x7f
	case r == utf8.RuneError:
		return true
	}
	return !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
}

// Line is text for within a line: a Mark stands for each character that cannot be shown and for each byte that is no
// UTF-8.
func Line(s string) string { return shown(s, "") }

// Lines is Line for text of several lines, which may have tabs.
func Lines(s string) string { return shown(s, "\n\t") }

func shown(s, also string) string {
	if plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if Shown(r) || strings.ContainsRune(also, r) {
			return r
		}
		return Mark
	}, Break(s))
}

// plain tells whether there is nothing to look at: most text is ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == '#' {
			return false
		}
	}
	return true
}

// Break breaks the words that are commands to CI systems wherever they stand on a line of a log: ##vso[...] for Azure
// Pipelines,
// ##[...] for it and for GitHub, ##teamcity[...]. What begins with :: is one for GitHub at the start of a line only,
// where text of the tree never stands. A byte that is no UTF-8 takes the place of the second #, so that all others stay
// where they are.
func Break(s string) string {
	var broken []byte
	for i := 1; i < len(s); i++ {
		if s[i-1] != '#' || s[i] != '#' {
			continue
		}
		end := i + 1
		for end < len(s) && (s[end]|0x20) >= 'a' && (s[end]|0x20) <= 'z' {
			end++
		}
		if end < len(s) && s[end] == '[' {
			if broken == nil {
				broken = []byte(s)
			}
			broken[i] = 0xff
		}
	}
	if broken == nil {
		return s
	}
	return string(broken)
}

// JSON gives the same text as JSON, in which every character that cannot be shown is escaped: nothing is lost, and the
// file can be looked at. What is replaced can stand in strings only.
func JSON(encoded []byte) []byte {
	if !bytes.ContainsFunc(encoded, hidden) && !bytes.Contains(encoded, []byte("##")) {
		return encoded
	}
	out := make([]byte, 0, len(encoded)+len(encoded)/8)
	for i := 0; i < len(encoded); {
		r, size := utf8.DecodeRune(encoded[i:])
		switch {
		case hidden(r) && r > 0xffff:
			high, low := surrogates(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case hidden(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		case r == '#' && i > 0 && encoded[i-1] == '#':
			out = append(out, `\u0023`...)
		default:
			out = append(out, encoded[i:i+size]...)
		}
		i += size
	}
	return out
}

// hidden tells whether JSON has to escape a character. Control characters are escaped already, and line ends stand
// between strings.
func hidden(r rune) bool { return r >= 0x7f && !Shown(r) }

func surrogates(r rune) (high, low rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}
