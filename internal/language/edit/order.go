package edit

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// member is a statement of a group of imports.
type member struct {
	node pysyntax.Node
	imp  Import // its first name
	many bool   // it imports several names
}

// group is the imports that stand together with n, without a blank line, a comment or anything else between them.
func (m *Imports) group(n pysyntax.Node) []member {
	var group []member
	found := false
	for other := range m.t.Children(m.t.Parents()[n]) {
		kind := m.t.Kind(other)
		imports := (kind == pysyntax.Import || kind == pysyntax.ImportFrom) && alone(m.t, other)
		if len(group) > 0 {
			last := group[len(group)-1].node
			if !imports || nextLine(m.t.Src, int(m.t.End(last))) != lineStart(m.t.Src, int(m.t.Start(other))) {
				if found {
					break
				}
				group = group[:0]
			}
		}
		if imports {
			first := m.t.Child(other)
			group = append(group, member{other, Alias(m.t, other, first), m.t.Next(first) != 0})
			found = found || other == n
		}
	}
	if !found {
		return nil
	}
	return group
}

// less is an order of imports that files keep.
type less func(a, b Import) bool

// byName is that of hacking (H306): the dotted name, whatever the form of the statement.
func byName(a, b Import) bool { return a.key() < b.key() }

// byForm is isort's: `import x` before `from x import y`, each sorted by module.
func byForm(a, b Import) bool {
	if (a.Name == "") != (b.Name == "") {
		return a.Name == ""
	}
	return strings.ToLower(a.Module) < strings.ToLower(b.Module)
}

// orderOf is the order that a group keeps, nil if it keeps none.
func orderOf(group []member) less {
	if len(group) < 2 {
		return nil
	}
	for _, order := range []less{byName, byForm} {
		sorted := true
		for i := 1; i < len(group); i++ {
			sorted = sorted && !order(group[i].imp, group[i-1].imp)
		}
		if sorted {
			return order
		}
	}
	return nil
}

// place adds the edits of a statement, and takes it to where the order of its group wants it under its new name.
func (m *Imports) place(s *Set, n pysyntax.Node, own []Edit, now Import) {
	group := m.group(n)
	order := orderOf(group)
	if m.fitsHere(group, n, now) {
		if order == nil {
			s.Add(own...)
			return
		}
		m.moveWithin(s, n, own, now, group, order)
		return
	}
	target, order := m.home(n, now)
	if target == nil {
		s.Add(own...)
		return
	}
	m.moveInto(s, n, own, now, group, target, order)
}

// fitsHere reports whether a group is one for modules like the new one: the project's own and others stand apart.
func (m *Imports) fitsHere(group []member, n pysyntax.Node, now Import) bool {
	if m.project == "" || !m.local(now.Module) {
		return true
	}
	return len(group) == 0 || m.t.Parents()[n] != m.t.Root() ||
		slices.ContainsFunc(group, func(g member) bool { return g.node != n && m.local(g.imp.Module) })
}

func (m *Imports) local(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	return first == m.project || first == ""
}

// moveWithin places a statement in its own group.
func (m *Imports) moveWithin(s *Set, n pysyntax.Node, own []Edit, now Import, group []member, order less) {
	at, fits := m.spot(n, now, group, order)
	if fits {
		s.Add(own...)
		return
	}
	m.insertLine(at, now, m.lines(n, own))
	DeleteStatement(s, m.t, n)
}

// spot is where an import has to go to stand in a group's order; fits says that it may stand where n is. Only the
// statements that keep their names decide.
func (m *Imports) spot(n pysyntax.Node, now Import, group []member, order less) (at int, fits bool) {
	own := slices.IndexFunc(group, func(g member) bool { return g.node == n })
	stay := func(i int) bool { return m.wanted[group[i].node] == nil }
	to, last, fits := -1, -1, true // the first that has to come behind, and the last of those that stay
	for i := range group {
		if !stay(i) {
			continue
		}
		last = i
		switch {
		case order == nil:
		case order(now, group[i].imp) && to < 0:
			to = i
			fits = fits && i > own
		case to < 0:
			fits = fits && i < own
		}
	}
	switch {
	case fits || order == nil || last < 0:
		return 0, true
	case to >= 0:
		return lineStart(m.t.Src, int(m.t.Start(group[to].node))), false
	}
	return nextLine(m.t.Src, int(m.t.End(group[last].node))), false
}

