package edit

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// Import is one name to import: `import Module` if Name is empty, else `from Module import Name`; both with As if that
// is not empty.
type Import struct{ Module, Name, As string }

// String is the statement.
func (i Import) String() string {
	text := "import " + i.Module
	if i.Name != "" {
		text = "from " + i.Module + " import " + i.Name
	}
	if i.As != "" {
		text += " as " + i.As
	}
	return text
}

// Binds is the name that the import binds.
func (i Import) Binds() string {
	switch {
	case i.As != "":
		return i.As
	case i.Name != "":
		return i.Name
	}
	first, _, _ := strings.Cut(i.Module, ".")
	return first
}

// key is what imports are sorted by: the dotted name in lower case, as hacking and isort's force_sort_within_sections
// do.
func (i Import) key() string {
	if i.Name == "" {
		return strings.ToLower(i.Module)
	}
	return strings.ToLower(i.Module + "." + i.Name)
}

// Imports collects what is to happen to the import statements of a file.
type Imports struct {
	t       *pysyntax.Tree
	wanted  map[pysyntax.Node]*change // by statement
	order   []pysyntax.Node
	lined   []line
	project string       // first component of the modules that belong to the file's own project
	tops    map[int]bool // where AddTop puts lines
	// More says that AddTop is going to add imports of other distributions, too.
	More bool
	// Close says that no gap is to stay where an import goes that stood between blank lines.
	Close bool
}

// change is what happens to one statement.
type change struct {
	with map[pysyntax.Node]Import // aliases that become another import
	gone map[pysyntax.Node]bool   // aliases that are no longer wanted
	add  []Import                 // imports to stand before the statement
}

// NewImports prepares a file. project is the first component of its own modules, "" if that is not known.
func NewImports(t *pysyntax.Tree, project string) *Imports {
	return &Imports{t: t, wanted: map[pysyntax.Node]*change{}, tops: map[int]bool{}, project: project}
}

func (m *Imports) of(statement pysyntax.Node) *change {
	c := m.wanted[statement]
	if c == nil {
		c = &change{with: map[pysyntax.Node]Import{}, gone: map[pysyntax.Node]bool{}}
		m.wanted[statement] = c
		m.order = append(m.order, statement)
	}
	return c
}

// Replace lets an alias of a statement become another import.
func (m *Imports) Replace(statement, alias pysyntax.Node, with Import) {
	m.of(statement).with[alias] = with
}

// Remove takes an alias out of a statement, and the statement with the last.
func (m *Imports) Remove(statement, alias pysyntax.Node) { m.of(statement).gone[alias] = true }

// AddBefore puts an import before a statement, which is often an import that is replaced or goes. One that the block
// has already, or gets, is not added again.
func (m *Imports) AddBefore(statement pysyntax.Node, imp Import) {
	c := m.of(statement)
	if !slices.Contains(c.add, imp) {
		c.add = append(c.add, imp)
	}
}

// Alias takes an alias apart.
func Alias(t *pysyntax.Tree, statement, alias pysyntax.Node) Import {
	span := func(start, end uint32) string { return string(t.Src[start:end]) }
	name, as := t.AliasName(alias), t.AliasAsname(alias)
	out := Import{As: span(as.Start, as.End)}
	if t.Kind(statement) == pysyntax.Import {
		out.Module = dotted(span(name.Start, name.End))
		return out
	}
	level, module := t.ImportModule(statement)
	out.Module = strings.Repeat(".", level) + dotted(span(module.Start, module.End))
	out.Name = span(name.Start, name.End)
	return out
}

// dotted takes out the blanks that may stand around dots.
func dotted(text string) string { return strings.Join(strings.Fields(text), "") }

// Edits adds the edits to a set.
func (m *Imports) Edits(s *Set) {
	slices.SortFunc(m.order, func(a, b pysyntax.Node) int { return cmp.Compare(m.t.Start(a), m.t.Start(b)) })
	have := m.present()
	for _, n := range m.order {
		m.edit(s, n, m.wanted[n], have)
	}
	m.arrive(s)
}

// present is, for each block with a statement that changes, the imports that it keeps.
func (m *Imports) present() map[pysyntax.Node]map[Import]bool {
	have := map[pysyntax.Node]map[Import]bool{}
	for _, n := range m.order {
		block := m.t.Parents()[n]
		if have[block] != nil {
			continue
		}
		have[block] = map[Import]bool{}
		for other := range m.t.Children(block) {
			if kind := m.t.Kind(other); kind != pysyntax.Import && kind != pysyntax.ImportFrom {
				continue
			}
			c := m.wanted[other]
			for alias := range m.t.Children(other) {
				if c == nil || !c.gone[alias] && c.with[alias] == (Import{}) {
					have[block][Alias(m.t, other, alias)] = true
				}
			}
		}
	}
	return have
}

