package resolve

import (
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// elements gives what iterating over a container (Added) or indexing it (Indexed) gives.
func (r *Resolver) elements(file int32, ref pyscope.Ref, kind pyscope.ElemKind) Result {
	if ref == none {
		return unknown
	}
	f := r.Model(file)
	n := &f.Nodes[ref]
	switch n.Kind {
	case pyscope.SeqNode, pyscope.MapNode:
		if n.Kind == pyscope.MapNode && kind == pyscope.Added {
			return unknown // iterating gives the keys
		}
		var out Result
		for _, a := range f.Args[n.B : n.B+n.N] {
			if a.Truth == pyscope.TruthUnknown {
				out.add(r.Eval(file, a.Value))
			}
		}
		return out
	case pyscope.CompNode:
		return r.Eval(file, pyscope.Ref(n.A))
	case pyscope.ChoiceNode:
		var out Result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.elements(file, a.Value, kind))
		}
		return out
	case pyscope.NameNode:
		if symbol := f.Lookup(n.Scope, pyscope.Name(n.A), n.Start); symbol != none {
			return r.elementsOf(file, symbol, kind)
		}
	case pyscope.AttrNode:
		return r.elementsOfAttribute(r.Eval(file, pyscope.Ref(n.A)), f.Names[n.B], kind)
	case pyscope.CallNode:
		name := f.Callee(n)
		switch callee := &f.Nodes[n.A]; {
		case callee.Kind == pyscope.NameNode && sameElements[name]:
			return r.elements(file, f.Positional(n, 0), kind)
		case callee.Kind == pyscope.AttrNode && name == "values":
			return r.elements(file, pyscope.Ref(callee.A), pyscope.Indexed)
		case callee.Kind == pyscope.AttrNode && name == "copy":
			return r.elements(file, pyscope.Ref(callee.A), kind)
		}
	}
	return unknown
}

// sameElements are functions that return a container with the elements of their first argument.
var sameElements = map[string]bool{"list": true, "set": true, "tuple": true, "reversed": true, "sorted": true,
	"iter": true, "frozenset": true}

// elementsOf gives the elements of the containers that a symbol is bound to, and what is put into them.
func (r *Resolver) elementsOf(file, symbol int32, kind pyscope.ElemKind) Result {
	return r.ask(file, find(r, r.elems, elemsOf{file, symbol, kind}), func() Result {
		f := r.Model(file)
		var out Result
		for b := f.Symbols[symbol].First; b != none; b = f.Binds[b].Next {
			switch bind := &f.Binds[b]; bind.Kind {
			case pyscope.BindExpr:
				out.add(r.elements(file, pyscope.Ref(bind.A), kind))
			case pyscope.BindFrom:
				i := &f.Imports[bind.A]
				if from, _ := r.FromModule(file, i); from != pymodule.None {
					out.add(r.elementsOfAttribute(Result{Values: []Value{ModuleValue(from)}}, i.Name, kind))
				}
			}
		}
		for _, e := range r.putsInto(file, symbol) {
			if elem := &f.Elems[e]; elem.Kind == pyscope.Added || kind == pyscope.Indexed {
				out.add(r.Eval(file, elem.Value))
			}
		}
		return out
	})
}

// putsInto gives the indices of what is put into the containers of a symbol.
func (r *Resolver) putsInto(file, symbol int32) []int32 {
	f := r.Model(file)
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

func (r *Resolver) elementsOfAttribute(object Result, name string, kind pyscope.ElemKind) Result {
	var out Result
	for _, v := range object.Values {
		switch v.Kind {
		case Class, Instance:
			out.add(r.classElements(v.File, v.ID, name, kind))
		case Module:
			if file := r.Tree.File(pymodule.ID(v.ID)); file >= 0 {
				out.add(r.moduleElements(int32(file), name, kind))
			}
		}
	}
	return out
}

// moduleElements gives the elements of the container that an attribute of a module is.
func (r *Resolver) moduleElements(file int32, name string, kind pyscope.ElemKind) Result {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askElements, elem: kind, file: file, name: name},
			func() reply { return reply{Result: r.moduleElements(file, name, kind)} }).Result
	}
	f := r.Model(file)
	if n := f.Find(name); n != none {
		if symbol := f.SymbolIn(0, n); symbol != none {
			return r.elementsOf(file, symbol, kind)
		}
	}
	return Result{}
}

func (r *Resolver) classElements(file, index int32, name string, kind pyscope.ElemKind) Result {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askClassElements, elem: kind, file: file, id: index, name: name},
			func() reply { return reply{Result: r.classElements(file, index, name, kind)} }).Result
	}
	return r.ask(file, find(r, r.attrs, attrOf{file, index, name, true, kind}), func() Result {
		f := r.Model(file)
		var out Result
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
					out.add(r.Eval(file, pyscope.Ref(a.Bind.A)))
				}
			}
		}
		if len(out.Values) > 0 {
			return out
		}
		for _, base := range r.Bases(file, index).Values {
			if base.Kind == Class {
				out.add(r.classElements(base.File, base.ID, name, kind))
			}
		}
		return out
	})
}
