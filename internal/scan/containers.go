package scan

import (
	"aiohub/internal/pymodule"
	"aiohub/internal/pyscope"
)

// elements gives what iterating over a container (Added) or indexing it (Indexed) gives.
func (r *resolver) elements(file int32, ref pyscope.Ref, kind pyscope.ElemKind) result {
	if ref == none {
		return unknown
	}
	f := r.files[file].model
	n := &f.Nodes[ref]
	switch n.Kind {
	case pyscope.SeqNode, pyscope.MapNode:
		if n.Kind == pyscope.MapNode && kind == pyscope.Added {
			return unknown // iterating gives the keys
		}
		var out result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.eval(file, a.Value))
		}
		return out
	case pyscope.CompNode:
		return r.eval(file, pyscope.Ref(n.A))
	case pyscope.ChoiceNode:
		var out result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.elements(file, a.Value, kind))
		}
		return out
	case pyscope.NameNode:
		if symbol := f.Lookup(n.Scope, pyscope.Name(n.A), n.Start); symbol != none {
			return r.elementsOf(file, symbol, kind)
		}
	case pyscope.AttrNode:
		return r.elementsOfAttribute(r.eval(file, pyscope.Ref(n.A)), f.Names[n.B], kind)
	case pyscope.CallNode:
		name := calleeName(f, n)
		switch callee := &f.Nodes[n.A]; {
		case callee.Kind == pyscope.NameNode && sameElements[name]:
			return r.elements(file, positional(f, n, 0), kind)
		case callee.Kind == pyscope.AttrNode && name == "values":
			return r.elements(file, pyscope.Ref(callee.A), pyscope.Indexed)
		case callee.Kind == pyscope.AttrNode && name == "copy":
			return r.elements(file, pyscope.Ref(callee.A), kind)
		}
	}
	return unknown
}

// sameElements are functions that return a container with the elements of their first argument.
var sameElements = map[string]bool{"list": true, "set": true, "tuple": true, "reversed": true, "sorted": true, "iter": true, "frozenset": true}

// elementsOf gives the elements of the containers that a symbol is bound to, and what is put into them.
func (r *resolver) elementsOf(file, symbol int32, kind pyscope.ElemKind) result {
	return r.ask(find(r.elems, elemsOf{file, symbol, kind}), func() result {
		f := r.files[file].model
		var out result
		for b := f.Symbols[symbol].First; b != none; b = f.Binds[b].Next {
			switch bind := &f.Binds[b]; bind.Kind {
			case pyscope.BindExpr:
				out.add(r.elements(file, pyscope.Ref(bind.A), kind))
			case pyscope.BindFrom:
				i := &f.Imports[bind.A]
				if from, _ := r.fromModule(file, i); from != pymodule.None {
					out.add(r.elementsOfAttribute(result{values: []value{moduleValue(from)}}, i.Name, kind))
				}
			}
		}
		for _, e := range r.putsInto(file, symbol) {
			if elem := &f.Elems[e]; elem.Kind == pyscope.Added || kind == pyscope.Indexed {
				out.add(r.eval(file, elem.Value))
			}
		}
		return out
	})
}

// putsInto gives the indices of what is put into the containers of a symbol.
func (r *resolver) putsInto(file, symbol int32) []int32 {
	f := r.files[file].model
	if len(f.Elems) == 0 {
		return nil
	}
	bySymbol := r.puts[file]
	if bySymbol == nil {
		bySymbol = map[int64][]int32{}
		for i := range f.Elems {
			e := &f.Elems[i]
			if s := f.Lookup(e.Scope, e.Name, f.Nodes[e.Value].Start); s != none {
				bySymbol[int64(s)] = append(bySymbol[int64(s)], int32(i))
			}
		}
		r.puts[file] = bySymbol
	}
	return bySymbol[int64(symbol)]
}

func (r *resolver) elementsOfAttribute(object result, name string, kind pyscope.ElemKind) result {
	var out result
	for _, v := range object.values {
		switch v.kind {
		case class, instance:
			out.add(r.classElements(v.file, v.id, name, kind))
		case module:
			file := r.tree.File(pymodule.ID(v.id))
			if file < 0 || r.files[file].model == nil {
				continue
			}
			f := r.files[file].model
			if n := f.Find(name); n != none {
				if symbol := f.SymbolIn(0, n); symbol != none {
					out.add(r.elementsOf(int32(file), symbol, kind))
				}
			}
		}
	}
	return out
}

func (r *resolver) classElements(file, index int32, name string, kind pyscope.ElemKind) result {
	return r.ask(find(r.attrs, attrOf{file, index, name, true, kind}), func() result {
		f := r.files[file].model
		var out result
		if n := f.Find(name); n != none {
			c := &f.Classes[index]
			if symbol := f.SymbolIn(c.Scope, n); symbol != none {
				out.add(r.elementsOf(file, symbol, kind))
			}
			for i := c.First; i != none; i = f.Attrs[i].Next {
				a := &f.Attrs[i]
				if a.Name != n || a.Bind.Kind != pyscope.BindExpr {
					continue
				}
				switch {
				case a.Elem == pyscope.Whole:
					out.add(r.elements(file, pyscope.Ref(a.Bind.A), kind))
				case a.Elem == pyscope.Added || kind == pyscope.Indexed:
					out.add(r.eval(file, pyscope.Ref(a.Bind.A)))
				}
			}
		}
		if len(out.values) > 0 {
			return out
		}
		for _, base := range r.bases(file, index).values {
			if base.kind == class {
				out.add(r.classElements(base.file, base.id, name, kind))
			}
		}
		return out
	})
}
