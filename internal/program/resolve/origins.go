package resolve

import (
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// Origin is one place that a name comes from, before anything is evaluated: for whoever follows values himself, as a
// points-to analysis does, and leaves to the Program what Python's import system decides.
type Origin struct {
	Kind   OriginKind
	File   int32       // Variable
	Symbol int32       // Variable: index into Symbols of the file
	Module pymodule.ID // Submodule
	Name   string      // Outside
}

// OriginKind says what an Origin is.
type OriginKind uint8

const (
	Variable  OriginKind = iota // what a symbol of a file is bound to
	Submodule                   // a module of the tree itself
	Outside                     // a dotted name outside the tree
)

// NameOrigins gives where a name in a scope comes from: its symbol, and what star imports bind it to. There is none for
// a builtin.
func (r *Resolver) NameOrigins(file, scope int32, name pyscope.Name, pos uint32) []Origin {
	f := r.Model(file)
	symbol := f.Lookup(scope, name, pos)
	var found []Origin
	if symbol != none {
		found = append(found, Origin{Kind: Variable, File: file, Symbol: symbol})
	}
	if len(f.Stars) > 0 && (symbol == none || f.Symbols[symbol].Scope == 0) {
		found = r.starOrigins(found, file, f.Names[name], map[int32]bool{})
	}
	return found
}

// MemberOrigins gives where an attribute of a module of the tree comes from: a symbol of its file, its star imports, a
// submodule.
func (r *Resolver) MemberOrigins(id pymodule.ID, name string) []Origin {
	return r.memberOrigins(nil, id, name, map[int32]bool{})
}

// ImportOrigins gives what an import statement binds; nothing for a star import.
func (r *Resolver) ImportOrigins(file int32, i *pyscope.Import) []Origin {
	if i.From {
		from, dotted := r.FromModule(file, i)
		switch {
		case from != pymodule.None:
			return r.MemberOrigins(from, i.Name)
		case dotted != "":
			return []Origin{{Kind: Outside, Name: dotted + "." + i.Name}}
		}
		return nil
	}
	first, rest, _ := strings.Cut(i.Module, ".")
	id := r.top(file, first)
	switch {
	case id == pymodule.None && i.As == "":
		return []Origin{{Kind: Outside, Name: first}}
	case id == pymodule.None:
		return []Origin{{Kind: Outside, Name: i.Module}}
	case i.As != "":
		id = r.submodule(id, rest)
	}
	if id == pymodule.None {
		return nil
	}
	return []Origin{{Kind: Submodule, Module: id}}
}

// DottedOrigins gives what a dotted path in a string of a file leads to when it is imported there.
func (r *Resolver) DottedOrigins(file int32, path string) []Origin {
	first, rest, more := strings.Cut(path, ".")
	id := r.top(file, first)
	if id == pymodule.None {
		return []Origin{{Kind: Outside, Name: path}}
	}
	for more {
		first, rest, more = strings.Cut(rest, ".")
		child := r.Tree.Child(id, first)
		if child == pymodule.None && !more {
			return r.MemberOrigins(id, first)
		}
		if id = child; id == pymodule.None {
			return nil // an attribute of an attribute: to be evaluated
		}
	}
	return []Origin{{Kind: Submodule, Module: id}}
}

func (r *Resolver) memberOrigins(found []Origin, id pymodule.ID, name string, seen map[int32]bool) []Origin {
	if file := int32(r.Tree.File(id)); file >= 0 {
		f := r.Model(file)
		if n := f.Find(name); n != none {
			if symbol := f.SymbolIn(0, n); symbol != none {
				found = addOrigin(found, Origin{Kind: Variable, File: file, Symbol: symbol})
			}
		}
		found = r.starOrigins(found, file, name, seen)
	}
	if child := r.Tree.Child(id, name); child != pymodule.None {
		found = addOrigin(found, Origin{Kind: Submodule, Module: child})
	}
	return found
}

// starOrigins adds what the star imports of a file bind a name to. seen are the files whose star imports are being
// followed.
func (r *Resolver) starOrigins(found []Origin, file int32, name string, seen map[int32]bool) []Origin {
	f := r.Model(file)
	if seen[file] {
		return found
	}
	seen[file] = true
	for _, star := range f.Stars {
		from, dotted := r.FromModule(file, &f.Imports[star])
		switch {
		case from != pymodule.None && r.Exports(from, name):
			found = r.memberOrigins(found, from, name, seen)
		case from == pymodule.None && slices.Contains(r.Library.Star(dotted), name):
			found = addOrigin(found, Origin{Kind: Outside, Name: dotted + "." + name})
		}
	}
	return found
}

func addOrigin(found []Origin, o Origin) []Origin {
	if slices.Contains(found, o) {
		return found
	}
	return append(found, o)
}
