package port

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/fault"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// facade is a module of the project through which everything else gets its names. Without one, all methods give
// aiohub.green.
type facade struct {
	module string
	path   string
	exists bool
	own    *source // the file, if it exists

	names map[string]string      // canonical name -> name in the facade
	from  map[string]edit.Import // canonical name -> how the facade imports it
	fresh []string               // canonical names that it does not have yet, sorted by what they import
	quote string
	legal string // license comment of the project, or ""
}

// target is where one file gets its names.
type target struct{ f *facade }

// of gives what an import of eventlet becomes; false for the same import of aiohub.green.
func (t target) of(now edit.Import) (edit.Import, bool) {
	if t.f == nil {
		return edit.Import{}, false
	}
	name, ok := t.f.names[canonical(now)]
	if !ok {
		return edit.Import{}, false
	}
	with := edit.Import{Module: t.f.module, Name: name}
	if binds := now.Binds(); binds != name {
		with.As = binds
	}
	return with, true
}

// path is what the paths of eventlet's names begin with.
func (t target) path() string {
	if t.f == nil {
		return green
	}
	return t.f.module + "." + knowledge.Root
}

// canonical is the object that an import of eventlet gets.
func canonical(imp edit.Import) string {
	switch {
	case imp.Name != "":
		return knowledge.Canon(imp.Module + "." + imp.Name)
	case imp.As != "":
		return knowledge.Canon(imp.Module)
	}
	return knowledge.Root
}

// newFacade collects what the facade has to have.
func newFacade(t *Tree, list []*source, module string) (*facade, error) {
	f := &facade{module: module, names: map[string]string{}, from: map[string]edit.Import{}, quote: `"`}
	if module == "" {
		return f, nil
	}
	if err := f.find(t, list); err != nil {
		return nil, err
	}
	f.read()
	f.collect(list)
	return f, nil
}

// find finds the file, or where it is to be made.
func (f *facade) find(t *Tree, list []*source) error {
	for part := range strings.SplitSeq(f.module, ".") {
		if !isIdentifier(part) {
			return fault.New(fmt.Sprintf("--facade %s: not the dotted name of a module", f.module),
				"give one of the project's own, as in --facade package.concurrency")
		}
	}
	modules := pymodule.New(t.Paths)
	parent, last := "", f.module
	if i := strings.LastIndexByte(f.module, '.'); i >= 0 {
		parent, last = f.module[:i], f.module[i+1:]
	}
	directory, found := "", parent == ""
	for i, file := range t.Paths {
		switch name := modules.Name(modules.Node(i)); {
		case name == f.module:
			f.path, f.exists = file, true
		case name == parent && path.Base(file) == "__init__.py":
			directory, found = path.Dir(file), true
		}
	}
	switch {
	case f.exists:
		return f.open(t, list)
	case !found:
		return fault.New(fmt.Sprintf("--facade %s: there is no package %s in the tree", f.module, parent),
			"make the package first, or name another module")
	}
	f.path = path.Join(directory, last+".py")
	return nil
}

func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') && r < 0x80 {
			return false
		}
	}
	return s != ""
}

// open finds the source of a facade that exists, or reads it.
func (f *facade) open(t *Tree, list []*source) error {
	for _, s := range list {
		if s.path == f.path {
			f.own = s
			return nil
		}
	}
	src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(f.path)))
	if err != nil {
		return fmt.Errorf("read the facade: %w", err)
	}
	var parser pysyntax.Parser
	f.own = newSource(f.path, src, parser.Parse(src).Clone(), nil, f.module)
	return nil
}

// read takes in the names that a facade has already: imports of aiohub.green or of eventlet, and names assigned from
// them.
func (f *facade) read() {
	if f.own == nil {
		return
	}
	t := f.own.tree
	f.quote = f.own.quote()
	roots := map[string]bool{}
	for n := range t.Children(t.Root()) {
		switch t.Kind(n) {
		case pysyntax.Import, pysyntax.ImportFrom:
			for a := range t.Children(n) {
				imp, ok := asEventlet(edit.Alias(t, n, a))
				if !ok {
					continue
				}
				if key := canonical(imp); f.names[key] == "" {
					f.names[key] = imp.Binds()
					roots[imp.Binds()] = key == knowledge.Root
				}
			}
		case pysyntax.Assign:
			name, value := t.Child(n), t.Next(t.Child(n))
			head, rest, below := strings.Cut(string(t.Text(value)), ".")
			if t.Kind(name) == pysyntax.Name && t.Kind(value) == pysyntax.Attribute && below && roots[head] {
				if key := knowledge.Canon(knowledge.Root + "." + rest); f.names[key] == "" {
					f.names[key] = string(t.Ident(name))
				}
			}
		}
	}
}

