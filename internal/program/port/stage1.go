package port

import (
	"bytes"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/language/pytoken"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// green is the module that has eventlet's names.
const green = "aiohub.green"

// Stage1 moves names: what came from eventlet comes from aiohub.green, or from a facade of the project's own. Imports
// change, and strings that name what they bound; the names in the code stay, and so does all that is reached through
// them. That the two are the same needs no proof for each place: aiohub.green has eventlet's own objects, and who
// replaces one of its names replaces eventlet's.
func Stage1(t *Tree, options Options) (*Result, error) {
	out := &Result{Options: options}
	list := t.sources()
	f, err := newFacade(t, list, options.Facade)
	if err != nil {
		return nil, err
	}
	through := reexported(list)
	for _, s := range list {
		if options.Wanted != nil && !options.Wanted(s.path) && s != f.own {
			continue
		}
		if s == f.own {
			f.extend()
		}
		if s.tree == nil {
			s.requirements()
		} else {
			s.stage1(f, through)
		}
		s.finish(out)
	}
	f.finish(out)
	out.Facade = f.path
	out.sort()
	return out, nil
}

// reach is what the files of the tree take from each other.
type reach struct {
	modules map[string]bool // from which others get names of eventlet's
	list    []*source
}

func reexported(list []*source) *reach {
	out := &reach{modules: map[string]bool{}, list: list}
	for _, s := range list {
		for i := range s.records {
			if via := s.records[i].Via; via != "" {
				out.modules[via] = true
			}
		}
	}
	return out
}

// through reports whether somebody may get a name from a module.
func (r *reach) through(module, name string) bool {
	if r.modules[module] {
		return true
	}
	last := module[strings.LastIndexByte(module, '.')+1:]
	return slices.ContainsFunc(r.list, func(s *source) bool { return bytes.Contains(s.src, []byte(last+"."+name)) })
}

func (s *source) stage1(f *facade, through *reach) {
	target := f.targetFor(s)
	for i := range s.records {
		switch r := &s.records[i]; r.Kind {
		case scan.Import:
			s.moveImport(r, target)
		case scan.Use, scan.Method:
			s.use(r)
		case scan.Patch:
			if !s.mocksStart(r) {
				s.note(r, follows, "")
			}
		case scan.String:
			s.moveString(r, target)
		case scan.Env:
			s.note(r, hubVariable, "")
		case scan.Requirement:
			s.requirement(i, r)
		}
	}
	s.installInScript()
	s.dropUnused(through)
}

// moveImport lets an import get its name from where it is now.
func (s *source) moveImport(r *scan.Record, to target) {
	if r.Form == "call" {
		s.moveImportCall(r)
		return
	}
	a, ok := s.aliases[r.Start]
	if !ok {
		return
	}
	now := edit.Alias(s.tree, a.statement, a.node)
	if !isEventlet(now.Module) {
		s.note(r, follows, "") // through a module of the tree
		return
	}
	s.note(r, moves, "")
	if with, ok := to.of(now); ok {
		s.imports.Replace(a.statement, a.node, with)
		return
	}
	s.imports.Replace(a.statement, a.node, direct(now))
}

// isEventlet reports whether a dotted name is eventlet's as it is written: what comes from aiohub.green has moved
// already.
func isEventlet(dotted string) bool {
	return dotted == knowledge.Root || strings.HasPrefix(dotted, knowledge.Root+".")
}

// direct is an import of eventlet as one of aiohub.green.
func direct(now edit.Import) edit.Import {
	inGreen := func(module string) string { return green + strings.TrimPrefix(module, knowledge.Root) }
	switch {
	case now.Name != "":
		return edit.Import{Module: inGreen(now.Module), Name: now.Name, As: now.As}
	case now.As != "" && now.Module != knowledge.Root:
		return edit.Import{Module: inGreen(now.Module), As: now.As}
	case now.As != "":
		return edit.Import{Module: "aiohub", Name: "green", As: now.As}
	}
	// `import eventlet.wsgi` binds eventlet. Submodules are imported when they are first asked for.
	return edit.Import{Module: "aiohub", Name: "green", As: knowledge.Root}
}

// moveImportCall changes the module's name in try_import("eventlet") and the like.
func (s *source) moveImportCall(r *scan.Record) {
	call := s.nodes[span{r.Start, r.End}]
	if call == 0 {
		return
	}
	text := s.firstString(call)
	value, _ := s.tree.StringValue(text)
	callee := string(s.tree.Ident(s.tree.Child(call)))
	switch {
	case text != 0 && knowledge.Is(value) && !isEventlet(value):
		s.note(r, follows, "")
	case text == 0 || !isEventlet(value):
		s.note(r, importsByName, "the name is not written where the call is")
	case callee == "__import__" && s.tree.Next(text) == 0:
		s.note(r, importsByName, "`__import__` gives the package above, which would be aiohub")
	case s.replaceInString(text, value, green+strings.TrimPrefix(value, knowledge.Root)):
		s.note(r, moves, "")
	default:
		s.note(r, importsByName, "the name is put together from several strings")
	}
}

// firstString gives the first argument of a call, or the one called name, if it is a string.
func (s *source) firstString(call pysyntax.Node) pysyntax.Node {
	for n := s.tree.Next(s.tree.Child(call)); n != 0; n = s.tree.Next(n) {
		value := n
		if s.tree.Kind(n) == pysyntax.Keyword {
			if string(s.tree.Ident(n)) != "name" {
				continue
			}
			value = s.tree.Child(n)
		}
		if s.tree.Kind(value) == pysyntax.Constant && s.tree.Op(value) == pysyntax.ConstStr {
			return value
		}
		return 0
	}
	return 0
}

// replaceInString changes the beginning of a string's value, if it is written in one piece.
func (s *source) replaceInString(n pysyntax.Node, old, with string) bool {
	text := string(s.tree.Text(n))
	i := strings.Index(text, old)
	if i < 0 {
		return false
	}
	start := int(s.tree.Start(n)) + i
	s.edits.Replace(start, start+len(old), with)
	return true
}

// use decides about a name in the code.
func (s *source) use(r *scan.Record) {
	switch {
	case r.Canon == "eventlet.patcher.monkey_patch":
		s.install(r)
	case r.Canon == "eventlet.hubs.use_hub":
		s.useHub(r)
	default:
		s.note(r, follows, "")
	}
}

// dropUnused takes out imports of which all uses have gone. An import that had no use before is there for another
// reason.
func (s *source) dropUnused(through *reach) {
	if len(s.taken) == 0 {
		return
	}
	for _, at := range s.aliases {
		name := edit.Alias(s.tree, at.statement, at.node).Binds()
		before, after := s.mentions(name)
		if before > 0 && after == 0 && s.onlyBinding(name) && !through.through(s.module, name) {
			s.imports.Remove(at.statement, at.node)
		}
	}
}

// mentions counts the uses of a name that is looked up, before and after what is replaced.
func (s *source) mentions(name string) (before, after int) {
	for i, k := range s.tree.Tokens {
		switch k.Kind {
		case pytoken.Name:
			if string(s.src[k.Start:k.End]) != name || s.tree.Tokens[i-1].Kind == pytoken.Dot || s.inImport(int(k.Start)) ||
				s.shadows()[k.Start] {
				continue
			}
		case pytoken.String:
			// In __all__, or for whoever looks names up by strings.
			if !strings.Contains(string(s.src[k.Start:k.End]), name) ||
				len(strings.Trim(string(s.src[k.Start:k.End]), `rubRUB"'`)) != len(name) {
				continue
			}
		default:
			continue
		}
		before++
		if !s.isTaken(int(k.Start)) {
			after++
		}
	}
	return before, after
}

func (s *source) isTaken(at int) bool {
	for _, t := range s.taken {
		if t.start <= at && at < t.end {
			return true
		}
	}
	return false
}

func (s *source) inImport(at int) bool {
	for _, a := range s.aliases {
		if int(s.tree.Start(a.statement)) <= at && at < int(s.tree.End(a.statement)) {
			return true
		}
	}
	return false
}

// onlyBinding reports whether only imports bind a name: an import that also has a fallback stays with it.
func (s *source) onlyBinding(name string) bool {
	for n := range s.tree.All() {
		switch s.tree.Kind(n) {
		case pysyntax.Name:
			if string(s.tree.Ident(n)) == name && s.tree.Has(n, pysyntax.FlagStore) {
				return false
			}
		case pysyntax.Try:
			// An import under try is there to be tried.
			for _, a := range s.aliases {
				if s.tree.Start(n) <= s.tree.Start(a.node) && s.tree.End(a.node) <= s.tree.End(n) &&
					edit.Alias(s.tree, a.statement, a.node).Binds() == name {
					return false
				}
			}
		}
	}
	return true
}
