package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

type node = pysyntax.Node

// maxDepth bounds the nesting that is looked at.
const maxDepth = 150

// Reader reads the facts of files. It keeps its buffers from one file to the next; use one for each worker.
type Reader struct {
	t   *pysyntax.Tree
	f   *pyscope.File
	out *File

	scopes   map[uint64]int32 // position and kind -> scope
	self     map[int32]int32  // symbol of the first parameter of a method -> class
	cls      map[int32]int32  // the same of class methods
	classes  map[int32]int32  // symbol -> class that it is bound to
	captured map[int32]int32  // symbol of a function that functions in it use -> that function's symbol scope
	funcOf   map[int32]int32  // scope of a function -> index into File.Funcs
	derived  map[int32]int32  // symbol of a local variable -> access that it was read by
	made     map[int32]maker  // symbol of a local variable -> the call that made it
	typed    map[int32]string // symbol of a parameter -> its annotation, if that is a name
	params   map[int32]bool   // symbols of parameters of the function that is read

	fn      int32
	scope   int32
	class   int32 // class whose body is read, -1 in a function
	around  int32 // class whose method is read, -1 outside
	loop    int
	depth   int
	block   uint32 // end of the block
	sides   int    // branches around
	comp    uint32 // end of the comprehension
	until   uint32 // end of what can come after the statement that is read
	awaited bool
	stored  Ref // what the value that is read goes to
}

// maker is the call that made what a local variable has.
type maker struct {
	call uint32
	name string
}

// Read reads the facts of a file from its tree and its scopes.
func (r *Reader) Read(path string, t *pysyntax.Tree, f *pyscope.File) *File {
	*r = Reader{
		t: t, f: f, out: &File{Path: path}, scopes: map[uint64]int32{}, self: map[int32]int32{}, cls: map[int32]int32{},
		classes:  map[int32]int32{},
		captured: map[int32]int32{}, funcOf: map[int32]int32{}, class: -1, around: -1,
	}
	for i := range f.Scopes {
		r.scopes[uint64(f.Scopes[i].Pos)<<8|uint64(f.Scopes[i].Kind)] = int32(i)
	}
	r.out.Lines = lineStarts(t.Src)
	r.findCaptured()
	r.begin(0, Func{End: uint32(len(t.Src)), Body: true, Class: -1, Outer: -1})
	r.statements(t.Root())
	r.trim()
	out := r.out
	*r = Reader{}
	return out
}

// findCaptured finds the variables of functions that functions in them use.
func (r *Reader) findCaptured() {
	nested := false
	for i := range r.f.Scopes {
		s := &r.f.Scopes[i]
		if (s.Kind == pyscope.FunctionScope || s.Kind == pyscope.LambdaScope) && s.Parent != pyscope.None &&
			r.functionAround(s.Parent) != 0 {
			nested = true
			break
		}
	}
	if !nested {
		return
	}
	for i := range r.f.Nodes {
		n := &r.f.Nodes[i]
		if n.Kind != pyscope.NameNode {
			continue
		}
		if s := r.f.Lookup(n.Scope, pyscope.Name(n.A), n.Start); s != pyscope.None {
			r.capture(s, n.Scope)
		}
	}
	for i := range r.f.Symbols {
		if s := &r.f.Symbols[i]; s.Redirect != pyscope.None {
			r.capture(s.Redirect, s.Scope)
		}
	}
}

func (r *Reader) capture(symbol, scope int32) {
	home := r.f.Symbols[symbol].Scope
	if home != 0 && r.f.Scopes[home].Kind == pyscope.FunctionScope && r.functionAround(scope) != home {
		r.captured[symbol] = home
	}
}

// functionAround gives the scope of the innermost function or lambda around a scope, 0 outside functions.
func (r *Reader) functionAround(scope int32) int32 {
	for scope > 0 {
		if k := r.f.Scopes[scope].Kind; k == pyscope.FunctionScope || k == pyscope.LambdaScope {
			return scope
		}
		scope = r.f.Scopes[scope].Parent
	}
	return 0
}

