package port

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/language/pytoken"
)

// dropEmptied deletes the modules of which nothing is left, as one through which the project had eventlet's names, with
// the imports of them. One that something else still names stays, and is reported.
func (p *pure) dropEmptied(out *Result) {
	for again := true; again; {
		again = false
		for i := range out.Files {
			f := &out.Files[i]
			s := p.fileAt(f.Path)
			if s == nil || f.After == nil || path.Base(f.Path) == "__init__.py" || !isHollow(s.now(f.After)) {
				continue
			}
			users, because := p.usersOf(out, s)
			if because != "" {
				p.note(s, 0, emptiedStays, s.module, because)
				p.refused = false // it is harmless: the list says so, and the rest is done
				continue
			}
			p.note(s, 0, emptiedGoes, s.module, testsAmong(users))
			out.Files[i].After = nil
			for _, u := range users {
				p.forget(out, u)
			}
			again = true
			break // the list has changed
		}
	}
}

func (p *pure) fileAt(path string) *source {
	if i := slices.IndexFunc(p.files, func(s *source) bool { return s.path == path }); i >= 0 {
		return p.files[i]
	}
	return nil
}

// now is a file with another content.
func (s *source) now(content []byte) *source {
	var parser pysyntax.Parser
	now := newSource(s.path, content, parser.Parse(content).Clone(), nil, s.module)
	now.test = s.test
	return now
}

// isHollow reports whether a module has nothing that somebody could import.
func isHollow(s *source) bool {
	t := s.tree
	for n := range t.Children(t.Root()) {
		switch t.Kind(n) {
		case pysyntax.Pass:
		case pysyntax.ExprStmt:
			if _, text := t.StringValue(t.Child(n)); !text {
				return false
			}
		case pysyntax.Assign:
			if string(t.Text(t.Child(n))) != "__all__" || t.Child(t.Last(n)) != 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// user is a file that imports a module, and nothing more.
type user struct {
	*source // as it is by now
	imports []alias
}

// usersOf finds the files that import a module, or says what else names it.
func (p *pure) usersOf(out *Result, module *source) (users []user, because string) {
	named := regexp.MustCompile(`(^|[^\w.])` + regexp.QuoteMeta(module.module) + `($|[^\w])`)
	for _, name := range []string{"setup.cfg", "setup.py", "pyproject.toml", "tox.ini"} {
		if text, err := os.ReadFile(filepath.Join(p.tree.Root, name)); err == nil && named.Match(text) {
			return nil, name + " names it"
		}
	}
	for _, s := range p.files {
		content := out.content(s)
		leaf := []byte(lastOf("." + module.module))
		if s == module || content == nil || !bytes.Contains(content, leaf) {
			continue
		}
		u := user{source: s.now(content)}
		for _, a := range u.aliases {
			switch imp := u.absolute(alias3(u.source, a)); {
			case imp.Module == module.module && imp.Name != "" && imp.Name != "*":
				return nil, s.path + " imports from it"
			case imp.Module == module.module, imp.Module+"."+imp.Name == module.module:
				u.imports = append(u.imports, a)
			}
		}
		if u.mentionsModule(named) {
			return nil, s.path + " names it"
		}
		if len(u.imports) > 0 {
			users = append(users, u)
		}
	}
	return users, ""
}

// content is what a file has by now, nil if it is gone.
func (out *Result) content(s *source) []byte {
	for i := range out.Files {
		if out.Files[i].Path == s.path {
			return out.Files[i].After
		}
	}
	return s.src
}

// absolute is an import by its full name, where that is relative.
func (s *source) absolute(imp edit.Import) edit.Import {
	rest := strings.TrimLeft(imp.Module, ".")
	level := len(imp.Module) - len(rest)
	if level == 0 {
		return imp
	}
	parts := strings.Split(s.module, ".")
	if path.Base(s.path) == "__init__.py" {
		level--
	}
	parts = parts[:max(len(parts)-level, 0)]
	if rest != "" {
		parts = append(parts, rest)
	}
	imp.Module = strings.Join(parts, ".")
	return imp
}

// mentionsModule reports whether a file names a module otherwise than by its imports of it: by what these bind, or in a
// string.
func (u *user) mentionsModule(named *regexp.Regexp) bool {
	for _, k := range u.tree.Tokens {
		if k.Kind == pytoken.String && named.Match(u.src[k.Start:k.End]) {
			return true
		}
	}
	for _, a := range u.imports {
		imp := alias3(u.source, a)
		binds, _, _ := strings.Cut(imp.Binds(), ".")
		if imp.Name == "*" || u.bindsElsewhere(a, binds) && !bytes.Contains(u.outsideImports(), []byte(imp.Module)) {
			continue
		}
		if _, left := u.mentions(binds); left > len(u.exports(binds)) {
			return true
		}
	}
	return false
}

// bindsElsewhere reports whether another import binds the same name: `import app.main` binds app, too.
func (u *user) bindsElsewhere(own alias, name string) bool {
	for _, a := range u.aliases {
		binds, _, _ := strings.Cut(alias3(u.source, a).Binds(), ".")
		if binds == name && !slices.Contains(u.imports, a) && a != own {
			return true
		}
	}
	return false
}

// outsideImports is the text of a file without its imports.
func (u *user) outsideImports() []byte {
	text := bytes.Clone(u.src)
	for _, a := range u.aliases {
		for i := u.tree.Start(a.statement); i < u.tree.End(a.statement); i++ {
			text[i] = ' '
		}
	}
	return text
}

// forget takes the imports of a module that has gone out of a file.
func (p *pure) forget(out *Result, u user) {
	statements := map[pysyntax.Node]int{}
	for _, a := range u.aliases {
		statements[a.statement]++
	}
	for _, a := range u.imports {
		u.dropExports(u.exports(alias3(u.source, a).Binds()))
		u.source.imports.Remove(a.statement, a.node)
		if statements[a.statement]--; statements[a.statement] == 0 {
			p.leaves(u.source, a.statement)
		}
	}
	p.closeGaps(u.source)
	changed := &Result{}
	u.finish(changed)
	out.Faults = append(out.Faults, changed.Faults...)
	for _, f := range changed.Files {
		if i := slices.IndexFunc(out.Files, func(o File) bool { return o.Path == f.Path }); i >= 0 {
			out.Files[i].After = f.After
			continue
		}
		out.Files = append(out.Files, f)
	}
}

// testsAmong says which tests have imported a module: they may be about nothing else.
func testsAmong(users []user) string {
	var tests []string
	for _, u := range users {
		if u.test {
			tests = append(tests, u.path)
		}
	}
	if len(tests) == 0 {
		return ""
	}
	return "look at the tests that imported it: " + strings.Join(tests, ", ")
}
