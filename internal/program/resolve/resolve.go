package resolve

import (
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

const none = pyscope.None

// maxDepth bounds how deep one resolution may go, for the sake of the stack. Chains of re-exports and of assignments
// that real code has are below 30, and circles are cut where they close.
const maxDepth = 20000

// Eval gives what an expression can denote.
func (r *Resolver) Eval(file int32, ref pyscope.Ref) Result {
	if ref == none {
		return unknown
	}
	f := r.Model(file)
	n := &f.Nodes[ref]
	switch n.Kind {
	case pyscope.NameNode:
		return r.Name(file, n.Scope, pyscope.Name(n.A), n.Start)
	case pyscope.AttrNode:
		return r.Attribute(r.Eval(file, pyscope.Ref(n.A)), f.Names[n.B])
	case pyscope.CallNode:
		return r.call(file, ref)
	case pyscope.ChoiceNode:
		var out Result
		for _, a := range f.Args[n.B : n.B+n.N] {
			if a.Truth == pyscope.TruthUnknown {
				out.add(r.Eval(file, a.Value))
			}
		}
		if n.Flags&pyscope.FlagExact != 0 {
			out.each(func(v *Value) { v.Maybe = true })
		}
		return out
	case pyscope.IndexNode:
		return r.elements(file, pyscope.Ref(n.A), pyscope.Indexed).inferred()
	}
	return unknown
}

// Name looks a name up in a scope.
func (r *Resolver) Name(file, scope int32, name pyscope.Name, pos uint32) Result {
	f := r.Model(file)
	symbol := f.Lookup(scope, name, pos)
	if symbol == none {
		if len(f.Stars) > 0 {
			if out := r.Star(r.Files[file].Node, f.Names[name]); len(out.Values) > 0 {
				return out
			}
		}
		return unknown
	}
	if f.Symbols[symbol].Scope == 0 && len(f.Stars) > 0 {
		return r.Global(file, symbol)
	}
	return r.Symbol(file, symbol)
}

// Global gives the values of a symbol of a module that star imports can bind as well.
func (r *Resolver) Global(file, symbol int32) Result {
	f := r.Model(file)
	out := r.Symbol(file, symbol)
	if star := r.Star(r.Files[file].Node, f.Names[f.Symbols[symbol].Name]); len(star.Values) > 0 {
		out.add(star)
		out.markMaybe()
	}
	return out
}

// Symbol gives what a symbol is bound to anywhere in its scope.
func (r *Resolver) Symbol(file, symbol int32) Result {
	f := r.Model(file)
	a := r.symbolAnswer(file, symbol)
	if a.state == done {
		return a.result
	}
	return r.ask(file, a, func() Result {
		var out Result
		for b := f.Symbols[symbol].First; b != none; b = f.Binds[b].Next {
			out.add(r.binding(file, &f.Binds[b]))
			a.result = out // x = x.y means what x was bound to before
		}
		out.markMaybe()
		return out
	})
}

func (r *Resolver) binding(file int32, b *pyscope.Binding) Result {
	f := r.Model(file)
	switch b.Kind {
	case pyscope.BindImport:
		return r.imported(file, &f.Imports[b.A])
	case pyscope.BindFrom:
		return r.ImportedFrom(file, &f.Imports[b.A])
	case pyscope.BindExpr:
		out := r.Eval(file, pyscope.Ref(b.A))
		if len(out.Values) == 0 {
			out.Other = true
		}
		return out
	case pyscope.BindWith:
		return r.with(file, pyscope.Ref(b.A), b.B != none)
	case pyscope.BindElem:
		return r.elements(file, pyscope.Ref(b.A), pyscope.Added).inferred()
	case pyscope.BindExcept:
		return r.caught(file, pyscope.Ref(b.A))
	case pyscope.BindDef:
		return Result{Values: []Value{{Kind: Function, File: file, ID: b.A, Via: pymodule.None}}}
	case pyscope.BindClass:
		return Result{Values: []Value{{Kind: Class, File: file, ID: b.A, Via: pymodule.None}}}
	case pyscope.BindParam:
		out := r.annotated(file, pyscope.Ref(b.B))
		out.Other = len(out.Values) == 0
		return out
	case pyscope.BindSelf:
		fn := &f.Funcs[b.A]
		kind := Instance
		if fn.Flags&pyscope.FuncClassMethod != 0 {
			kind = Class
		}
		return Result{Values: []Value{{Kind: kind, File: file, ID: fn.Class, Via: pymodule.None}}}
	case pyscope.BindAnnotated:
		return r.annotated(file, pyscope.Ref(b.A))
	case pyscope.BindNone:
		return Result{}
	}
	return unknown
}

// imported gives what `import a.b` or `import a.b as c` binds.
func (r *Resolver) imported(file int32, i *pyscope.Import) Result {
	first, rest, _ := strings.Cut(i.Module, ".")
	top := r.top(file, first)
	if top == pymodule.None {
		if i.As == "" {
			return r.external(first)
		}
		return r.external(i.Module)
	}
	out := Result{Values: []Value{ModuleValue(top)}}
	if i.As != "" {
		for part := range strings.SplitSeq(rest, ".") {
			if part != "" {
				out = r.Attribute(out, part)
			}
		}
	}
	return out
}

// ImportedFrom gives what an alias of a from statement binds.
func (r *Resolver) ImportedFrom(file int32, i *pyscope.Import) Result {
	from, dotted := r.FromModule(file, i)
	switch {
	case from != pymodule.None:
		return r.Member(from, i.Name)
	case dotted != "":
		return r.external(dotted + "." + i.Name)
	}
	return unknown
}

// FromModule finds the module of a from statement: in the tree, or the dotted name of one outside it.
func (r *Resolver) FromModule(file int32, i *pyscope.Import) (pymodule.ID, string) {
	var id pymodule.ID
	rest := i.Module
	if i.Level > 0 {
		id = r.Tree.Package(r.Files[file].Node)
		for range i.Level - 1 {
			if id = r.Tree.Parent(id); id == pymodule.None {
				return pymodule.None, ""
			}
		}
	} else {
		var first string
		first, rest, _ = strings.Cut(i.Module, ".")
		if id = r.top(file, first); id == pymodule.None {
			return pymodule.None, i.Module
		}
	}
	return r.submodule(id, rest), ""
}

func (r *Resolver) submodule(id pymodule.ID, rest string) pymodule.ID {
	for part := range strings.SplitSeq(rest, ".") {
		if part == "" {
			continue
		}
		if id = r.Tree.Child(id, part); id == pymodule.None {
			return pymodule.None
		}
	}
	return id
}

// Attribute gives an attribute of each value.
func (r *Resolver) Attribute(of Result, name string) Result {
	if len(of.Values) == 0 {
		return unknown
	}
	if v := of.Values[0]; len(of.Values) == 1 && !of.Other && (v.Kind == Class || v.Kind == Instance) {
		return r.objectAttribute(v, name) // by far the most frequent case: self.x
	}
	out := Result{Other: of.Other}
	for _, v := range of.Values {
		switch v.Kind {
		case External:
			if len(v.Name)+len(name) > maxName {
				out.Other = true
				continue
			}
			v.Name += "." + name
			out.addValue(v)
		case Module:
			m := r.Member(pymodule.ID(v.ID), name)
			if v.Maybe || v.Inferred {
				m.each(func(w *Value) { w.Maybe, w.Inferred = w.Maybe || v.Maybe, w.Inferred || v.Inferred })
			}
			out.add(m)
		case Class, Instance:
			out.add(r.objectAttribute(v, name))
		default:
			out.Other = true
		}
	}
	if len(out.Values) == 0 {
		out.Other = true
	}
	return out
}

// objectAttribute gives an attribute of a class of the tree or of an instance.
func (r *Resolver) objectAttribute(v Value, name string) Result {
	m, found := r.ClassAttribute(v.File, v.ID, name)
	if !found {
		return unknown
	}
	if v.Kind == Instance {
		m = r.propertyValue(m)
	}
	return m
}

// Member gives an attribute of a module of the tree: what its file binds, or a submodule.
func (r *Resolver) Member(id pymodule.ID, name string) Result {
	var out Result
	if file := r.Tree.File(id); file >= 0 {
		if r.crosses(int32(file)) {
			return r.across(Inquiry{kind: askMember, file: int32(file), id: int32(id), name: name},
				func() reply { return reply{Result: r.Member(id, name)} }).Result
		}
		f := r.Model(int32(file))
		symbol := int32(none)
		if n := f.Find(name); n != none {
			symbol = f.SymbolIn(0, n)
		}
		switch {
		case symbol != none:
			out = r.Global(int32(file), symbol)
			out = r.through(out, id)
		case len(f.Stars) > 0:
			out = r.through(r.Star(id, name), id)
		}
	}
	if child := r.Tree.Child(id, name); child != pymodule.None {
		out.addValue(ModuleValue(child))
		out.markMaybe()
	}
	if len(out.Values) == 0 {
		out.Other = true
	}
	return out
}

// through notes the module that names were reached through, unless one closer to eventlet is known.
func (r *Resolver) through(out Result, id pymodule.ID) Result {
	for _, v := range out.Values {
		if v.Kind == External && v.Via == pymodule.None {
			out.each(func(v *Value) {
				if v.Kind == External && v.Via == pymodule.None {
					v.Via = id
				}
			})
			break
		}
	}
	return out
}

// Star gives what the star imports of a module bind a name to.
func (r *Resolver) Star(id pymodule.ID, name string) Result {
	file := r.Tree.File(id)
	if file < 0 {
		// The node of a script is its own file.
		return Result{}
	}
	f := r.Model(int32(file))
	if len(f.Stars) == 0 {
		return Result{}
	}
	return r.ask(int32(file), find(r, r.stars, nameIn{id, name}), func() Result {
		var out Result
		for _, star := range f.Stars {
			i := &f.Imports[star]
			from, dotted := r.FromModule(int32(file), i)
			switch {
			case from != pymodule.None:
				if from != id && r.Exports(from, name) {
					if m := r.Member(from, name); len(m.Values) > 0 {
						out.add(m)
					}
				}
			case dotted != "":
				for _, bound := range r.Library.Star(dotted) {
					if bound == name {
						// The same thing under another of its names is not another value.
						canon := r.Library.Canon(dotted + "." + name)
						if !slices.ContainsFunc(out.Values, func(v Value) bool { return r.Library.Canon(v.Name) == canon }) {
							out.add(r.external(dotted + "." + name))
						}
					}
				}
			}
		}
		out.markMaybe()
		return out
	})
}

// Exports reports whether a star import of a module takes a name that the module has.
func (r *Resolver) Exports(id pymodule.ID, name string) bool {
	file := r.Tree.File(id)
	if file < 0 {
		return false
	}
	if !r.hasAll(int32(file)) {
		return !strings.HasPrefix(name, "_")
	}
	return r.listed(int32(file), name)
}

// hasAll tells whether a file says what star imports of it take.
func (r *Resolver) hasAll(file int32) bool {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askHasAll, file: file}, func() reply { return reply{yes: r.hasAll(file)} }).yes
	}
	return r.Model(file).HasAll
}