func (m *Imports) edit(s *Set, n pysyntax.Node, c *change, have map[pysyntax.Node]map[Import]bool) {
	present := have[m.t.Parents()[n]]
	var before []Import
	for _, imp := range c.add {
		if !present[imp] {
			present[imp] = true
			before = append(before, imp)
		}
	}
	if kind := m.t.Kind(n); kind != pysyntax.Import && kind != pysyntax.ImportFrom {
		m.insertBefore(s, n, before)
		return
	}
	// What becomes of the aliases.
	var kept, moved []pysyntax.Node
	for alias := range m.t.Children(n) {
		with, replaced := c.with[alias]
		switch {
		case c.gone[alias]:
		case !replaced:
			kept = append(kept, alias)
		case present[with]:
			c.gone[alias] = true
		default:
			present[with] = true
			moved = append(moved, alias)
		}
	}
	switch {
	case len(kept) == 0 && len(moved) > 0 && m.sameModule(n, c, moved):
		m.addBefore(s, n, before)
		m.rename(s, n, c)
	case len(moved) == 0 && len(kept) > 0:
		m.addBefore(s, n, before)
		m.dropAliases(s, n, c.gone)
	case len(moved) == 0 && len(before) == 0:
		if m.Close {
			m.deleteBlankBefore(s, n)
		}
		DeleteStatement(s, m.t, n)
	case len(moved) == 0 && len(kept) == 0 && len(before) == 1:
		m.place(s, n, []Edit{{int(m.t.Start(n)), int(m.t.End(n)), before[0].String()}}, before[0])
	default:
		m.split(s, n, c, kept, moved, before)
	}
}

// sameModule reports whether all aliases of a from statement become names of one other module, so that the statement
// stays what it is.
func (m *Imports) sameModule(n pysyntax.Node, c *change, moved []pysyntax.Node) bool {
	if m.t.Kind(n) != pysyntax.ImportFrom {
		return len(moved) == 1 && len(c.gone) == 0
	}
	if _, module := m.t.ImportModule(n); module.Start == module.End {
		return false
	}
	first := c.with[moved[0]].Module
	return !slices.ContainsFunc(moved, func(alias pysyntax.Node) bool {
		return c.with[alias].Module != first || c.with[alias].Name == ""
	})
}

// rename changes a statement in place, and moves it to where the file's order wants it.
func (m *Imports) rename(s *Set, n pysyntax.Node, c *change) {
	own := Set{Src: m.t.Src}
	var first Import
	if m.t.Kind(n) == pysyntax.Import {
		alias := m.t.Child(n)
		first = c.with[alias]
		own.Replace(int(m.t.Start(n)), int(m.t.End(n)), first.String())
	} else {
		for alias := range m.t.Children(n) {
			if c.gone[alias] {
				continue
			}
			with := c.with[alias]
			if first.Module == "" {
				first = with
			}
			m.renameAlias(&own, alias, with)
		}
		level, module := m.t.ImportModule(n)
		start := int(module.Start)
		for ; level > 0; level-- {
			start = bytes.LastIndexByte(m.t.Src[:start], '.')
		}
		own.Replace(start, int(module.End), first.Module)
		m.dropAliases(&own, n, c.gone)
		m.wrap(&own, n)
	}
	m.place(s, n, own.edits, first)
}

func (m *Imports) renameAlias(s *Set, alias pysyntax.Node, with Import) {
	name, as := m.t.AliasName(alias), m.t.AliasAsname(alias)
	old := Import{Name: string(m.t.Src[name.Start:name.End]), As: string(m.t.Src[as.Start:as.End])}
	switch {
	case old.Name == with.Name && old.As == with.As:
	case old.As == with.As:
		s.Replace(int(name.Start), int(name.End), with.Name)
	default:
		text := with.Name
		if with.As != "" {
			text += " as " + with.As
		}
		s.Replace(int(m.t.Start(alias)), int(m.t.End(alias)), text)
	}
}

