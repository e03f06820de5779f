package resolve

import (
	"slices"

	"aiohub/internal/language/pyscope"
)

// ClassAttribute gives an attribute of a class of the tree or of its objects. found says that the class or a base in
// the tree has it, whatever its value.
func (r *Resolver) ClassAttribute(file, index int32, name string) (out Result, found bool) {
	if r.crosses(file) {
		out = r.across(Inquiry{kind: askAttribute, file: file, id: index, name: name}, func() reply {
			out, _ := r.ClassAttribute(file, index, name)
			return reply{Result: out}
		}).Result
		return out, out.Other || len(out.Values) > 0
	}
	a := find(r, r.attrs, attrOf{file: file, class: index, name: name})
	out = r.ask(file, a, func() Result {
		out, found := r.ownAttribute(file, index, name)
		if found && len(out.Values) > 0 {
			return out.inferred()
		}
		for _, base := range r.Bases(file, index).Values {
			if base.Kind != Class {
				continue
			}
			if inherited, ok := r.ClassAttribute(base.File, base.ID, name); ok {
				found = true
				out.add(inherited)
				if len(out.Values) > 0 {
					return out
				}
			}
		}
		if !found {
			return Result{} // no values and nothing else either: not found
		}
		if len(out.Values) == 0 {
			out.Other = true
		}
		return out.inferred()
	})
	return out, out.Other || len(out.Values) > 0
}

func (r *Resolver) ownAttribute(file, index int32, name string) (out Result, found bool) {
	f := r.Model(file)
	n := f.Find(name)
	if n == none {
		return Result{}, false
	}
	c := &f.Classes[index]
	if symbol := f.SymbolIn(c.Scope, n); symbol != none && f.Symbols[symbol].First != none {
		found = true
		out.add(r.Symbol(file, symbol))
		out.Other = out.Other || len(out.Values) == 0
	}
	for i := c.First; i != none; i = f.Attrs[i].Next {
		a := &f.Attrs[i]
		if a.Name != n {
			continue
		}
		if a.Elem == pyscope.Whole {
			found = true
			out.add(r.binding(file, &a.Bind))
		}
	}
	return out, found
}

// Bases gives the direct bases of a class.
func (r *Resolver) Bases(file, index int32) Result {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askBases, file: file, id: index},
			func() reply { return reply{Result: r.Bases(file, index)} }).Result
	}
	f := r.Model(file)
	c := &f.Classes[index]
	var out Result
	for _, a := range f.Args[c.Bases : c.Bases+c.NBase] {
		if a.Value == none {
			out.Other = true
			continue
		}
		base := r.Eval(file, a.Value)
		for _, v := range base.Values {
			if v.Kind == Class && v.File == file && v.ID == index {
				continue // class X(X): the name meant something else before
			}
			out.addValue(v)
		}
		out.Other = out.Other || base.Other
	}
	return out
}

// ForeignBases gives the canonical names of the classes outside the tree that a class of the tree derives from, however
// far.
func (r *Resolver) ForeignBases(file, index int32) []string {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askForeign, file: file, id: index},
			func() reply { return reply{names: r.ForeignBases(file, index)} }).names
	}
	if found, ok := r.foreign[key(file, index)]; ok {
		return found
	}
	var found []string
	seen := map[int64]bool{}
	var visit func(file, index int32)
	visit = func(file, index int32) {
		if seen[key(file, index)] || len(seen) > 1000 {
			return
		}
		seen[key(file, index)] = true
		for _, v := range r.Bases(file, index).Values {
			switch {
			case v.Kind == Class:
				visit(v.File, v.ID)
			case v.Kind == External:
				if canon := r.Library.Canon(v.Name); !slices.Contains(found, canon) {
					found = append(found, canon)
				}
			}
		}
	}
	visit(file, index)
	if r.stack == 0 {
		r.foreign[key(file, index)] = found
	}
	return found
}

// super gives what super() stands for in a method.
func (r *Resolver) super(file, scope int32) Result {
	f := r.Model(file)
	c := f.Scopes[scope].Class
	if c == none {
		return unknown
	}
	return r.instances(r.Bases(file, c))
}
