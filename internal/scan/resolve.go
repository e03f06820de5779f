package scan

import (
	"math"
	"slices"
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/pymodule"
	"aiohub/internal/pyscope"
)

const none = pyscope.None

// maxDepth bounds how deep one resolution may go, for the sake of the stack. Chains of re-exports and of assignments that real
// code has are below 30, and circles are cut where they close.
const maxDepth = 20000

// module of the tree, as the resolver sees it.
type source struct {
	path  string
	test  bool
	node  pymodule.ID
	model *pyscope.File // nil if the file could not be read
}

// resolver answers what expressions denote. The files are shared and never change; what was found out is remembered here, so
// each part of the work has a resolver of its own.
type resolver struct {
	tree  *pymodule.Tree
	files []source

	symbols [][]answer                  // by file and symbol
	stars   map[nameIn]*answer          // by module and name
	attrs   map[attrOf]*answer          // by class and name
	returns map[int64]*answer           // by file and function
	elems   map[elemsOf]*answer         // by file, symbol and kind
	foreign map[int64][]string          // by file and class: see foreignBases
	puts    map[int32]map[int64][]int32 // file -> scope and symbol -> what is put into the container
	stack   int                         // answers being worked out
	low     int                         // least index on the stack of an unfinished answer that was needed
	loose   []*answer                   // answers that hold only until the one at the bottom of their circle is known
}

type nameIn struct {
	module pymodule.ID
	name   string
}

type attrOf struct {
	file, class int32
	name        string
	elems       bool
	kind        pyscope.ElemKind
}

type elemsOf struct {
	file, symbol int32
	kind         pyscope.ElemKind
}

func newResolver(tree *pymodule.Tree, files []source) *resolver {
	return &resolver{
		tree: tree, files: files,
		symbols: make([][]answer, len(files)), stars: map[nameIn]*answer{}, attrs: map[attrOf]*answer{},
		returns: map[int64]*answer{}, elems: map[elemsOf]*answer{}, foreign: map[int64][]string{}, puts: map[int32]map[int64][]int32{},
		low: math.MaxInt,
	}
}

// eval gives what an expression can denote.
func (r *resolver) eval(file int32, ref pyscope.Ref) result {
	if ref == none {
		return unknown
	}
	f := r.files[file].model
	n := &f.Nodes[ref]
	switch n.Kind {
	case pyscope.NameNode:
		return r.name(file, n.Scope, pyscope.Name(n.A), n.Start)
	case pyscope.AttrNode:
		return r.attribute(r.eval(file, pyscope.Ref(n.A)), f.Names[n.B])
	case pyscope.CallNode:
		return r.call(file, ref)
	case pyscope.ChoiceNode:
		var out result
		for _, a := range f.Args[n.B : n.B+n.N] {
			if a.Truth == pyscope.TruthUnknown {
				out.add(r.eval(file, a.Value))
			}
		}
		if n.Flags&pyscope.FlagExact != 0 {
			out.each(func(v *value) { v.maybe = true })
		}
		return out
	case pyscope.IndexNode:
		return r.elements(file, pyscope.Ref(n.A), pyscope.Indexed).inferred()
	}
	return unknown
}

// name looks a name up in a scope.
func (r *resolver) name(file, scope int32, name pyscope.Name, pos uint32) result {
	f := r.files[file].model
	symbol := f.Lookup(scope, name, pos)
	if symbol == none {
		if len(f.Stars) > 0 {
			if out := r.star(r.files[file].node, f.Names[name]); len(out.values) > 0 {
				return out
			}
		}
		return unknown
	}
	if f.Symbols[symbol].Scope == 0 && len(f.Stars) > 0 {
		return r.global(file, symbol)
	}
	return r.symbol(file, symbol)
}

// global gives the values of a symbol of a module that star imports can bind as well.
func (r *resolver) global(file, symbol int32) result {
	f := r.files[file].model
	out := r.symbol(file, symbol)
	if star := r.star(r.files[file].node, f.Names[f.Symbols[symbol].Name]); len(star.values) > 0 {
		out.add(star)
		out.markMaybe()
	}
	return out
}

// symbol gives what a symbol is bound to anywhere in its scope.
func (r *resolver) symbol(file, symbol int32) result {
	f := r.files[file].model
	answers := r.symbols[file]
	if answers == nil {
		answers = make([]answer, len(f.Symbols))
		r.symbols[file] = answers
	}
	a := &answers[symbol]
	if a.state == done {
		return a.result
	}
	return r.ask(a, func() result {
		var out result
		for b := f.Symbols[symbol].First; b != none; b = f.Binds[b].Next {
			out.add(r.binding(file, &f.Binds[b]))
			a.result = out // x = x.y means what x was bound to before
		}
		out.markMaybe()
		return out
	})
}