// listed reports whether a star import takes a name of a file that says what these take.
func (r *Resolver) listed(file int32, name string) bool {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askListed, file: file, name: name},
			func() reply { return reply{yes: r.listed(file, name)} }).yes
	}
	listed, opaque := r.declared(file, name, map[int32]bool{})
	return listed || opaque && !strings.HasPrefix(name, "_")
}

// declared reports whether __all__ lists a name, and whether it has parts that cannot be told.
func (r *Resolver) declared(file int32, name string, seen map[int32]bool) (listed, opaque bool) {
	if seen[file] {
		return false, false
	}
	seen[file] = true
	f := r.Model(file)
	for _, part := range f.All {
		switch part.Kind {
		case pyscope.AllName:
			listed = listed || f.Names[part.A] == name
		case pyscope.AllRemove:
			listed = listed && f.Names[part.A] != name
		case pyscope.AllOpaque:
			opaque = true
		case pyscope.AllOf:
			n := &f.Nodes[part.A]
			if n.Kind != pyscope.AttrNode || f.Names[n.B] != "__all__" {
				opaque = true
				continue
			}
			for _, v := range r.Eval(file, pyscope.Ref(n.A)).Values {
				if v.Kind != Module {
					opaque = true
				} else if other := r.Tree.File(pymodule.ID(v.ID)); other >= 0 {
					l, o := r.declared(int32(other), name, seen)
					listed, opaque = listed || l, opaque || o
				}
			}
		}
	}
	return listed, opaque
}

// Dotted gives what a dotted path in a string denotes when it is imported from a file.
func (r *Resolver) Dotted(file int32, path string) Result {
	first, rest, more := strings.Cut(path, ".")
	top := r.top(file, first)
	if top == pymodule.None {
		return r.external(path)
	}
	out := Result{Values: []Value{ModuleValue(top)}}
	for more && len(out.Values) > 0 {
		first, rest, more = strings.Cut(rest, ".")
		out = r.Attribute(out, first)
	}
	return out
}
