// Package edit changes source files: byte ranges of a file as it was read are replaced, everything else stays as it is.
//
// # Data and how long it lives
//
// An Edit is a range and what takes its place. A Set collects the edits of one file; whoever makes them need not know
// of each other, and where two of them want different things in one place, Apply says so and changes nothing. Imports
// turns what should be imported into edits, in the style the file has. A Transaction brings the new contents of several
// files to the disk: all of them or none.
//
// New text is written with '\n' and in ASCII; Apply gives it the line ends of the file.
package edit

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
)

// Edit replaces the bytes of a half open range. An empty range is an insertion.
type Edit struct {
	Start, End int
	New        string
}

// Set is the edits of one file, in any order. Of several insertions at one place the first added comes first.
type Set struct {
	Src   []byte
	edits []Edit
}

// Replace adds an edit. One that is there already is not added again.
func (s *Set) Replace(start, end int, text string) {
	e := Edit{start, end, text}
	if start < end && slices.Contains(s.edits, e) {
		return
	}
	s.edits = append(s.edits, e)
}

// Insert adds text at a place.
func (s *Set) Insert(at int, text string) { s.Replace(at, at, text) }

// Delete takes a range out.
func (s *Set) Delete(start, end int) { s.Replace(start, end, "") }

// Add adds edits made elsewhere.
func (s *Set) Add(edits ...Edit) {
	for _, e := range edits {
		s.Replace(e.Start, e.End, e.New)
	}
}

// Bringing gives the places where an edit brings a text, in the order of the edits.
func (s *Set) Bringing(text string) []int {
	var at []int
	for _, e := range s.edits {
		if strings.Contains(e.New, text) {
			at = append(at, e.Start)
		}
	}
	return at
}

// takesOut reports whether a range is deleted.
func (s *Set) takesOut(start, end int) bool {
	return slices.ContainsFunc(s.edits, func(e Edit) bool { return e.New == "" && e.Start <= start && end <= e.End })
}

// Len is the number of edits.
func (s *Set) Len() int { return len(s.edits) }

// ConflictError is two edits that cannot both be made.
type ConflictError struct{ First, Second Edit }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("two changes of bytes %d to %d and %d to %d overlap", e.First.Start, e.First.End, e.Second.Start,
		e.Second.End)
}

// RangeError is an edit outside the file.
type RangeError struct{ Edit Edit }

func (e *RangeError) Error() string {
	return fmt.Sprintf("a change of bytes %d to %d lies outside the file", e.Edit.Start, e.Edit.End)
}

// Apply gives the file with all edits made.
func (s *Set) Apply() ([]byte, error) {
	edits := slices.Clone(s.edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		// An insertion where a replacement starts stands before it.
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(min(a.End-a.Start, 1), min(b.End-b.Start, 1)))
	})
	newline := NewlineOf(s.Src)
	var out bytes.Buffer
	at := 0
	for i, e := range edits {
		if e.Start < 0 || e.End < e.Start || e.End > len(s.Src) {
			return nil, &RangeError{e}
		}
		if e.Start < at {
			return nil, &ConflictError{edits[i-1], e}
		}
		out.Write(s.Src[at:e.Start])
		text := e.New
		if newline != "\n" {
			text = strings.ReplaceAll(text, "\n", newline)
		}
		out.WriteString(text)
		at = e.End
	}
	out.Write(s.Src[at:])
	if out.Len() == 0 {
		return []byte{}, nil // nil is a file that goes
	}
	return out.Bytes(), nil
}

// NewlineOf is how the lines of a file end: as the first one does, "\n" if there is none.
func NewlineOf(src []byte) string {
	i := bytes.IndexAny(src, "\r\n")
	switch {
	case i < 0 || src[i] == '\n':
		return "\n"
	case i+1 < len(src) && src[i+1] == '\n':
		return "\r\n"
	}
	return "\r"
}

// SyntaxError is a fault that a change would bring into a file.
type SyntaxError struct {
	Line    int // of the changed file, from 1
	Message string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d of the changed file would not parse: %s", e.Line, e.Message)
}

// Compiles reports a fault of Python source, an await outside of a coroutine function included; nil if it has none.
func Compiles(src []byte) error {
	var parser pysyntax.Parser
	t := parser.Parse(src)
	if first, bad := t.FirstError(); bad {
		return &SyntaxError{pysource.NewLines(src).Line(int(first.Pos)), first.Msg}
	}
	parents := t.Parents()
	for n := range t.All() {
		if t.Kind(n) == pysyntax.Await && !awaits(t, parents, n) {
			return &SyntaxError{pysource.NewLines(src).Line(int(t.Start(n))), "await outside of a coroutine function"}
		}
	}
	return nil
}

// awaits reports whether an await can stand at a node: the scope that it runs in is that of a coroutine function.
func awaits(t *pysyntax.Tree, parents []pysyntax.Node, n pysyntax.Node) bool {
	for through := n; ; through = n {
		n = parents[through]
		inside := t.Kind(through) == pysyntax.Block
		switch t.Kind(n) {
		case pysyntax.FunctionDef: // its decorators and defaults run outside of it
			if inside {
				return t.Has(n, pysyntax.FlagAsync)
			}
		case pysyntax.Lambda:
			if t.Last(n) == through {
				return false
			}
		case pysyntax.ClassDef:
			if inside {
				return false
			}
		case pysyntax.GeneratorExp:
			return true // one that is asynchronous, wherever it stands
		}
		if n == 0 {
			return false
		}
	}
}

// Parses reports a fault of Python source, nil if it has none.
func Parses(src []byte) error {
	var parser pysyntax.Parser
	if first, bad := parser.Parse(src).FirstError(); bad {
		return &SyntaxError{pysource.NewLines(src).Line(int(first.Pos)), first.Msg}
	}
	return nil
}
