package pyscope

import "aiohub/internal/language/pysyntax"

// importContext says how an import at this place depends on circumstances.
func (b *Builder) importContext() Context {
	scope := b.scope
	for scope != None && b.f.Scopes[scope].Kind == ClassScope {
		scope = b.f.Scopes[scope].Parent
	}
	switch {
	case b.checking > 0:
		return TypeChecking
	case b.guarded > 0:
		return Guarded
	case scope != None && b.f.Scopes[scope].Kind != ModuleScope:
		return Lazy
	case b.condition > 0:
		return Conditional
	}
	return Plain
}

func (b *Builder) imports(n node) {
	t := b.t
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Alias {
			continue
		}
		span, as := t.AliasName(c), t.AliasAsname(c)
		i := Import{Syntax: c, Start: t.Start(c), End: t.End(c), Scope: b.scope, Module: dotted(t.Src[span.Start:span.End]),
			Ctx: b.importContext()}
		bound := firstPart(i.Module)
		if as.End > as.Start {
			i.As = string(normalised(t.Src[as.Start:as.End]))
			bound = i.As
		}
		b.f.Imports = append(b.f.Imports, i)
		b.bind(b.name([]byte(bound)), BindImport, int32(len(b.f.Imports)-1), None, i.Start)
	}
}

func firstPart(dotted string) string {
	for i := range len(dotted) {
		if dotted[i] == '.' {
			return dotted[:i]
		}
	}
	return dotted
}

func (b *Builder) importFrom(n node) {
	t := b.t
	level, module := t.ImportModule(n)
	from := dotted(t.Src[module.Start:module.End])
	for c := t.Child(n); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.Alias {
			continue
		}
		span, as := t.AliasName(c), t.AliasAsname(c)
		i := Import{
			Syntax: c, Start: t.Start(c), End: t.End(c), Scope: b.scope, Level: level, Module: from,
			Name: string(normalised(t.Src[span.Start:span.End])),
			From: true, Ctx: b.importContext(),
		}
		bound := i.Name
		if as.End > as.Start {
			i.As = string(normalised(t.Src[as.Start:as.End]))
			bound = i.As
		}
		b.f.Imports = append(b.f.Imports, i)
		index := int32(len(b.f.Imports) - 1)
		if i.Name == "*" {
			b.f.Stars = append(b.f.Stars, index)
			continue
		}
		b.bind(b.name([]byte(bound)), BindFrom, index, None, i.Start)
	}
}
