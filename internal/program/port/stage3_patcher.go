package port

import (
	"regexp"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
)

const otherValues = "the name has other values too"

var moduleName = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$`)

// originalOrder is about a module that nothing has patched: any is, from now on.
func originalOrder(c *spot) order {
	t := c.s.tree
	switch {
	case !c.site.Certain:
		return order{rule: byHand, note: otherValues}
	case !c.onlyArguments(1) || len(c.args) != 1:
		return byHandOrder(c)
	}
	given := c.args[0]
	if object := t.Child(given); t.Kind(given) == pysyntax.Attribute && string(t.Ident(given)) == "__name__" &&
		t.Kind(object) == pysyntax.Name && c.s.importsModule(object) {
		// The module is in hand already: original(socket.__name__)
		return order{rule: originalGoes, write: func() {
			c.s.replace(int(t.Start(c.node)), int(t.End(c.node)), c.text(object))
		}}
	}
	module, found := t.StringValue(given)
	if !found || !moduleName.MatchString(module) {
		return order{rule: byHand, note: "which module it gives is not written there"}
	}
	if statement := t.Parents()[c.node]; c.isImportable(statement) {
		return order{rule: originalGoes, write: func() { c.importHere(statement, module) }}
	}
	imp := edit.Import{Module: module}
	if c.s.meansOther(imp) {
		return order{rule: byHand, note: "`" + imp.Binds() + "` is something else there"}
	}
	return order{rule: originalGoes, write: func() {
		c.s.replace(int(t.Start(c.node)), int(t.End(c.node)), module)
		if !c.s.bringsOriginal(module, t.Start(c.node)) {
			c.p.need(c.s, imp)
		}
	}}
}

// isImportable reports whether a statement gives the module a name, and does nothing else: an import does the same.
func (c *spot) isImportable(statement pysyntax.Node) bool {
	t := c.s.tree
	target := t.Child(statement)
	return t.Kind(statement) == pysyntax.Assign && t.Kind(target) == pysyntax.Name && t.Next(target) == c.node &&
		t.Next(c.node) == 0
}

// importHere puts an import in the place of an assignment.
func (c *spot) importHere(statement pysyntax.Node, module string) {
	t := c.s.tree
	name := c.text(t.Child(statement))
	c.s.taken = append(c.s.taken, span{int(t.Start(c.node)), int(t.End(c.node))})
	if name == module && c.s.isImportedBefore(name, statement) {
		c.p.vanish(c.s, statement)
		return
	}
	text := "import " + module
	if name != module {
		text += " as " + name
	}
	c.s.replace(int(t.Start(statement)), int(t.End(statement)), text)
}

// isImportedBefore reports whether the top of a module has imported a module before a statement of it.
func (s *source) isImportedBefore(module string, statement pysyntax.Node) bool {
	t := s.tree
	if t.Parents()[statement] != t.Root() {
		return false
	}
	for _, a := range s.aliases {
		if imp := alias3(s, a); imp == (edit.Import{Module: module}) && t.Parents()[a.statement] == t.Root() &&
			t.Start(a.statement) < t.Start(statement) {
			return true
		}
	}
	return false
}

// importsModule reports whether a name is that of a module that the file imports, and nothing else.
func (s *source) importsModule(name pysyntax.Node) bool {
	if s.shadows()[s.tree.Start(name)] {
		return false
	}
	for _, a := range s.aliases {
		if imp := alias3(s, a); imp.Name == "" && imp.Binds() == string(s.tree.Ident(name)) {
			return true
		}
	}
	return false
}

// patchedOrder is about the question whether a module is patched.
func patchedOrder(c *spot) order {
	if !c.site.Certain {
		return order{rule: byHand, note: otherValues}
	}
	t := c.s.tree
	return order{rule: notPatched, write: func() { c.s.replace(int(t.Start(c.node)), int(t.End(c.node)), "False") }}
}

// meansOther reports whether something in a file gives a name to something else than the module that an import gives it
// to.
func (s *source) meansOther(imp edit.Import) bool {
	t, name := s.tree, imp.Binds()
	for n := range t.All() {
		switch t.Kind(n) {
		case pysyntax.Name:
			if t.Has(n, pysyntax.FlagStore) && string(t.Ident(n)) == name && !s.getsOriginal(n, imp.Module) {
				return true
			}
		case pysyntax.Param, pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.ExceptHandler:
			if at := t.IdentRange(n); string(s.src[at.Start:at.End]) == name {
				return true
			}
		}
	}
	for _, a := range s.aliases {
		if other := alias3(s, a); other.Binds() == name && (other.Name != "" || other.As != "") && other != imp {
			return true
		}
	}
	return false
}

// getsOriginal reports whether an assignment gives a name to the original of a module.
func (s *source) getsOriginal(name pysyntax.Node, module string) bool {
	t := s.tree
	value := t.Next(name)
	if t.Kind(t.Parents()[name]) != pysyntax.Assign || t.Kind(value) != pysyntax.Call || t.Next(value) != 0 {
		return false
	}
	callee := t.Child(value)
	given, text := t.StringValue(t.Next(callee))
	return text && given == module && lastOf("."+string(t.Text(callee))) == "original"
}

// bringsOriginal reports whether the top of a module gives the original of another its own name before a place: that
// becomes the import.
func (s *source) bringsOriginal(module string, at uint32) bool {
	t := s.tree
	for n := range t.Children(t.Root()) {
		if name := t.Child(n); t.Start(n) < at && t.Kind(n) == pysyntax.Assign && string(t.Text(name)) == module &&
			s.getsOriginal(name, module) {
			return true
		}
	}
	return false
}
