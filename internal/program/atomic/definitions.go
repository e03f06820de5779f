package atomic

import (
	"strings"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

func (r *Reader) function(n node) {
	t := r.t
	f := Func{Start: t.Start(n), End: t.End(n), Class: r.class, Outer: r.fn, Name: string(t.Ident(n)),
		Async: t.Has(n, pysyntax.FlagAsync)}
	var params, body node
	static, classMethod := false, false
	for c := t.Child(n); c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Decorator:
			d := r.decorator(c)
			static = static || strings.HasSuffix(d.Name, "staticmethod")
			classMethod = classMethod || strings.HasSuffix(d.Name, "classmethod")
			f.Decorators = append(f.Decorators, d)
		case pysyntax.Params:
			params = c
			for p := t.Child(c); p != 0; p = t.Next(p) {
				if t.Has(p, pysyntax.FlagDefault) {
					r.expr(t.Last(p), Load)
				}
			}
		case pysyntax.Block:
			body = c
		}
	}
	scope := r.open(n, pyscope.FunctionScope)
	before := *r
	r.begin(scope, f)
	first := true
	for p := t.Child(params); params != 0 && p != 0; p = t.Next(p) {
		id := r.f.Find(string(t.Ident(p)))
		if id == pyscope.None {
			continue
		}
		s := r.f.SymbolIn(scope, id)
		switch {
		case first && r.class >= 0 && (classMethod || f.Name == "__new__" || f.Name == "__init_subclass__"):
			r.cls[s] = r.class
		case first && r.class >= 0 && !static:
			r.self[s] = r.class
		default:
			r.params[s] = true
			if t.Has(p, pysyntax.FlagAnnotation) {
				r.typed[s] = r.dotted(t.Child(p))
			}
			r.fun().Params++
		}
		first = false
	}
	if r.class >= 0 {
		r.around = r.class
	}
	r.class = -1
	if body != 0 {
		r.statements(body)
	}
	r.held()
	r.restore(&before)
}

func (r *Reader) decorator(n node) Decorator {
	t := r.t
	value := t.Child(n)
	d := Decorator{Pos: t.Start(value)}
	if t.Kind(value) == pysyntax.Call {
		callee := t.Child(value)
		d.Arg, _ = t.StringValue(t.Next(callee))
		d.Fair = r.keywordIs(value, "fair", pysyntax.ConstTrue)
		r.expr(value, Load)
		value = callee
	}
	d.Name = r.dotted(value)
	return d
}

// restore goes back to the function around one that has been read.
func (r *Reader) restore(before *Reader) {
	out := r.out
	*r = *before
	r.out = out
}

// held notes the ranges between acquire and release.
func (r *Reader) held() {
	f := r.fun()
	for i := range f.Calls {
		c := &f.Calls[i]
		if c.Method != "acquire" || c.Text == "" {
			continue
		}
		lock := Lock{Start: c.End, End: f.End, Pos: c.Start, Ref: c.Recv, Text: c.Text}
		for k := len(f.Calls) - 1; k > i; k-- {
			if d := &f.Calls[k]; d.Method == "release" && d.Text == c.Text {
				lock.End = d.Start
				break
			}
		}
		f.Locks = append(f.Locks, lock)
	}
}

func (r *Reader) classDef(n node) {
	t := r.t
	c := Class{Start: t.Start(n), Name: string(t.Ident(n))}
	index := int32(len(r.out.Classes))
	body := t.ChildOf(n, pysyntax.Block)
	for s := t.Child(body); body != 0 && s != 0; s = t.Next(s) {
		if t.Kind(s) != pysyntax.FunctionDef {
			continue
		}
		switch name := string(t.Ident(s)); name {
		case "__getstate__", "__reduce__", "__reduce_ex__", "__deepcopy__", "__copy__", "__getnewargs__":
			c.Slots = append(c.Slots, name)
		}
	}
	r.out.Classes = append(r.out.Classes, c)
	if id := r.f.Find(c.Name); id != pyscope.None {
		if s := r.f.SymbolIn(r.scope, id); s != pyscope.None {
			r.classes[s] = index
		}
	}
	scope, class, derived := r.scope, r.class, r.derived
	r.scope, r.class, r.derived = r.open(n, pyscope.ClassScope), index, map[int32]int32{}
	if body != 0 {
		r.statements(body)
	}
	r.scope, r.class, r.derived = scope, class, derived
}
