package resolve

import (
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// Inference of objects. It looks at assignments only, never at the order of execution, and follows calls into functions
// of the tree; what comes from parameters without annotation stays unknown. So it finds a floor of what there is.

// Importers are functions that import the module that their first argument names, by their last name.
var Importers = map[string]pyscope.Context{
	"try_import":    pyscope.TryImport,
	"import_module": pyscope.Dynamic,
	"__import__":    pyscope.Dynamic,
	"safe_import":   pyscope.Dynamic,
	"import_any":    pyscope.Dynamic,
}

// objectImporters return the attribute that their first argument names, or an instance of it; the string is recorded as
// one.
var objectImporters = map[string]bool{"import_class": true, "import_patched": true}

// ImportedByName gives the argument with the dotted names that a call can import, None if the call does nothing like
// that.
func (r *Resolver) ImportedByName(file int32, call *pyscope.Node) (argument pyscope.Ref, dotted []string, maybe bool) {
	f := r.Model(file)
	if _, ok := Importers[f.Callee(call)]; !ok {
		return none, nil, false
	}
	argument = f.Positional(call, 0)
	if argument == none {
		argument = f.Keyword(call, "name")
	}
	names, maybe := r.Strings(file, argument)
	for _, name := range names {
		if relative, ok := strings.CutPrefix(name, "."); ok { // import_module(".green.os", "eventlet")
			within := f.Positional(call, 1)
			if within == none {
				within = f.Keyword(call, "package")
			}
			packages, other := r.Strings(file, within)
			maybe = maybe || other
			for _, of := range packages {
				if !strings.HasPrefix(relative, ".") {
					dotted = append(dotted, of+"."+relative)
				}
			}
			continue
		}
		dotted = append(dotted, name)
	}
	dotted = slices.DeleteFunc(dotted, func(name string) bool { return !IsDotted(name) })
	if len(dotted) == 0 {
		return none, nil, false
	}
	return argument, dotted, maybe
}

// call gives what a call returns.
func (r *Resolver) call(file int32, ref pyscope.Ref) Result {
	f := r.Model(file)
	n := &f.Nodes[ref]
	name := f.Callee(n)
	if argument, names, maybe := r.ImportedByName(file, n); argument != none {
		out := Result{Other: maybe}
		for _, dotted := range names {
			if name == "__import__" && n.N == 1 {
				dotted, _, _ = strings.Cut(dotted, ".") // without fromlist the call returns the top
			}
			out.add(perhaps(r.Dotted(file, dotted), maybe))
		}
		return out
	}
	if objectImporters[name] {
		if path := f.Positional(n, 0); path != none {
			if out := r.Path(file, path); len(out.Values) > 0 {
				return out
			}
		}
	}
	switch callee := &f.Nodes[n.A]; {
	case callee.Kind == pyscope.NameNode && name == "getattr" &&
		f.Lookup(callee.Scope, pyscope.Name(callee.A), callee.Start) == none:
		names, maybe := r.Strings(file, f.Positional(n, 1))
		out := Result{Other: maybe}
		for _, attribute := range names {
			out.add(perhaps(r.Attribute(r.Eval(file, f.Positional(n, 0)), attribute).inferred(), maybe))
		}
		out.Other = out.Other || len(out.Values) == 0
		return out
	case callee.Kind == pyscope.NameNode && name == "super" &&
		f.Lookup(callee.Scope, pyscope.Name(callee.A), callee.Start) == none:
		return r.super(file, callee.Scope)
	case callee.Kind == pyscope.AttrNode:
		object := r.Eval(file, pyscope.Ref(callee.A))
		out := r.called(r.Attribute(object, name))
		for _, v := range object.Values {
			if v.Kind == ExternalObject {
				if c := r.Library.Returns(v.Name + "." + name); c != "" {
					out.addValue(objectOf(c))
				}
			}
		}
		if argument := f.Positional(n, 0); len(out.Values) == 0 && enters[name] && argument != none {
			return r.with(file, argument, name == "enter_async_context").inferred()
		}
		if len(out.Values) == 0 && takesElement[name] {
			out = r.elements(file, pyscope.Ref(callee.A), pyscope.Indexed).inferred()
		}
		return out
	}
	return r.called(r.Eval(file, pyscope.Ref(n.A)))
}

// takesElement are methods of containers that return an element.
var takesElement = map[string]bool{"get": true, "pop": true, "popleft": true, "setdefault": true}

// called gives what calls of functions and classes return.
func (r *Resolver) called(functions Result) Result {
	out := Result{Other: functions.Other}
	for _, v := range functions.Values {
		switch v.Kind {
		case External:
			c := r.Library.Returns(v.Name)
			if c == "" {
				c = r.Library.Class(v.Name)
			}
			if c == "" {
				out.Other = true
				continue
			}
			out.addValue(objectOf(c))
		case Class:
			out.addValue(Value{Kind: Instance, File: v.File, ID: v.ID, Via: pymodule.None})
		case Function:
			out.add(r.returned(v.File, v.ID))
		default:
			out.Other = true
		}
	}
	if len(out.Values) == 0 {
		out.Other = true
	}
	return out
}

// returned gives what a function of the tree returns.
func (r *Resolver) returned(file, fn int32) Result {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askReturned, file: file, id: fn},
			func() reply { return reply{Result: r.returned(file, fn)} }).Result
	}
	if r.Model(file).Funcs[fn].Flags&pyscope.FuncAsync != 0 {
		return unknown
	}
	return r.result(file, fn)
}

