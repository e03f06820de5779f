package port

import (
	"bytes"
	"cmp"
	"slices"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
)

// vanish takes a statement out, and remembers its lines.
func (p *pure) vanish(s *source, statement pysyntax.Node) {
	edit.DeleteStatement(&s.edits, s.tree, statement)
	p.leaves(s, statement)
}

// leaves remembers the lines of a statement that is taken out.
func (p *pure) leaves(s *source, statement pysyntax.Node) {
	if s.tree.Parents()[statement] == s.tree.Root() {
		p.gone[s] = append(p.gone[s],
			span{s.lineStart(int(s.tree.Start(statement))), s.lineAfter(int(s.tree.End(statement)))})
	}
}

// closeGaps takes one of the blank lines out that stood around paragraphs of which nothing is left.
func (p *pure) closeGaps(s *source) {
	list := p.gone[s]
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	for i := 0; i < len(list); {
		whole := list[i]
		for i++; i < len(list) && list[i].start <= whole.end; i++ {
			whole.end = max(whole.end, list[i].end)
		}
		first := whole.start == 0 && len(p.imports[s]) == 0
		if whole.start > 0 && !s.blank(whole.start-1) || whole.end >= len(s.src) || !s.blank(whole.end) {
			continue
		}
		for at := whole.end; at < len(s.src) && s.blank(at); at = s.lineAfter(at) {
			s.edits.Delete(at, s.lineAfter(at))
			if !first {
				break
			}
		}
	}
}

func (s *source) lineStart(at int) int { return bytes.LastIndexByte(s.src[:at], '\n') + 1 }

// lineAfter is where the line behind the one of a place begins.
func (s *source) lineAfter(at int) int {
	if i := bytes.IndexByte(s.src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(s.src)
}

// blank reports whether the line of a place is empty.
func (s *source) blank(at int) bool {
	return len(bytes.TrimSpace(s.src[s.lineStart(at):s.lineAfter(at)])) == 0
}
