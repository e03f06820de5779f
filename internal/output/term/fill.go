package term

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// usual is the width of a terminal that does not say.
const usual = 80

// Width is how many characters a line of the terminal w has; 0 if w is none.
func Width(w io.Writer) int {
	if !IsTerminal(w) {
		return 0
	}
	if width, _, err := term.GetSize(int(w.(*os.File).Fd())); err == nil && width > 0 {
		return width
	}
	return usual
}

// Fill breaks the paragraphs and lists of a text, as they stand in Markdown, into lines of at most width characters. What
// is indented or in a block of code, headings and tables stay as they are.
func Fill(text string, width int) string {
	f := &filler{width: width}
	code := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		fence := strings.HasPrefix(line, "```")
		switch {
		case fence || code || line == "" || strings.ContainsRune("#|\t", rune(line[0])):
			f.flush()
			f.line(line)
		case strings.HasPrefix(line, "* "):
			f.flush()
			f.words, f.indent = strings.Fields(line[2:]), "* "
		case strings.HasPrefix(line, " ") && f.indent == "":
			f.flush()
			f.line(line)
		default:
			f.words = append(f.words, strings.Fields(line)...)
		}
		code = code != fence
	}
	f.flush()
	return f.out.String()
}

// Hang breaks a text that begins behind a margin into lines of at most width characters; the lines after the first have
// the width of the margin in front. Where less than a word's room is left it is one line.
func Hang(margin, text string, width int) string {
	room := width - utf8.RuneCountInString(margin)
	if room < usual/4 {
		return margin + text + "\n"
	}
	f := &filler{width: width, words: strings.Fields(text), indent: margin}
	f.flush()
	return f.out.String()
}

// filler collects the words of a paragraph.
type filler struct {
	out    strings.Builder
	width  int
	words  []string
	indent string // in front of the first line; the others have as much room there
}

func (f *filler) line(text string) { f.out.WriteString(text + "\n") }

// flush writes the paragraph.
func (f *filler) flush() {
	line := f.indent
	margin := strings.Repeat(" ", utf8.RuneCountInString(f.indent))
	empty := true
	for _, word := range f.words {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > f.width {
			f.line(line)
			line, empty = margin, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	if len(f.words) > 0 {
		f.line(line)
	}
	f.words, f.indent = nil, ""
}