// asEventlet is an import of aiohub.green as one of eventlet.
func asEventlet(imp edit.Import) (edit.Import, bool) {
	switch {
	case isEventlet(imp.Module):
		return imp, true
	case imp.Module == "aiohub" && imp.Name == "green":
		return edit.Import{Module: knowledge.Root, As: imp.As}, true
	case imp.Module == green || strings.HasPrefix(imp.Module, green+"."):
		imp.Module = knowledge.Root + strings.TrimPrefix(imp.Module, green)
		return imp, true
	}
	return imp, false
}

// wish is an object that some file imports.
type wish struct {
	key    string
	total  int
	locals map[string]int // names it is bound to, and how often
	from   edit.Import
}

// collect gives each object that somebody imports a name: the one that most files know it by.
func (f *facade) collect(list []*source) {
	wishes := map[string]*wish{}
	for _, s := range list {
		if s.tree == nil {
			continue
		}
		if f.own == nil {
			f.quote = s.usual
		}
		if f.legal == "" {
			f.legal = license(s)
		}
		if f.targetFor(s).f == nil {
			continue
		}
		for i := range s.records {
			s.wish(&s.records[i], wishes)
		}
	}
	taken := map[string]bool{knowledge.Root: true}
	for _, name := range f.names {
		taken[name] = true
	}
	ordered := slices.SortedFunc(maps.Values(wishes), func(a, b *wish) int {
		return cmp.Or(cmp.Compare(b.total, a.total), strings.Compare(a.key, b.key))
	})
	for _, w := range ordered {
		if f.names[w.key] != "" {
			continue
		}
		f.names[w.key] = w.name(taken)
		taken[f.names[w.key]] = true
		f.from[w.key] = w.from
		f.fresh = append(f.fresh, w.key)
	}
	slices.Sort(f.fresh)
}

func (s *source) wish(r *scan.Record, wishes map[string]*wish) {
	a, ok := s.aliases[r.Start]
	switch {
	case r.Kind == scan.String && targets[string(r.Ctx)] && r.Via == "" && r.Name != knowledge.Root:
		// Its path goes through the facade's name for eventlet as a whole.
		if wishes[knowledge.Root] == nil {
			wishes[knowledge.Root] = &wish{key: knowledge.Root, locals: map[string]int{},
				from: edit.Import{Module: knowledge.Root}}
		}
		return
	case r.Kind != scan.Import || r.Form == "call" || !ok:
		return
	}
	imp := edit.Alias(s.tree, a.statement, a.node)
	if !isEventlet(imp.Module) || imp.Name == "*" {
		return
	}
	key := canonical(imp)
	w := wishes[key]
	if w == nil {
		w = &wish{key: key, locals: map[string]int{}, from: imp}
		wishes[key] = w
	}
	w.total++
	w.locals[imp.Binds()]++
	if plain := (edit.Import{Module: imp.Module, Name: imp.Name}); strings.Compare(plain.Module, w.from.Module) < 0 {
		w.from = plain
	}
}

