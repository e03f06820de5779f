package edit

import (
	udiff "github.com/aymanbagabas/go-udiff"
)

// Diff is the change of a file as `patch -p1` and `git apply` take it, "" if there is none. before is nil for a file that is new.
func Diff(path string, before, after []byte) string {
	from := "a/" + path
	if before == nil {
		from = "/dev/null"
	}
	// By lines: what people read is whole lines, and edits of single characters cost time in large files.
	edits := udiff.Lines(string(before), string(after))
	text, err := udiff.ToUnified(from, "b/"+path, string(before), edits, udiff.DefaultContextLines)
	if err != nil {
		return udiff.Unified(from, "b/"+path, string(before), string(after))
	}
	return text
}
