package scan

import (
	"regexp"
	"strings"
)

// word is a word of a file that starts programs or sets something, with its offset. What a line ends or a command, is a
// word as well.
type word struct {
	text  string
	at    int
	depth int // of square brackets around it
}

// Marks between words.
const (
	newLine    = "\n"
	newCommand = ";"
)

// template is an expression of a template in one line. What it stands for is known if it has a default:
// {{ .Values.pool | default "eventlet" }}, {{ pool | default('eventlet') }}.
var template = regexp.MustCompile(`^\{\{(?:[^}\n]*\bdefault[ (]+["']([^"'}\n]*)["'])?[^}\n]*\}\}`)

// templateAt is the word that a template stands for, and where it ends: where it begins if it is none.
func templateAt(src string, at int) (word, int) {
	window := src[at:min(at+longTemplate, len(src))]
	if end := strings.IndexAny(window, "}\n"); end < 0 || !strings.HasPrefix(window[end:], "}}") {
		return word{}, at
	}
	m := template.FindStringSubmatchIndex(window)
	switch {
	case m == nil:
		return word{}, at
	case m[2] < 0:
		return word{text: "?", at: at}, at + m[1]
	}
	return word{text: window[m[2]:m[3]], at: at + m[2]}, at + m[1]
}

// longTemplate is the size beyond which nothing is taken for a template: a line may be all braces.
const longTemplate = 300

// wordsOf splits a file into words. Shells, lists in quotes, makefiles, YAML and the formats of settings have enough in
// common: words end at space, quotes, brackets and commas, and a # behind space starts a comment. A line that is
// continued does not end.
func wordsOf(src string) []word {
	var words []word
	depth := 0
	add := func(text string, at int) { words = append(words, word{text, at, depth}) }
	for i := 0; i < len(src); {
		switch c := src[i]; {
		case strings.HasPrefix(src[i:], "{{"):
			value, end := templateAt(src, i)
			if end > i {
				add(value.text, value.at)
			}
			for i = end; i < len(src) && src[i] == '{'; i++ {
			}
		case c == '\\' && i+1 < len(src) && (src[i+1] == '\n' || src[i+1] == '\r'):
			i += 2
			if src[i-1] == '\r' && i < len(src) && src[i] == '\n' {
				i++
			}
		case c == '\n':
			add(newLine, i)
			i++
		case c == '#' && (i == 0 || isSpace(src[i-1])) || c == ';' && startsLine(src, i):
			for i < len(src) && src[i] != '\n' {
				i++
			}
		case c == ';' || c == '|' || c == '&':
			add(newCommand, i)
			i++
		case separates(c):
			switch c {
			case '[':
				depth++
			case ']':
				depth = max(depth-1, 0)
			}
			i++
		default:
			start := i
			for i < len(src) && !separates(src[i]) && !strings.ContainsRune("\n;|&", rune(src[i])) && src[i] != '\\' {
				i++
			}
			if i == start {
				i++ // a backslash within a line
			}
			add(src[start:i], start)
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