func (r *resolver) binding(file int32, b *pyscope.Binding) result {
	f := r.files[file].model
	switch b.Kind {
	case pyscope.BindImport:
		return r.imported(file, &f.Imports[b.A])
	case pyscope.BindFrom:
		return r.importedFrom(file, &f.Imports[b.A])
	case pyscope.BindExpr:
		out := r.eval(file, pyscope.Ref(b.A))
		if len(out.values) == 0 {
			out.other = true
		}
		return out
	case pyscope.BindWith:
		return r.entered(r.eval(file, pyscope.Ref(b.A)))
	case pyscope.BindElem:
		return r.elements(file, pyscope.Ref(b.A), pyscope.Added).inferred()
	case pyscope.BindExcept:
		return r.caught(file, pyscope.Ref(b.A))
	case pyscope.BindDef:
		return result{values: []value{{kind: function, file: file, id: b.A, via: pymodule.None}}}
	case pyscope.BindClass:
		return result{values: []value{{kind: class, file: file, id: b.A, via: pymodule.None}}}
	case pyscope.BindParam:
		out := r.annotated(file, pyscope.Ref(b.B))
		out.other = len(out.values) == 0
		return out
	case pyscope.BindSelf:
		fn := &f.Funcs[b.A]
		kind := instance
		if fn.Flags&pyscope.FuncClassMethod != 0 {
			kind = class
		}
		return result{values: []value{{kind: kind, file: file, id: fn.Class, via: pymodule.None}}}
	case pyscope.BindAnnotated:
		return r.annotated(file, pyscope.Ref(b.A))
	case pyscope.BindNone:
		return result{}
	}
	return unknown
}

// imported gives what `import a.b` or `import a.b as c` binds.
func (r *resolver) imported(file int32, i *pyscope.Import) result {
	first, rest, _ := strings.Cut(i.Module, ".")
	top := r.tree.Top(r.files[file].node, first, first == knowledge.Root)
	if top == pymodule.None {
		if i.As == "" {
			return externalValue(first)
		}
		return externalValue(i.Module)
	}
	out := result{values: []value{moduleValue(top)}}
	if i.As != "" {
		for part := range strings.SplitSeq(rest, ".") {
			if part != "" {
				out = r.attribute(out, part)
			}
		}
	}
	return out
}

// importedFrom gives what an alias of a from statement binds.
func (r *resolver) importedFrom(file int32, i *pyscope.Import) result {
	from, dotted := r.fromModule(file, i)
	switch {
	case from != pymodule.None:
		return r.member(from, i.Name)
	case dotted != "":
		return externalValue(dotted + "." + i.Name)
	}
	return unknown
}

// fromModule finds the module of a from statement: in the tree, or the dotted name of one outside it.
func (r *resolver) fromModule(file int32, i *pyscope.Import) (pymodule.ID, string) {
	var id pymodule.ID
	rest := i.Module
	if i.Level > 0 {
		id = r.tree.Package(r.files[file].node)
		for range i.Level - 1 {
			if id = r.tree.Parent(id); id == pymodule.None {
				return pymodule.None, ""
			}
		}
	} else {
		var first string
		first, rest, _ = strings.Cut(i.Module, ".")
		if id = r.tree.Top(r.files[file].node, first, first == knowledge.Root); id == pymodule.None {
			return pymodule.None, i.Module
		}
	}
	return r.submodule(id, rest), ""
}

func (r *resolver) submodule(id pymodule.ID, rest string) pymodule.ID {
	for part := range strings.SplitSeq(rest, ".") {
		if part == "" {
			continue
		}
		if id = r.tree.Child(id, part); id == pymodule.None {
			return pymodule.None
		}
	}
	return id
}

// attribute gives an attribute of each value.
func (r *resolver) attribute(of result, name string) result {
	if len(of.values) == 0 {
		return unknown
	}
	if v := of.values[0]; len(of.values) == 1 && !of.other && (v.kind == class || v.kind == instance) {
		return r.objectAttribute(v, name) // by far the most frequent case: self.x
	}
	out := result{other: of.other}
	for _, v := range of.values {
		switch v.kind {
		case external:
			if len(v.name)+len(name) > maxName {
				out.other = true
				continue
			}
			v.name += "." + name
			out.addValue(v)
		case module:
			m := r.member(pymodule.ID(v.id), name)
			if v.maybe || v.inferred {
				m.each(func(w *value) { w.maybe, w.inferred = w.maybe || v.maybe, w.inferred || v.inferred })
			}
			out.add(m)
		case class, instance:
			out.add(r.objectAttribute(v, name))
		default:
			out.other = true
		}
	}
	if len(out.values) == 0 {
		out.other = true
	}
	return out
}