// named is what a member of a group imports after the changes: others of the group can get a new name as well.
func (m *Imports) named(g member) Import {
	if c := m.wanted[g.node]; c != nil {
		if with, ok := c.with[m.t.Child(g.node)]; ok {
			return with
		}
	}
	return g.imp
}

// home finds the group for an import of the project's own: the nearest one behind n, with nothing but imports, comments
// and blank lines on the way, else the nearest one before it.
func (m *Imports) home(n pysyntax.Node, now Import) ([]member, less) {
	var before, behind []member
	passed := false
	for other := range m.t.Children(m.t.Parents()[n]) {
		if other == n {
			passed = true
			continue
		}
		kind := m.t.Kind(other)
		if kind != pysyntax.Import && kind != pysyntax.ImportFrom || !alone(m.t, other) {
			if passed {
				break
			}
			before = nil
			continue
		}
		if m.local(Alias(m.t, other, m.t.Child(other)).Module) {
			if group := m.group(other); passed {
				behind = group
				break
			} else {
				before = group
			}
		}
	}
	for _, group := range [][]member{behind, before} {
		if len(group) > 0 {
			return group, orderOf(group)
		}
	}
	return nil, nil
}

// moveInto places a statement in another group. One that was alone in its own takes the blank line before it along.
func (m *Imports) moveInto(s *Set, n pysyntax.Node, own []Edit, now Import, from, to []member, order less) {
	if order == nil && len(to) == 1 {
		order = byName
	}
	where := nextLine(m.t.Src, int(m.t.End(to[len(to)-1].node)))
	if order != nil {
		for _, g := range to {
			if order(now, m.named(g)) {
				where = lineStart(m.t.Src, int(m.t.Start(g.node)))
				break
			}
		}
	}
	m.insertLine(where, now, m.lines(n, own))
	start, end := lineStart(m.t.Src, int(m.t.Start(n))), nextLine(m.t.Src, int(m.t.End(n)))
	if m.lastToLeave(n, from) {
		if blank := nextLine(m.t.Src, end); blank > end && len(bytes.TrimSpace(m.t.Src[end:blank])) == 0 {
			end = blank
		}
	}
	s.Delete(start, end)
}

// lastToLeave reports whether n is the last statement of a group all of which go elsewhere.
func (m *Imports) lastToLeave(n pysyntax.Node, group []member) bool {
	for _, g := range group {
		c := m.wanted[g.node]
		if c == nil || len(c.add) > 0 {
			return false
		}
		for alias := range m.t.Children(g.node) {
			if with, ok := c.with[alias]; !c.gone[alias] && (!ok || !m.local(with.Module)) {
				return false
			}
		}
	}
	return len(group) > 0 && group[len(group)-1].node == n
}

// lines is the lines of a statement with edits made.
func (m *Imports) lines(n pysyntax.Node, own []Edit) string {
	start, end := lineStart(m.t.Src, int(m.t.Start(n))), nextLine(m.t.Src, int(m.t.End(n)))
	part := Set{Src: m.t.Src[:end], edits: own}
	text, err := part.Apply()
	if err != nil {
		return string(m.t.Src[start:end]) // the edits are reported where the whole file is put together
	}
	return string(text[start:])
}

// line is a statement on its way to another place.
type line struct {
	at   int
	imp  Import
	text string
}

// insertLine inserts the lines of a statement elsewhere.
func (m *Imports) insertLine(at int, imp Import, text string) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	m.lined = append(m.lined, line{at, imp, strings.TrimSuffix(text, "\n")})
}

// arrive adds the statements that have moved, those that come to one place in order.
func (m *Imports) arrive(s *Set) {
	slices.SortStableFunc(m.lined,
		func(a, b line) int { return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.imp.key(), b.imp.key())) })
	for _, l := range m.lined {
		if l.at > 0 && m.t.Src[l.at-1] != '\n' && m.t.Src[l.at-1] != '\r' &&
			!bytes.HasSuffix(m.t.Src[:l.at], []byte("\xef\xbb\xbf")) {
			s.Insert(l.at, "\n"+l.text) // the last line of a file that lacks its line end
		} else {
			s.Insert(l.at, l.text+"\n")
		}
	}
	m.lined = nil
}