// result gives what a function of the tree returns, or a coroutine when it is awaited.
func (r *Resolver) result(file, fn int32) Result {
	if r.crosses(file) {
		return r.across(Inquiry{kind: askResult, file: file, id: fn},
			func() reply { return reply{Result: r.result(file, fn)} }).Result
	}
	return r.ask(file, find(r, r.returns, key(file, fn)), func() Result {
		f := r.Model(file)
		def := &f.Funcs[fn]
		if def.Flags&(pyscope.FuncGenerator|pyscope.FuncDecorated) != 0 {
			return unknown
		}
		out := r.annotated(file, def.Result)
		for i := def.First; i != none; i = f.Returns[i].Next {
			out.add(r.Eval(file, f.Returns[i].Value))
		}
		if len(out.Values) == 0 {
			out.Other = true
		}
		return out.inferred()
	})
}

// propertyValue replaces the properties among the values by what they return.
func (r *Resolver) propertyValue(m Result) Result {
	isProperty := func(v Value) bool {
		return v.Kind == Function && r.isProperty(v.File, v.ID)
	}
	if !slices.ContainsFunc(m.Values, isProperty) {
		return m
	}
	out := Result{Other: m.Other}
	for _, v := range m.Values {
		if isProperty(v) {
			out.add(r.returned(v.File, v.ID))
		} else {
			out.addValue(v)
		}
	}
	return out
}

// handsOver are calls of which `with f(x) as y` binds x itself.
var handsOver = map[string]bool{"contextlib.closing": true, "contextlib.aclosing": true, "contextlib.nullcontext": true}

// enters are methods, of stacks of context managers, that return what `with` would bind.
var enters = map[string]bool{"enter_context": true, "enter_async_context": true}

// with gives what `with x as y` binds for an expression x.
func (r *Resolver) with(file int32, ref pyscope.Ref, async bool) Result {
	manager := r.Eval(file, ref)
	if len(manager.Values) > 0 || ref == none {
		return r.entered(manager, async)
	}
	if handed := r.handed(file, ref, 0); len(handed.Values) > 0 {
		return handed
	}
	return r.entered(manager, async)
}

// handed gives what `with x as y` binds for an x that hands something over: closing(y) itself, a variable that is set to
// that, a call of a function that returns it.
func (r *Resolver) handed(file int32, ref pyscope.Ref, depth int) Result {
	var out Result
	if ref == none || depth > maxSpelled {
		return out
	}
	f := r.Model(file)
	n := &f.Nodes[ref]
	switch n.Kind {
	case pyscope.NameNode, pyscope.AttrNode:
		s := speller{r, maxSteps}
		for _, origin := range s.origins(place{file, ref}) {
			out.add(r.handed(origin.file, origin.ref, depth+1))
		}
	case pyscope.ChoiceNode:
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.handed(file, a.Value, depth+1))
		}
	case pyscope.CallNode:
		argument := f.Positional(n, 0)
		for _, keyword := range []string{"thing", "enter_result"} {
			if argument == none {
				argument = f.Keyword(n, keyword)
			}
		}
		for _, v := range r.Eval(file, pyscope.Ref(n.A)).Values {
			switch {
			case v.Kind == External && handsOver[v.Name] && argument != none:
				out.add(r.Eval(file, argument))
			case v.Kind == Function:
				out.add(r.handedBack(v.File, v.ID, depth))
			}
		}
	}
	return out
}