func (r *Reader) begin(scope int32, f Func) {
	r.out.Funcs = append(r.out.Funcs, f)
	r.fn, r.scope = int32(len(r.out.Funcs)-1), scope
	r.funcOf[scope] = r.fn
	r.derived, r.made, r.params, r.typed = map[int32]int32{}, map[int32]maker{}, map[int32]bool{}, map[int32]string{}
	r.loop, r.sides, r.block, r.until = 0, 0, f.End, f.End
}

// fun is the function that is read.
func (r *Reader) fun() *Func { return &r.out.Funcs[r.fn] }

func (r *Reader) open(n node, kind pyscope.ScopeKind) int32 {
	if scope, ok := r.scopes[uint64(r.t.Start(n))<<8|uint64(kind)]; ok {
		return scope
	}
	return r.scope
}

func (r *Reader) symbol(n node) int32 {
	id := r.f.Find(string(r.t.Ident(n)))
	if id == pyscope.None {
		return pyscope.None
	}
	if r.t.Has(n, pysyntax.FlagStore) || r.t.Has(n, pysyntax.FlagDel) {
		scope := r.scope
		for r.f.Scopes[scope].Kind == pyscope.ComprehensionScope && r.f.SymbolIn(scope, id) == pyscope.None {
			scope = r.f.Scopes[scope].Parent
		}
		s := r.f.SymbolIn(scope, id)
		if s != pyscope.None && r.f.Symbols[s].Redirect != pyscope.None {
			return r.f.Symbols[s].Redirect
		}
		return s
	}
	return r.f.Lookup(r.scope, id, r.t.Start(n))
}

// refOf gives the state that an expression names.
func (r *Reader) refOf(n node) Ref {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name:
		s := r.symbol(n)
		if s == pyscope.None {
			return Ref{}
		}
		switch {
		case r.f.Symbols[s].Scope == 0:
			return r.global(s)
		case r.class >= 0 && r.f.Symbols[s].Scope == r.scope:
			return Ref{ClassAttr, r.class, r.f.Names[r.f.Symbols[s].Name]}
		default:
			if home, ok := r.captured[s]; ok {
				if _, self := r.self[s]; !self {
					return Ref{Closure, r.funcOf[home], r.f.Names[r.f.Symbols[s].Name]}
				}
			}
		}
	case pysyntax.Attribute:
		name := string(t.Ident(n))
		object := t.Child(n)
		if class, own := r.classNamed(object); class >= 0 {
			if own {
				return Ref{SelfAttr, class, name}
			}
			return Ref{ClassAttr, class, name}
		}
		if path := r.importedPath(object); path != "" {
			return Ref{Imported, 0, path + "." + name}
		}
	}
	return Ref{}
}

// classNamed gives the class of an object whose attribute is read, -1 if it is none of this file. own says that the
// object is an instance, self.
func (r *Reader) classNamed(n node) (class int32, own bool) {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name:
		s := r.symbol(n)
		if s == pyscope.None {
			return -1, false
		}
		if c, ok := r.self[s]; ok {
			return c, true
		}
		if c, ok := r.cls[s]; ok {
			return c, false
		}
		if c, ok := r.classes[s]; ok {
			return c, false
		}
	case pysyntax.Attribute: // self.__class__
		if string(t.Ident(n)) == "__class__" {
			if c, own := r.classNamed(t.Child(n)); own {
				return c, false
			}
		}
	case pysyntax.Call: // type(self)
		callee := t.Child(n)
		if first := t.Next(callee); first != 0 && t.Kind(callee) == pysyntax.Name && string(t.Ident(callee)) == "type" &&
			t.Next(first) == 0 {
			if c, own := r.classNamed(first); own {
				return c, false
			}
		}
	}
	return -1, false
}

// global gives the state of a name of the module, none for what is only imported or defined.
func (r *Reader) global(s int32) Ref {
	symbol := &r.f.Symbols[s]
	for b := symbol.First; b != pyscope.None; b = r.f.Binds[b].Next {
		switch r.f.Binds[b].Kind {
		case pyscope.BindImport, pyscope.BindFrom, pyscope.BindDef, pyscope.BindClass:
		default:
			return Ref{Global, 0, r.f.Names[symbol.Name]}
		}
	}
	return Ref{}
}

