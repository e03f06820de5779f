package scan

import (
	"slices"

	"aiohub/internal/knowledge"
	"aiohub/internal/pyscope"
)

// classAttribute gives an attribute of a class of the tree or of its objects. found says that the class or a base in the tree
// has it, whatever its value.
func (r *resolver) classAttribute(file, index int32, name string) (out result, found bool) {
	a := find(r.attrs, attrOf{file: file, class: index, name: name})
	out = r.ask(a, func() result {
		out, found := r.ownAttribute(file, index, name)
		if found && len(out.values) > 0 {
			return out.inferred()
		}
		for _, base := range r.bases(file, index).values {
			if base.kind != class {
				continue
			}
			if inherited, ok := r.classAttribute(base.file, base.id, name); ok {
				found = true
				out.add(inherited)
				if len(out.values) > 0 {
					return out
				}
			}
		}
		if !found {
			return result{} // no values and nothing else either: not found
		}
		if len(out.values) == 0 {
			out.other = true
		}
		return out.inferred()
	})
	return out, out.other || len(out.values) > 0
}

func (r *resolver) ownAttribute(file, index int32, name string) (out result, found bool) {
	f := r.files[file].model
	n := f.Find(name)
	if n == none {
		return result{}, false
	}
	c := &f.Classes[index]
	if symbol := f.SymbolIn(c.Scope, n); symbol != none && f.Symbols[symbol].First != none {
		found = true
		out.add(r.symbol(file, symbol))
		out.other = out.other || len(out.values) == 0
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

// bases gives the direct bases of a class.
func (r *resolver) bases(file, index int32) result {
	f := r.files[file].model
	c := &f.Classes[index]
	var out result
	for _, a := range f.Args[c.Bases : c.Bases+c.NBase] {
		if a.Value == none {
			out.other = true
			continue
		}
		base := r.eval(file, a.Value)
		for _, v := range base.values {
			if v.kind == class && v.file == file && v.id == index {
				continue // class X(X): the name meant something else before
			}
			out.addValue(v)
		}
		out.other = out.other || base.other
	}
	return out
}

// foreignBases gives the canonical names of the classes of eventlet that a class of the tree derives from, however far.
func (r *resolver) foreignBases(file, index int32) []string {
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
		for _, v := range r.bases(file, index).values {
			switch {
			case v.kind == class:
				visit(v.file, v.id)
			case v.isEventlet():
				if canon := knowledge.Canon(v.name); !slices.Contains(found, canon) {
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
func (r *resolver) super(file, scope int32) result {
	f := r.files[file].model
	c := f.Scopes[scope].Class
	if c == none {
		return unknown
	}
	return r.instances(r.bases(file, c))
}
