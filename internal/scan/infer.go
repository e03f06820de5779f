package scan

import (
	"slices"
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/pymodule"
	"aiohub/internal/pyscope"
)

// Inference of objects. It looks at assignments only, never at the order of execution, and follows calls into functions of
// the tree; what comes from parameters without annotation stays unknown. So it finds a floor of what there is.

// importers are functions that import the module that their first argument names, by their last name.
var importers = map[string]pyscope.Context{
	"try_import":    pyscope.TryImport,
	"import_module": pyscope.Dynamic,
	"__import__":    pyscope.Dynamic,
	"safe_import":   pyscope.Dynamic,
	"import_any":    pyscope.Dynamic,
}

// objectImporters return the attribute that their first argument names, or an instance of it; the string is recorded as one.
var objectImporters = map[string]bool{"import_class": true, "import_patched": true}

// calleeName gives the last name of the function of a call.
func calleeName(f *pyscope.File, call *pyscope.Node) string {
	switch n := &f.Nodes[call.A]; n.Kind {
	case pyscope.NameNode:
		return f.Names[n.A]
	case pyscope.AttrNode:
		return f.Names[n.B]
	}
	return ""
}

// positional gives the i-th positional argument, None if there is none or a *x comes before it.
func positional(f *pyscope.File, call *pyscope.Node, i int) pyscope.Ref {
	for _, a := range f.Args[call.B : call.B+call.N] {
		if a.Name == pyscope.Star {
			return none
		}
		if a.Name != none {
			continue
		}
		if i == 0 {
			return a.Value
		}
		i--
	}
	return none
}

// keyword gives the value of a keyword argument.
func keyword(f *pyscope.File, call *pyscope.Node, name string) pyscope.Ref {
	for _, a := range f.Args[call.B : call.B+call.N] {
		if a.Name >= 0 && f.Names[a.Name] == name {
			return a.Value
		}
	}
	return none
}

// text gives the value of a string that the model kept.
func text(f *pyscope.File, ref pyscope.Ref) (string, bool) {
	if ref == none || f.Nodes[ref].Kind != pyscope.StringNode {
		return "", false
	}
	return f.Names[f.Nodes[ref].A], true
}

// importedByName gives the argument with the dotted name that a call imports, None if the call does nothing like that.
func importedByName(f *pyscope.File, call *pyscope.Node, callee string) (argument pyscope.Ref, dotted string) {
	if _, ok := importers[callee]; !ok {
		return none, ""
	}
	argument = positional(f, call, 0)
	if argument == none {
		argument = keyword(f, call, "name")
	}
	dotted, ok := text(f, argument)
	if !ok {
		return none, ""
	}
	return argument, dotted
}

// call gives what a call returns.
func (r *resolver) call(file int32, ref pyscope.Ref) result {
	f := r.files[file].model
	n := &f.Nodes[ref]
	name := calleeName(f, n)
	if argument, dotted := importedByName(f, n, name); argument != none {
		if name == "__import__" && n.N == 1 {
			dotted, _, _ = strings.Cut(dotted, ".") // without fromlist the call returns the top
		}
		return r.dotted(file, dotted)
	}
	if objectImporters[name] {
		if path, ok := text(f, positional(f, n, 0)); ok {
			return r.dotted(file, path)
		}
	}
	switch callee := &f.Nodes[n.A]; {
	case callee.Kind == pyscope.NameNode && name == "getattr" && f.Lookup(callee.Scope, pyscope.Name(callee.A), callee.Start) == none:
		if attribute, ok := text(f, positional(f, n, 1)); ok {
			return r.attribute(r.eval(file, positional(f, n, 0)), attribute).inferred()
		}
		return unknown
	case callee.Kind == pyscope.NameNode && name == "super" && f.Lookup(callee.Scope, pyscope.Name(callee.A), callee.Start) == none:
		return r.super(file, callee.Scope)
	case callee.Kind == pyscope.AttrNode:
		object := r.eval(file, pyscope.Ref(callee.A))
		out := r.called(r.attribute(object, name))
		for _, v := range object.values {
			if v.kind == objectExternal {
				if c := knowledge.Returns(v.name + "." + name); c != "" {
					out.addValue(objectOf(c))
				}
			}
		}
		if len(out.values) == 0 && takesElement[name] {
			out = r.elements(file, pyscope.Ref(callee.A), pyscope.Indexed).inferred()
		}
		return out
	}
	return r.called(r.eval(file, pyscope.Ref(n.A)))
}

// takesElement are methods of containers that return an element.
var takesElement = map[string]bool{"get": true, "pop": true, "popleft": true, "setdefault": true}