// name is the most frequent local name that is free, else one with the module's name in front.
func (w *wish) name(taken map[string]bool) string {
	if w.key == knowledge.Root {
		return knowledge.Root
	}
	locals := slices.SortedFunc(maps.Keys(w.locals), func(a, b string) int {
		return cmp.Or(cmp.Compare(w.locals[b], w.locals[a]), cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	for _, name := range locals {
		if !taken[name] {
			return name
		}
	}
	parts := strings.Split(w.key, ".")
	name := strings.Join(parts[max(len(parts)-2, 1):], "_")
	for taken[name] {
		name += "_"
	}
	return name
}

// targetFor is where a file gets its names: the facade itself, and the packages around it, which run before it, from
// aiohub.green.
func (f *facade) targetFor(s *source) target {
	if f.module == "" || s.module == f.module ||
		path.Base(s.path) == "__init__.py" && strings.HasPrefix(f.module, s.module+".") {
		return target{}
	}
	return target{f}
}

// finish makes the facade, or adds to it what it lacks.
func (f *facade) finish(out *Result) {
	switch {
	case f.module == "" || len(f.fresh) == 0:
	case f.own == nil:
		out.Files = append(out.Files, File{Path: f.path, After: []byte(f.text())})
	case len(f.own.records) == 0: // else it is among the sources, and was extended there
		f.extend()
		f.own.finish(out)
	}
}

// imports is what the facade has to import beside what it has, as lines, sorted.
func (f *facade) imports() []string {
	list := make([]edit.Import, 0, len(f.fresh))
	for _, key := range f.fresh {
		imp := f.from[key]
		name := f.names[key]
		if key == knowledge.Root {
			list = append(list, edit.Import{Module: "aiohub", Name: "green", As: knowledge.Root})
			continue
		}
		if imp.Name == "" {
			i := strings.LastIndexByte(imp.Module, '.')
			imp.Module, imp.Name = imp.Module[:i], imp.Module[i+1:]
		}
		imp = direct(edit.Import{Module: imp.Module, Name: imp.Name})
		if imp.Name != name {
			imp.As = name
		}
		list = append(list, imp)
	}
	slices.SortFunc(list, func(a, b edit.Import) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Module+"."+a.Name), strings.ToLower(b.Module+"."+b.Name)),
			strings.Compare(a.As, b.As))
	})
	lines := make([]string, len(list))
	for i, imp := range list {
		lines[i] = imp.String()
	}
	return lines
}

const docstring = `"""The names that this project has from eventlet.

Everything else imports them from here.
"""

`

// text is a new facade.
func (f *facade) text() string {
	var b strings.Builder
	if f.legal != "" {
		b.WriteString(f.legal + "\n")
	}
	b.WriteString(docstring)
	for _, line := range f.imports() {
		b.WriteString(line + "\n")
	}
	b.WriteString("\n__all__ = [\n")
	for _, name := range f.exported() {
		b.WriteString("    " + f.quote + name + f.quote + ",\n")
	}
	b.WriteString("]\n")
	return b.String()
}

// exported is the new names, sorted.
func (f *facade) exported() []string {
	names := make([]string, len(f.fresh))
	for i, key := range f.fresh {
		names[i] = f.names[key]
	}
	slices.Sort(names)
	return names
}

// extend adds to a facade what it lacks.
func (f *facade) extend() {
	if len(f.fresh) == 0 {
		return
	}
	t := f.own.tree
	var last, all pysyntax.Node
	ours := false
	for n := range t.Children(t.Root()) {
		switch t.Kind(n) {
		case pysyntax.Import, pysyntax.ImportFrom:
			_, is := asEventlet(edit.Alias(t, n, t.Child(n)))
			if is || !ours {
				last, ours = n, is
			}
		case pysyntax.Assign:
			if t.Kind(t.Child(n)) == pysyntax.Name && string(t.Ident(t.Child(n))) == "__all__" {
				all = t.Next(t.Child(n))
			}
		}
	}
	text := strings.Join(f.imports(), "\n")
	edit.InsertAfter(&f.own.edits, t, last, text)
	if all != 0 {
		f.list(all)
	}
}

// list adds the new names to a list display.
func (f *facade) list(all pysyntax.Node) {
	t := f.own.tree
	if kind := t.Kind(all); kind != pysyntax.List && kind != pysyntax.Tuple {
		return
	}
	names := f.exported()
	for i := range names {
		names[i] = f.quote + names[i] + f.quote
	}
	last := t.Last(all)
	if last == 0 {
		f.own.edits.Insert(int(t.Start(all))+1, strings.Join(names, ", "))
		return
	}
	separator := ", "
	if before := lineOf(t.Src, int(t.Start(all))); before != lineOf(t.Src, int(t.Start(last))) {
		separator = ",\n" + edit.Indent(t, last)
	}
	f.own.edits.Insert(int(t.End(last)), separator+strings.Join(names, separator))
}

// license is the comment at the top of a file from "Licensed under" on, which new files of the project are to have too.
func license(s *source) string {
	var lines []string
	for _, c := range s.tree.Comments {
		text := string(s.src[c.Start:c.End])
		if lineOf(s.src, int(c.Start)) > 25 {
			break
		}
		switch {
		case len(lines) == 0 && strings.Contains(text, "Licensed under"):
			lines = append(lines, text)
		case len(lines) > 0:
			lines = append(lines, text)
			if strings.HasSuffix(text, "under the License.") {
				return strings.Join(lines, "\n") + "\n"
			}
		}
	}
	return ""
}