// dropAliases takes aliases out of a statement that keeps others, each with a comma.
func (m *Imports) dropAliases(s *Set, n pysyntax.Node, gone map[pysyntax.Node]bool) {
	var last pysyntax.Node // that stays
	for alias := range m.t.Children(n) {
		if !gone[alias] {
			last = alias
		}
	}
	previous := pysyntax.Node(0)
	for alias := range m.t.Children(n) {
		next := m.t.Next(alias)
		switch {
		case !gone[alias]:
			previous = alias
		case m.t.Start(alias) < m.t.Start(last):
			s.Delete(int(m.t.Start(alias)), int(m.t.Start(next)))
		case next == 0:
			s.Delete(int(m.t.End(previous)), int(m.t.End(alias)))
		}
	}
}

// split writes the imports that come out of a statement one a line; what is kept stays in the statement.
func (m *Imports) split(s *Set, n pysyntax.Node, c *change, kept, moved []pysyntax.Node, before []Import) {
	var lines []string
	for _, imp := range before {
		lines = append(lines, imp.String())
	}
	for i := 0; i < len(moved); {
		with := c.with[moved[i]]
		line := with.String()
		// Names of one module stay together, as they were.
		for i++; i < len(moved) && with.Name != "" && c.with[moved[i]].Module == with.Module &&
			c.with[moved[i]].Name != ""; i++ {
			more := c.with[moved[i]]
			line += ", " + more.Name
			if more.As != "" {
				line += " as " + more.As
			}
		}
		lines = append(lines, line)
	}
	separator := "\n" + Indent(m.t, n)
	if !alone(m.t, n) {
		separator = "; "
	}
	text := strings.Join(lines, separator)
	if len(kept) == 0 {
		s.Replace(int(m.t.Start(n)), int(m.t.End(n)), text)
		return
	}
	gone := map[pysyntax.Node]bool{}
	for alias := range m.t.Children(n) {
		gone[alias] = !slices.Contains(kept, alias)
	}
	m.dropAliases(s, n, gone)
	if len(lines) > 0 {
		s.Insert(int(m.t.Start(n)), text+separator)
	}
}

// addBefore adds imports to the group of an import statement: where its order wants them, else before the statement.
func (m *Imports) addBefore(s *Set, n pysyntax.Node, imports []Import) {
	if !alone(m.t, n) {
		m.insertBefore(s, n, imports)
		return
	}
	for _, imp := range imports {
		group := m.group(n)
		at, fits := m.spot(n, imp, group, orderOf(group))
		if fits {
			at = lineStart(m.t.Src, int(m.t.Start(n)))
		}
		m.insertLine(at, imp, Indent(m.t, n)+imp.String())
	}
}

// insertBefore puts imports on lines of their own before a statement.
func (m *Imports) insertBefore(s *Set, n pysyntax.Node, imports []Import) {
	if len(imports) == 0 {
		return
	}
	separator := "\n" + Indent(m.t, n)
	if !alone(m.t, n) && m.t.Kind(n) != pysyntax.If &&
		len(bytes.TrimSpace(m.t.Src[lineStart(m.t.Src, int(m.t.Start(n))):m.t.Start(n)])) > 0 {
		separator = "; "
	}
	var text strings.Builder
	for _, imp := range imports {
		text.WriteString(imp.String() + separator)
	}
	s.Insert(int(m.t.Start(n)), text.String())
}

// usualWidth is how long lines may be in the style guide, in characters.
const usualWidth = 79

// wrap breaks a from statement that a longer name of the module has made too long for its file.
func (m *Imports) wrap(own *Set, n pysyntax.Node) {
	before := m.t.Src[lineStart(m.t.Src, int(m.t.Start(n))):m.t.End(n)]
	text := strings.TrimSuffix(m.lines(n, own.edits), "\n")
	if bytes.ContainsAny(before, "\r\n") || len(before) > usualWidth || len(text) <= usualWidth {
		return
	}
	statement := strings.TrimRight(text[:len(text)-len(comment(m.t, n))], " \t")
	module, names, ok := strings.Cut(strings.TrimLeft(statement, " \t\f"), " import ")
	if !ok || len(statement) <= usualWidth {
		return
	}
	names = strings.TrimSuffix(strings.TrimPrefix(names, "("), ")")
	indent := Indent(m.t, n) + "    "
	lines, line := []string{module + " import ("}, indent
	for i, name := range strings.Split(names, ", ") {
		if i > 0 {
			line += ","
		}
		switch {
		case i > 0 && len(line)+len(name)+2 > usualWidth:
			lines, line = append(lines, line), indent+name
		case i > 0:
			line += " " + name
		default:
			line += name
		}
	}
	own.edits = []Edit{{int(m.t.Start(n)), int(m.t.End(n)), strings.Join(append(lines, line+")"), "\n")}}
}
