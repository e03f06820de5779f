package port

import (
	"bytes"

	"aiohub/internal/language/pysyntax"
)

// exports gives the strings of a module's __all__ that name something, if nothing else in the file does: such a name
// was there for others only.
func (s *source) exports(name string) []pysyntax.Node {
	t := s.tree
	var found []pysyntax.Node
	for n := range t.Children(t.Root()) {
		if t.Kind(n) != pysyntax.Assign || string(t.Text(t.Child(n))) != "__all__" {
			continue
		}
		for item := range t.Children(t.Last(n)) {
			if value, ok := t.StringValue(item); ok && value == name {
				found = append(found, item)
			}
		}
	}
	return found
}

// dropExports takes names out of __all__, with their lines where they have some.
func (s *source) dropExports(items []pysyntax.Node) {
	for _, item := range items {
		start, end := int(s.tree.Start(item)), int(s.tree.End(item))
		s.taken = append(s.taken, span{start, end})
		for end < len(s.src) && (s.src[end] == ' ' || s.src[end] == ',') {
			end++
		}
		line, next := s.lineStart(start), s.lineAfter(end)
		if len(bytes.TrimSpace(s.src[line:start])) == 0 && len(bytes.TrimSpace(s.src[end:next])) == 0 {
			start, end = line, next
		}
		s.edits.Delete(start, end)
	}
}