// objectAttribute gives an attribute of a class of the tree or of an instance.
func (r *resolver) objectAttribute(v value, name string) result {
	m, found := r.classAttribute(v.file, v.id, name)
	if !found {
		return unknown
	}
	if v.kind == instance {
		m = r.propertyValue(m)
	}
	return m
}

// member gives an attribute of a module of the tree: what its file binds, or a submodule.
func (r *resolver) member(id pymodule.ID, name string) result {
	var out result
	if file := r.tree.File(id); file >= 0 && r.files[file].model != nil {
		f := r.files[file].model
		symbol := int32(none)
		if n := f.Find(name); n != none {
			symbol = f.SymbolIn(0, n)
		}
		switch {
		case symbol != none:
			out = r.global(int32(file), symbol)
			out = r.through(out, id)
		case len(f.Stars) > 0:
			out = r.through(r.star(id, name), id)
		}
	}
	if child := r.tree.Child(id, name); child != pymodule.None {
		out.addValue(moduleValue(child))
		out.markMaybe()
	}
	if len(out.values) == 0 {
		out.other = true
	}
	return out
}

// through notes the module that names were reached through, unless one closer to eventlet is known.
func (r *resolver) through(out result, id pymodule.ID) result {
	for _, v := range out.values {
		if v.kind == external && v.via == pymodule.None {
			out.each(func(v *value) {
				if v.kind == external && v.via == pymodule.None {
					v.via = id
				}
			})
			break
		}
	}
	return out
}

// star gives what the star imports of a module bind a name to.
func (r *resolver) star(id pymodule.ID, name string) result {
	file := r.tree.File(id)
	if file < 0 {
		// The node of a script is its own file.
		return result{}
	}
	f := r.files[file].model
	if f == nil || len(f.Stars) == 0 {
		return result{}
	}
	return r.ask(find(r.stars, nameIn{id, name}), func() result {
		var out result
		for _, star := range f.Stars {
			i := &f.Imports[star]
			from, dotted := r.fromModule(int32(file), i)
			switch {
			case from != pymodule.None:
				if from != id && r.exports(from, name) {
					if m := r.member(from, name); len(m.values) > 0 {
						out.add(m)
					}
				}
			case knowledge.Is(dotted):
				for _, bound := range knowledge.Star(dotted) {
					if bound == name {
						// The same thing under another of its names is not another value.
						canon := knowledge.Canon(dotted + "." + name)
						if !slices.ContainsFunc(out.values, func(v value) bool { return knowledge.Canon(v.name) == canon }) {
							out.add(externalValue(dotted + "." + name))
						}
					}
				}
			}
		}
		out.markMaybe()
		return out
	})
}

// exports reports whether a star import of a module takes a name that the module has.
func (r *resolver) exports(id pymodule.ID, name string) bool {
	file := r.tree.File(id)
	if file < 0 || r.files[file].model == nil {
		return false
	}
	f := r.files[file].model
	if !f.HasAll {
		return !strings.HasPrefix(name, "_")
	}
	listed, opaque := r.declared(int32(file), name, map[int32]bool{})
	return listed || opaque && !strings.HasPrefix(name, "_")
}

// declared reports whether __all__ lists a name, and whether it has parts that cannot be told.
func (r *resolver) declared(file int32, name string, seen map[int32]bool) (listed, opaque bool) {
	if seen[file] {
		return false, false
	}
	seen[file] = true
	f := r.files[file].model
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
			for _, v := range r.eval(file, pyscope.Ref(n.A)).values {
				if v.kind != module {
					opaque = true
				} else if other := r.tree.File(pymodule.ID(v.id)); other >= 0 && r.files[other].model != nil {
					l, o := r.declared(int32(other), name, seen)
					listed, opaque = listed || l, opaque || o
				}
			}
		}
	}
	return listed, opaque
}

// dotted gives what a dotted path in a string denotes when it is imported from a file.
func (r *resolver) dotted(file int32, path string) result {
	first, rest, more := strings.Cut(path, ".")
	top := r.tree.Top(r.files[file].node, first, first == knowledge.Root)
	if top == pymodule.None {
		return externalValue(path)
	}
	out := result{values: []value{moduleValue(top)}}
	for more && len(out.values) > 0 {
		first, rest, more = strings.Cut(rest, ".")
		out = r.attribute(out, first)
	}
	return out
}