// handedBack is handed for what a function of the tree returns.
func (r *Resolver) handedBack(file, fn int32, depth int) Result {
	f := r.Model(file)
	def := &f.Funcs[fn]
	var out Result
	if def.Flags&(pyscope.FuncAsync|pyscope.FuncGenerator|pyscope.FuncDecorated) != 0 {
		return out
	}
	for i := def.First; i != none; i = f.Returns[i].Next {
		out.add(r.handed(file, f.Returns[i].Value, depth+1))
	}
	return out.inferred()
}

// entered gives what `with x as y` binds: what __enter__ of a class of the tree returns, and of others what the Library
// says.
func (r *Resolver) entered(manager Result, async bool) Result {
	out := Result{Other: manager.Other}
	name := "__enter__"
	if async {
		name = "__aenter__"
	}
	for _, v := range manager.Values {
		switch v.Kind {
		case ExternalObject:
			out.add(r.enteredExternal(v, v.Name))
		case Instance:
			if enter, found := r.ClassAttribute(v.File, v.ID, name); found {
				out.add(r.awaited(enter))
				continue
			}
			bases := r.ForeignBases(v.File, v.ID)
			if i := slices.IndexFunc(bases, func(base string) bool { return r.Library.Enters(base) != "" }); i >= 0 {
				out.add(r.enteredExternal(v, bases[i]))
			} else {
				out.Other = true
			}
		default:
			out.Other = true
		}
	}
	return out
}

// awaited gives what calls of functions return, after an await if they are coroutines.
func (r *Resolver) awaited(functions Result) Result {
	out := Result{Other: functions.Other}
	for _, v := range functions.Values {
		if v.Kind == Function {
			out.add(r.result(v.File, v.ID))
		} else {
			out.add(r.called(Result{Values: []Value{v}}))
		}
	}
	return out
}

// enteredExternal gives what an object binds whose __enter__ is that of a class outside the tree.
func (r *Resolver) enteredExternal(v Value, class string) Result {
	switch c := r.Library.Enters(class); c {
	case "":
		return unknown
	case class:
		return Result{Values: []Value{v}} // itself
	default:
		return Result{Values: []Value{objectOf(c)}}
	}
}

// caught gives what `except X as y` binds.
func (r *Resolver) caught(file int32, ref pyscope.Ref) Result {
	if ref == none {
		return unknown
	}
	f := r.Model(file)
	if n := &f.Nodes[ref]; n.Kind == pyscope.SeqNode {
		var out Result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.caught(file, a.Value))
		}
		return out
	}
	return r.instances(r.Eval(file, ref))
}

// instances turns classes into objects of them.
func (r *Resolver) instances(classes Result) Result {
	out := Result{Other: classes.Other}
	for _, v := range classes.Values {
		switch v.Kind {
		case External:
			if c := r.Library.Class(v.Name); c != "" {
				out.addValue(objectOf(c))
			} else {
				out.Other = true
			}
		case Class:
			out.addValue(Value{Kind: Instance, File: v.File, ID: v.ID, Via: pymodule.None})
		default:
			out.Other = true
		}
	}
	return out
}

// wrappers are generic types that stand for what is in their brackets.
var wrappers = map[string]bool{"Optional": true, "Union": true, "Final": true, "ClassVar": true, "Annotated": true}

// annotated gives objects of the classes that an annotation names; nothing if it names none that is known.
func (r *Resolver) annotated(file int32, ref pyscope.Ref) Result {
	if ref == none {
		return Result{}
	}
	f := r.Model(file)
	switch n := &f.Nodes[ref]; n.Kind {
	case pyscope.NameNode, pyscope.AttrNode:
		return Result{Values: r.instances(r.Eval(file, ref)).Values}
	case pyscope.StringNode:
		first, rest, more := strings.Cut(f.Names[n.A], ".")
		name := f.Find(first)
		if name == none {
			return Result{}
		}
		out := r.Name(file, n.Scope, name, n.Start)
		for more {
			first, rest, more = strings.Cut(rest, ".")
			out = r.Attribute(out, first)
		}
		return Result{Values: r.instances(out).Values}
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
		var out Result
		for _, a := range f.Args[n.B : n.B+n.N] {
			out.add(r.annotated(file, a.Value))
		}
		return out
	}
	return Result{}
}
