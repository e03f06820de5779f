package port

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// harmless are decorators that hand a coroutine function on as it is.
var harmless = map[string]bool{"staticmethod": true, "classmethod": true, "abc.abstractmethod": true, "typing.override": true, "typing.final": true, "functools.wraps": true}

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
		case f.Flags&(callgraph.Property|callgraph.Setter|callgraph.Deleter) != 0 || strings.HasPrefix(lastName(f.Qual), "__"):
			p.refuse(f.File, f.Start, isSpecial, name, "", callgraph.FuncID(id))
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

// keyword is where the def of a function stands, behind its decorators.
func (p *painter) keyword(s *source, definition pysyntax.Node) int {
	name := s.tree.IdentRange(definition)
	i := s.tree.TokenAt(name.Start)
	return int(s.tree.Tokens[i-1].Start)
}

// inside reports whether the code of a function may await.
func (p *painter) inside(f callgraph.FuncID) bool {
	return p.could != nil && p.could(f) || p.chosen[f] || p.graph.Funcs[f].Flags&callgraph.Async != 0 && p.graph.Funcs[f].Kind == callgraph.Plain
}
