package edit

import (
	"bytes"

	"aiohub/internal/language/pysyntax"
)

// lineStart is where the line of an offset begins, behind a byte order mark.
func lineStart(src []byte, at int) int {
	start := bytes.LastIndexAny(src[:at], "\r\n") + 1
	if start == 0 && bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		return min(3, at)
	}
	return start
}

// lineEnd is where the line of an offset ends, before its line end.
func lineEnd(src []byte, at int) int {
	if i := bytes.IndexAny(src[at:], "\r\n"); i >= 0 {
		return at + i
	}
	return len(src)
}

// nextLine is where the line behind the one of an offset begins.
func nextLine(src []byte, at int) int {
	end := lineEnd(src, at)
	switch {
	case bytes.HasPrefix(src[end:], []byte("\r\n")):
		return end + 2
	case end < len(src):
		return end + 1
	}
	return end
}

// Indent is the blank text before a statement that starts its line.
func Indent(t *pysyntax.Tree, n pysyntax.Node) string {
	start := int(t.Start(n))
	text := t.Src[lineStart(t.Src, start):start]
	if i := bytes.LastIndexByte(text, '\f'); i >= 0 {
		text = text[i+1:] // a form feed starts the column again
	}
	if len(bytes.TrimLeft(text, " \t")) > 0 {
		return ""
	}
	return string(text)
}

// alone reports whether a statement has its lines to itself, but for a comment behind it.
func alone(t *pysyntax.Tree, n pysyntax.Node) bool {
	before := t.Src[lineStart(t.Src, int(t.Start(n))):t.Start(n)]
	behind := bytes.TrimLeft(t.Src[t.End(n):lineEnd(t.Src, int(t.End(n)))], " \t\f")
	return len(bytes.TrimLeft(before, " \t\f")) == 0 && (len(behind) == 0 || behind[0] == '#')
}

// comment is the comment behind a statement on its line, with the blanks before it.
func comment(t *pysyntax.Tree, n pysyntax.Node) string {
	behind := t.Src[t.End(n):lineEnd(t.Src, int(t.End(n)))]
	if len(bytes.TrimLeft(behind, " \t\f;")) == 0 {
		return ""
	}
	return string(behind)
}

// DeleteStatement takes a statement out: its lines with the comment behind it, or its part of a line that holds
// several. A block that would be empty gets a pass.
func DeleteStatement(s *Set, t *pysyntax.Tree, n pysyntax.Node) {
	start, end := int(t.Start(n)), int(t.End(n))
	parent := t.Parents()[n]
	if t.Child(parent) == n && t.Next(n) == 0 && t.Kind(parent) != pysyntax.Module {
		s.Replace(start, end, "pass")
		return
	}
	if alone(t, n) {
		s.Delete(lineStart(t.Src, start), nextLine(t.Src, end))
		return
	}
	// Between statements of one line stands a semicolon: the one behind goes, else the one before.
	if next := t.Next(n); next != 0 && !bytes.ContainsAny(t.Src[end:t.Start(next)], "\r\n") {
		s.Delete(start, int(t.Start(next)))
		return
	}
	for previous := range t.Children(parent) {
		if t.Next(previous) == n {
			s.Delete(int(t.End(previous)), end)
			return
		}
	}
	s.Replace(start, end, "pass")
}

// InsertAfter puts lines behind a statement at the top of a file; n is 0 for one without statements.
func InsertAfter(s *Set, t *pysyntax.Tree, n pysyntax.Node, text string) {
	if n == 0 {
		at := len(t.Src)
		if at > 0 && !bytes.HasSuffix(t.Src, []byte("\n")) {
			text = "\n" + text
		}
		s.Insert(at, text+"\n")
		return
	}
	at := nextLine(t.Src, int(t.End(n)))
	if at == len(t.Src) && !bytes.HasSuffix(t.Src, []byte("\n")) {
		s.Insert(at, "\n"+text)
		return
	}
	s.Insert(at, text+"\n")
}
