package edit

import (
	"strings"

	"aiohub/internal/language/pysyntax"
)

// Origin says where a module comes from, which decides about the group its import stands in.
type Origin uint8

const (
	Standard Origin = iota // the standard library
	Foreign                // other distributions
	Local                  // the project itself
)

// AddTop adds an import at the top of the file, in the group of its origin. standard tells the modules of the standard
// library.
func (m *Imports) AddTop(s *Set, imp Import, standard func(module string) bool) {
	origin := func(module string) Origin {
		top, _, _ := strings.Cut(module, ".")
		switch {
		case m.local(module):
			return Local
		case standard(top):
			return Standard
		}
		return Foreign
	}
	var same, behind, last, first pysyntax.Node
	for n := range m.t.Children(m.t.Root()) {
		kind := m.t.Kind(n)
		if kind != pysyntax.Import && kind != pysyntax.ImportFrom {
			if first == 0 && !isDocstring(m.t, n) {
				first = n
			}
			if last != 0 && !s.takesOut(int(m.t.Start(n)), int(m.t.End(n))) {
				break // imports further down are there for a reason of their own
			}
			continue
		}
		now := Alias(m.t, n, m.t.Child(n))
		if m.wanted[n] == nil && now == imp {
			return
		}
		if now.Module == "__future__" {
			first = 0
			continue
		}
		last = n
		switch found := origin(now.Module); {
		case found == origin(imp.Module) && same == 0:
			same = n
		case found > origin(imp.Module) && behind == 0:
			behind = n
		}
	}
	switch {
	case same != 0 && m.wanted[same] == nil:
		group := m.group(same)
		order := orderOf(group)
		if len(group) == 1 {
			order = byName
		}
		at, fits := m.spot(same, imp, group, order)
		if fits && order == nil {
			at = nextLine(m.t.Src, int(m.t.End(group[max(len(group)-1, 0)].node)))
		} else if fits {
			at = lineStart(m.t.Src, int(m.t.Start(same)))
		}
		m.lineAt(s, at, imp.String())
	case same != 0:
		m.lineAt(s, lineStart(m.t.Src, int(m.t.Start(same))), imp.String())
	case behind != 0 && m.Close && !m.More && m.goes(behind) && m.alone(behind):
		m.lineAt(s, lineStart(m.t.Src, int(m.t.Start(behind))), imp.String()) // it takes the place of the only one
	case behind != 0:
		m.lineAt(s, lineStart(m.t.Src, int(m.t.Start(behind))), imp.String()+"\n")
	case last != 0:
		m.lineAt(s, nextLine(m.t.Src, int(m.t.End(last))), "\n"+imp.String())
	case first != 0:
		start := m.t.Start(first)
		if decorator := m.t.ChildOf(first, pysyntax.Decorator); decorator != 0 {
			start = m.t.Start(decorator)
		}
		m.lineAt(s, lineStart(m.t.Src, int(start)), imp.String()+"\n\n")
	default:
		InsertAfter(s, m.t, 0, imp.String())
	}
}

// goes reports whether nothing is left of a statement.
func (m *Imports) goes(n pysyntax.Node) bool {
	c := m.wanted[n]
	if c == nil || len(c.with) > 0 {
		return false
	}
	for alias := range m.t.Children(n) {
		if !c.gone[alias] {
			return false
		}
	}
	return true
}

// deleteBlankBefore takes out the blank line before a statement that goes, if it stood between blank lines and nothing
// comes in its place.
func (m *Imports) deleteBlankBefore(s *Set, n pysyntax.Node) {
	src := m.t.Src
	start := lineStart(src, int(m.t.Start(n)))
	next := nextLine(src, int(m.t.End(n)))
	if m.tops[start] || !m.alone(n) || start == 0 || next >= len(src) || !isBlankLine(src, next) {
		return
	}
	above := lineStart(src, start-1)
	if above > 0 && isBlankLine(src, above) && !m.tops[above] {
		s.Delete(above, start)
	}
}

// isBlankLine reports whether nothing stands on a line but its end.
func isBlankLine(src []byte, start int) bool { return src[start] == '\n' || src[start] == '\r' }

// alone reports whether no other import stands in the group of a statement.
func (m *Imports) alone(n pysyntax.Node) bool { return len(m.group(n)) == 1 }

func (m *Imports) lineAt(s *Set, at int, text string) {
	m.tops[at] = true
	if at == len(m.t.Src) && at > 0 && m.t.Src[at-1] != '\n' && m.t.Src[at-1] != '\r' {
		s.Insert(at, "\n"+text)
		return
	}
	s.Insert(at, text+"\n")
}

func isDocstring(t *pysyntax.Tree, n pysyntax.Node) bool {
	if t.Kind(n) != pysyntax.ExprStmt {
		return false
	}
	_, text := t.StringValue(t.Child(n))
	return text
}
