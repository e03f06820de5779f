package scan

import "strings"

// word is a word of a file that starts programs or sets something, with its offset. What a line ends or a command, is a
// word as well.
type word struct {
	text string
	at   int
}

// Marks between words.
const (
	newLine    = "\n"
	newCommand = ";"
)

// wordsOf splits a file into words. Shells, lists in quotes, makefiles, YAML and the formats of settings have enough in
// common: words end at space, quotes, brackets and commas, and a # behind space starts a comment. A line that is
// continued does not end.
func wordsOf(src string) []word {
	var words []word
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case c == '\\' && i+1 < len(src) && (src[i+1] == '\n' || src[i+1] == '\r'):
			i += 2
			if src[i-1] == '\r' && i < len(src) && src[i] == '\n' {
				i++
			}
		case c == '\n':
			words = append(words, word{newLine, i})
			i++
		case c == '#' && (i == 0 || isSpace(src[i-1])) || c == ';' && startsLine(src, i):
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case c == ';' || c == '|' || c == '&':
			words = append(words, word{newCommand, i})
			i++
		case separates(c):
			i++
		default:
			start := i
			for i < len(src) && !separates(src[i]) && !strings.ContainsRune("\n;|&", rune(src[i])) && src[i] != '\\' {
				i++
			}
			if i == start {
				i++ // a backslash within a line
			}
			words = append(words, word{src[start:i], start})
		}
	}
	return words
}

func separates(c byte) bool { return isSpace(c) || strings.IndexByte("\"'`,()[]{}", c) >= 0 }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// startsLine tells whether only space stands before an offset on its line.
func startsLine(src string, at int) bool {
	for at > 0 && src[at-1] != '\n' {
		if at--; src[at] != ' ' && src[at] != '\t' {
			return false
		}
	}
	return true
}
