package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// harmless are decorators that hand a coroutine function on as it is.
var harmless = map[string]bool{"staticmethod": true, "classmethod": true, "abc.abstractmethod": true,
	"typing.override": true, "typing.final": true, "functools.wraps": true}

// isDecoratedOutside reports whether a function has a decorator that would get a coroutine.
func isDecoratedOutside(f *callgraph.Func) bool {
	return slices.ContainsFunc(f.Decorators, func(decorator string) bool { return !harmless[decorator] })
}

// keepsFace reports whether a function of the component can keep a blocking face below its decorators: it is a plain
// one, and shares its name with no other.
func (p *painter) keepsFace(id callgraph.FuncID) bool {
	f := &p.graph.Funcs[id]
	const other = callgraph.Async | callgraph.Generator | callgraph.ContextManager | callgraph.Property | callgraph.Setter | callgraph.Deleter
	return isDecoratedOutside(f) && f.Kind == callgraph.Plain && f.Flags&other == 0 &&
		!strings.HasPrefix(lastName(f.Qual), "__") && len(p.groups[id]) == 0
}

// putFace makes a decorated function a coroutine function with a face for its decorators.
func (p *painter) putFace(s *source, definition pysyntax.Node, name string) {
	at := p.keyword(s, definition)
	line := s.lineStart(at)
	p.need(s, importAiohub)
	s.edits.Insert(at, "@aiohub.async_to_sync\n"+string(s.src[line:at])+"async ")
	p.note(s, s.tree.Start(definition), facesInside, name, "")
}

// checkFunctions looks at each function that is to become async, and makes it so.
func (p *painter) checkFunctions() {
	for id := range p.graph.Funcs {
		f := &p.graph.Funcs[id]
		if !p.chosen[callgraph.FuncID(id)] {
			continue
		}
		s := p.files[f.File]
		if s == nil {
			p.blocked[callgraph.FuncID(id)] = true
			continue
		}
		definition := s.index.defs[f.Start]
		name := f.Name()
		switch {
		case f.Flags&callgraph.Async != 0:
			continue
		case f.Kind == callgraph.Lambda || definition == 0:
			p.refuse(f.File, f.Start, notAFunction, name, "", callgraph.FuncID(id))
			continue
		case f.Flags&(callgraph.Generator|callgraph.ContextManager) != 0:
			p.refuse(f.File, f.Start, isGenerator, name, "", callgraph.FuncID(id))
			continue
		case f.Flags&(callgraph.Property|callgraph.Setter|callgraph.Deleter) != 0 ||
			strings.HasPrefix(lastName(f.Qual), "__"):
			p.refuse(f.File, f.Start, isSpecial, name, "", callgraph.FuncID(id))
			continue
		}
		if p.faced[callgraph.FuncID(id)] {
			p.putFace(s, definition, name)
			continue
		}
		for _, decorator := range f.Decorators {
			if !harmless[decorator] {
				shown := decorator
				if shown == "" {
					shown = "a decorator"
				}
				p.refuse(f.File, f.Start, isDecorated, name, shown, callgraph.FuncID(id))
			}
		}
		s.edits.Insert(p.keyword(s, definition), "async ")
		p.note(s, s.tree.Start(definition), becomesAsync, name, "")
	}
	p.sameNames()
	for _, group := range p.graph.Groups {
		inside := 0
		for _, f := range group {
			if p.chosen[f] || p.graph.Funcs[f].Flags&callgraph.Async != 0 {
				inside++
			}
		}
		if inside > 0 && inside < len(group) {
			for _, f := range group {
				if !p.chosen[f] {
					p.refuse(p.graph.Funcs[f].File, p.graph.Funcs[f].Start, sharesName, p.graph.Funcs[f].Name(), "", group...)
				}
			}
		}
	}
}

// sameNames refuses a function that has another definition, as in the other branch of an if, which does not become
// async with it: who calls the name cannot await both.
func (p *painter) sameNames() {
	for f := range p.chosen {
		own := &p.graph.Funcs[f]
		if own.Kind != callgraph.Plain {
			continue
		}
		for _, other := range p.byName[lastName(own.Qual)] {
			o := &p.graph.Funcs[other]
			if other == f || o.File != own.File || o.Kind != callgraph.Plain || p.chosen[other] ||
				o.Flags&callgraph.Async != 0 || definedName(o.Qual) != definedName(own.Qual) {
				continue
			}
			p.refuse(own.File, own.Start, definedTwice, own.Name(), "", f)
			break
		}
	}
}

// definedName is the qualified name of a function without what tells its definitions apart.
func definedName(qual string) string {
	return qual[:strings.LastIndexByte(qual, '.')+1] + lastName(qual)
}

// keyword is where the def of a function stands, behind its decorators.
func (p *painter) keyword(s *source, definition pysyntax.Node) int {
	name := s.tree.IdentRange(definition)
	i := s.tree.TokenAt(name.Start)
	return int(s.tree.Tokens[i-1].Start)
}

// inside reports whether the code of a function may await.
func (p *painter) inside(f callgraph.FuncID) bool {
	return p.could != nil && p.could(f) || p.chosen[f] ||
		p.graph.Funcs[f].Flags&callgraph.Async != 0 && p.graph.Funcs[f].Kind == callgraph.Plain
}
