package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// functions makes coroutine functions of those that have the colour, or says what is in the way.
func (p *pure) functions() {
	for i := range p.graph.Funcs {
		id, f := callgraph.FuncID(i), &p.graph.Funcs[i]
		if !p.async[id] || f.Flags&callgraph.Async != 0 {
			continue
		}
		s := p.files[f.File]
		definition := p.defs[f.File][f.Start]
		if rule, note := p.obstacle(id, f, definition); rule != nil {
			p.note(s, f.Start, rule, f.Name(), note)
			continue
		}
		if f.Kind != callgraph.Plain {
			continue
		}
		p.testFunction(s, f, definition) // its decorator stands before the word async
		name := s.tree.IdentRange(definition)
		s.edits.Insert(int(s.tree.Tokens[s.tree.TokenAt(name.Start)-1].Start), "async ")
		p.note(s, s.tree.Start(definition), turnsAsync, f.Name(), "")
		if f.Flags&callgraph.ContextManager != 0 {
			p.asyncContextManager(s, definition)
		}
	}
}

// obstacle is what keeps a function from becoming a coroutine function.
func (p *pure) obstacle(id callgraph.FuncID, f *callgraph.Func, definition pysyntax.Node) (*Rule, string) {
	name := lastName(f.Qual)
	switch {
	case f.Kind == callgraph.ModuleBody:
		return atImport, ""
	case f.Kind == callgraph.Lambda:
		if p.handsOn(id) {
			return nil, ""
		}
		return lambdaWaits, ""
	case definition == 0:
		return lambdaWaits, ""
	case f.Flags&callgraph.Generator != 0 && f.Flags&callgraph.ContextManager == 0:
		if _, follows := p.following[id]; follows {
			return nil, ""
		}
		return generatorWaits, p.unfollowed[id]
	case f.Flags&(callgraph.Property|callgraph.Setter|callgraph.Deleter) != 0:
		return specialWaits, "a property"
	case strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__"):
		if name == "__init__" {
			return initWaits, ""
		}
		return specialWaits, ""
	}
	for _, decorator := range f.Decorators {
		if !keepsCoroutines(decorator) && !p.hasAsyncTwin(id, decorator) {
			return decoratorBlind, decorator
		}
	}
	return nil, ""
}

// hasAsyncTwin reports whether a decorator of the tree becomes one for coroutine functions: the function that it puts
// in the place of others calls them, and so becomes a coroutine function with them. One that retries then retries the
// run, and not the making of a coroutine.
func (p *pure) hasAsyncTwin(id callgraph.FuncID, decorator string) bool {
	for _, wrapper := range p.where.wrappers[id] {
		outer := p.graph.Funcs[wrapper].Outer
		for ; outer != callgraph.None; outer = p.graph.Funcs[outer].Outer {
			if f := &p.graph.Funcs[outer]; f.Module+"."+f.Qual == decorator {
				return p.async[wrapper]
			}
		}
	}
	return false
}

// keepsCoroutines reports whether a decorator hands a coroutine function on as one.
func keepsCoroutines(decorator string) bool {
	if harmless[decorator] ||
		strings.HasPrefix(decorator, "contextlib.") && strings.HasSuffix(decorator, "contextmanager") {
		return true
	}
	// mock's patches see a coroutine function, and wait for it before they put back what they replaced. Those of
	// unittest and pytest mark it.
	for _, library := range []string{"unittest.mock.patch", "mock.patch", "mock.mock.patch", "unittest.skip",
		"unittest.expectedFailure", "testtools.skip", "pytest.mark."} {
		if decorator == library || strings.HasPrefix(decorator, strings.TrimSuffix(library, ".")) {
			return true
		}
	}
	return false
}

// handsOn reports whether a lambda is nothing but a call of a coroutine function that is handed to something that
// awaits what comes out, wherever it is called.
func (p *pure) handsOn(id callgraph.FuncID) bool {
	called := false
	for key, targets := range p.targets {
		if key.file != p.graph.Funcs[id].File || !slices.Contains(targets, id) {
			continue
		}
		if !p.where.starts[key] {
			return false
		}
		called = true
	}
	return called
}

// asyncContextManager changes the decorator of a generator that with statements use, and the statements with it.
func (p *pure) asyncContextManager(s *source, definition pysyntax.Node) {
	for n := range s.tree.Children(definition) {
		if s.tree.Kind(n) != pysyntax.Decorator {
			continue
		}
		name := s.tree.Child(n)
		if string(s.tree.Ident(name)) != "contextmanager" {
			continue
		}
		at := s.tree.IdentRange(name)
		s.edits.Replace(int(at.Start), int(at.End), "asynccontextmanager")
		if s.tree.Kind(name) == pysyntax.Name {
			s.taken = append(s.taken, span{int(at.Start), int(at.End)})
			p.need(s, edit.Import{Module: "contextlib", Name: "asynccontextmanager"})
		}
	}
}
