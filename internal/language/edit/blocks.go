package edit

import (
	"slices"

	"aiohub/internal/language/pysyntax"
)

// FillBlocks puts `pass` into the blocks of which the edits leave no statement. Each deletion by itself leaves one: see
// DeleteStatement.
func FillBlocks(s *Set, t *pysyntax.Tree) {
	var deleted []Edit
	for _, e := range s.edits {
		if e.New == "" && e.Start < e.End {
			deleted = append(deleted, e)
		}
	}
	if len(deleted) < 2 {
		return
	}
	gone := func(n pysyntax.Node) bool {
		start, end := int(t.Start(n)), int(t.End(n))
		return slices.ContainsFunc(deleted, func(e Edit) bool { return e.Start <= start && end <= e.End })
	}
	for n := range t.All() {
		first := t.Child(n)
		if t.Kind(n) == pysyntax.Module || first == 0 || !t.Kind(first).IsStatement() || gone(n) || !alone(t, first) {
			continue
		}
		empty := true
		for statement := range t.Children(n) {
			empty = empty && gone(statement)
		}
		if empty {
			s.Insert(lineStart(t.Src, int(t.Start(first))), Indent(t, first)+"pass\n")
		}
	}
}