// called gives what calls of functions and classes return.
func (r *resolver) called(functions result) result {
	out := result{other: functions.other}
	for _, v := range functions.values {
		switch v.kind {
		case external:
			if !knowledge.Is(v.name) {
				out.other = true
				continue
			}
			canon := knowledge.Canon(v.name)
			switch c := knowledge.Returns(canon); {
			case c != "":
				out.addValue(objectOf(c))
			case knowledge.Constructs(canon):
				out.addValue(objectOf(canon))
			default:
				out.other = true
			}
		case class:
			out.addValue(value{kind: instance, file: v.file, id: v.id, via: pymodule.None})
		case function:
			out.add(r.returned(v.file, v.id))
		default:
			out.other = true
		}
	}
	if len(out.values) == 0 {
		out.other = true
	}
	return out
}

// returned gives what a function of the tree returns.
func (r *resolver) returned(file, fn int32) result {
	return r.ask(find(r.returns, key(file, fn)), func() result {
		f := r.files[file].model
		def := &f.Funcs[fn]
		if def.Flags&(pyscope.FuncAsync|pyscope.FuncGenerator|pyscope.FuncDecorated) != 0 {
			return unknown
		}
		out := r.annotated(file, def.Result)
		for i := def.First; i != none; i = f.Returns[i].Next {
			out.add(r.eval(file, f.Returns[i].Value))
		}
		if len(out.values) == 0 {
			out.other = true
		}
		return out.inferred()
	})
}

// propertyValue replaces the properties among the values by what they return.
func (r *resolver) propertyValue(m result) result {
	isProperty := func(v value) bool {
		return v.kind == function && r.files[v.file].model.Funcs[v.id].Flags&pyscope.FuncProperty != 0
	}
	if !slices.ContainsFunc(m.values, isProperty) {
		return m
	}
	out := result{other: m.other}
	for _, v := range m.values {
		if isProperty(v) {
			out.add(r.returned(v.file, v.id))
		} else {
			out.addValue(v)
		}
	}
	return out
}

// entered gives what `with x as y` binds: eventlet's context managers return themselves, of others nothing is known.
func (r *resolver) entered(manager result) result {
	out := result{other: manager.other}
	for _, v := range manager.values {
		if v.kind == objectExternal || v.kind == instance && len(r.foreignBases(v.file, v.id)) > 0 {
			out.addValue(v)
		} else {
			out.other = true
		}
	}
	return out
}

// caught gives what `except X as y` binds.
func (r *resolver) caught(file int32, ref pyscope.Ref) result {
	if ref == none {
		return unknown
	}
	f := r.files[file].model
	if n := &f.Nodes[ref]; n.Kind == pyscope.SeqNode {
		var out result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.caught(file, a.Value))
		}
		return out
	}
	return r.instances(r.eval(file, ref))
}

// instances turns classes into objects of them.
func (r *resolver) instances(classes result) result {
	out := result{other: classes.other}
	for _, v := range classes.values {
		switch {
		case v.kind == external && knowledge.Is(v.name) && knowledge.Constructs(knowledge.Canon(v.name)):
			out.addValue(objectOf(knowledge.Canon(v.name)))
		case v.kind == class:
			out.addValue(value{kind: instance, file: v.file, id: v.id, via: pymodule.None})
		default:
			out.other = true
		}
	}
	return out
}

// wrappers are generic types that stand for what is in their brackets.
var wrappers = map[string]bool{"Optional": true, "Union": true, "Final": true, "ClassVar": true, "Annotated": true}

// annotated gives objects of the classes that an annotation names; nothing if it names none that is known.
func (r *resolver) annotated(file int32, ref pyscope.Ref) result {
	if ref == none {
		return result{}
	}
	f := r.files[file].model
	switch n := &f.Nodes[ref]; n.Kind {
	case pyscope.NameNode, pyscope.AttrNode:
		return result{values: r.instances(r.eval(file, ref)).values}
	case pyscope.StringNode:
		first, rest, more := strings.Cut(f.Names[n.A], ".")
		name := f.Find(first)
		if name == none {
			return result{}
		}
		out := r.name(file, n.Scope, name, n.Start)
		for more {
			first, rest, more = strings.Cut(rest, ".")
			out = r.attribute(out, first)
		}
		return result{values: r.instances(out).values}
	case pyscope.IndexNode:
		generic := &f.Nodes[n.A]
		name := ""
		switch generic.Kind {
		case pyscope.NameNode:
			name = f.Names[generic.A]
		case pyscope.AttrNode:
			name = f.Names[generic.B]
		}
		if wrappers[name] {
			return r.annotated(file, pyscope.Ref(n.B))
		}
	case pyscope.SeqNode:
		var out result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.annotated(file, a.Value))
		}
		return out
	}
	return result{}
}

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
