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