// importedPath gives the dotted name of a module that a name or path of names imports, "" for others. Relative imports
// keep their dots.
func (r *Reader) importedPath(n node) string {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.Name:
		s := r.symbol(n)
		if s == pyscope.None || r.f.Symbols[s].First == pyscope.None {
			return ""
		}
		b := &r.f.Binds[r.f.Symbols[s].First]
		if b.Kind != pyscope.BindImport && b.Kind != pyscope.BindFrom || b.Next != pyscope.None {
			return ""
		}
		i := &r.f.Imports[b.A]
		switch {
		case !i.From && i.As == "":
			first, _, _ := strings.Cut(i.Module, ".")
			return first
		case !i.From:
			return i.Module
		}
		return strings.Repeat(".", i.Level) + i.Module + dotBefore(i.Name, i.Module != "")
	case pysyntax.Attribute:
		if left := r.importedPath(t.Child(n)); left != "" {
			return left + "." + string(t.Ident(n))
		}
	}
	return ""
}

func dotBefore(s string, dot bool) string {
	if dot {
		return "." + s
	}
	return s
}

// dotted gives the dotted name of an expression with imports resolved, "" for what is no name.
func (r *Reader) dotted(n node) string {
	if path := r.importedPath(n); path != "" {
		return path
	}
	switch r.t.Kind(n) {
	case pysyntax.Name:
		return string(r.t.Ident(n))
	case pysyntax.Attribute:
		if left := r.dotted(r.t.Child(n)); left != "" {
			return left + "." + string(r.t.Ident(n))
		}
	}
	return ""
}

func (r *Reader) lastName(n node) string {
	if k := r.t.Kind(n); k == pysyntax.Name || k == pysyntax.Attribute {
		return string(r.t.Ident(n))
	}
	return ""
}

// access notes what is done with a state.
func (r *Reader) access(n node, ref Ref, act Act) int32 {
	f := r.fun()
	f.Accesses = append(f.Accesses, Access{Ref: ref, Act: act, Start: r.t.Start(n), End: r.t.End(n), Value: -1})
	return int32(len(f.Accesses) - 1)
}

// trim leaves out what is said of names of the module that nothing changes after they are made.
func (r *Reader) trim() {
	changed := map[Ref]bool{}
	for i := range r.out.Funcs {
		for _, a := range r.out.Funcs[i].Accesses {
			if a.Ref.Kind == Global && a.Act.writes() && (!r.out.Funcs[i].Body || a.Act != Store) {
				changed[a.Ref] = true
			}
		}
	}
	for i := range r.out.Funcs {
		f := &r.out.Funcs[i]
		if !slices.ContainsFunc(f.Accesses, func(a Access) bool { return r.idle(a, changed) }) {
			continue
		}
		moved := make([]int32, len(f.Accesses))
		var kept []Access
		for k, a := range f.Accesses {
			moved[k] = -1
			if !r.idle(a, changed) {
				moved[k] = int32(len(kept))
				kept = append(kept, a)
			}
		}
		f.Accesses = kept
		f.Checks = slices.DeleteFunc(f.Checks, func(c Check) bool { return moved[c.Test] < 0 || moved[c.Act] < 0 })
		for k := range f.Checks {
			f.Checks[k].Test, f.Checks[k].Act = moved[f.Checks[k].Test], moved[f.Checks[k].Act]
		}
	}
}

func (r *Reader) idle(a Access, changed map[Ref]bool) bool {
	return a.Ref.Kind == Global && !changed[a.Ref] && a.Act != Store && a.Act != Use
}

func lineStarts(src []byte) []uint32 {
	starts := make([]uint32, 1, len(src)/32+1)
	for i, c := range src {
		if c == '\n' || c == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			starts = append(starts, uint32(i+1))
		}
	}
	return starts
}
