package edit

import (
	"fmt"
	"regexp"
	"strconv"

	udiff "github.com/aymanbagabas/go-udiff"
)

// Diff is the change of a file as `patch -p1` and `git apply` take it, "" if there is none. before is nil for a file
// that is new, after for one that goes.
func Diff(path string, before, after []byte) string {
	from, to := "a/"+path, "b/"+path
	if before == nil {
		from = "/dev/null"
	}
	if after == nil {
		to = "/dev/null"
	}
	// By lines: what people read is whole lines, and edits of single characters cost time in large files.
	edits := udiff.Lines(string(before), string(after))
	text, err := udiff.ToUnified(from, to, string(before), edits, udiff.DefaultContextLines)
	if err != nil {
		return udiff.Unified(from, to, string(before), string(after))
	}
	return renumbered(text)
}

// hunkHeader is the line before each hunk: where it begins and how many lines it has, before and after; one line goes
// without saying.
var hunkHeader = regexp.MustCompile(`(?m)^@@ -(\d+)((?:,\d+)?) \+(\d+)((?:,\d+)?) @@$`)

// renumbered counts anew where hunks begin after the change: udiff forgets unchanged lines between two changes of one
// hunk.
func renumbered(diff string) string {
	grown, first := 0, true
	return hunkHeader.ReplaceAllStringFunc(diff, func(header string) string {
		m := hunkHeader.FindStringSubmatch(header)
		before, after := lineCount(m[2]), lineCount(m[4])
		if !first {
			start, _ := strconv.Atoi(m[1])
			header = fmt.Sprintf("@@ -%s%s +%d%s @@", m[1], m[2], start+grown, m[4])
		}
		first = false
		grown += after - before
		return header
	})
}

// lineCount reads the second number of a half of a header.
func lineCount(written string) int {
	if written == "" {
		return 1
	}
	n, _ := strconv.Atoi(written[1:])
	return n
}
