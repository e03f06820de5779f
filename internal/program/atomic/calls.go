package atomic

import (
	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
)

// viewMethods give what a container has without changing it.
var viewMethods = map[string]bool{"items": true, "values": true, "keys": true, "iteritems": true, "itervalues": true,
	"iterkeys": true}

// methods are what methods of containers and events do.
var methods = map[string]Act{
	"get": Has, "is_set": Test, "isSet": Test, "empty": Test, "qsize": Test, "set": Raise, "copy": View,
	"append": Add, "appendleft": Add, "add": Add, "insert": Add, "extend": Add, "update": Add, "setdefault": Add,
	"pop": Remove, "popitem": Remove, "popleft": Remove, "remove": Remove, "discard": Remove, "clear": Clear,
}

// throughBuiltins are builtins that pass on what is done with their result; the others take a copy or ask once.
var throughBuiltins = map[string]bool{"len": true, "bool": true, "enumerate": true, "reversed": true, "zip": true,
	"iter": true, "filter": true, "map": true}

func (r *Reader) call(n node, act Act) {
	t := r.t
	callee := t.Child(n)
	first := t.Next(callee)
	awaited := r.awaited
	r.awaited = false
	if t.Kind(callee) == pysyntax.Name {
		switch name := string(t.Ident(callee)); {
		case (name == "hasattr" || name == "getattr" || name == "setattr") && first != 0:
			if r.attributeByName(n, name, first, act) {
				return
			}
		case throughBuiltins[name] && r.symbol(callee) == pyscope.None:
			through := act
			if act == Load && name == "len" {
				through = Load
			}
			r.arguments(first, through)
			return
		}
	}
	r.noteCall(n, callee, first, awaited)
	if t.Kind(callee) == pysyntax.Attribute {
		r.method(n, callee, act)
	} else {
		r.expr(callee, Load)
	}
	r.arguments(first, Load)
}

func (r *Reader) arguments(first node, act Act) {
	t := r.t
	for c := first; c != 0; c = t.Next(c) {
		switch t.Kind(c) {
		case pysyntax.Keyword, pysyntax.Starred:
			r.expr(t.Child(c), Load)
		default:
			r.expr(c, act)
		}
	}
}

// method reads the callee x.m of a call.
func (r *Reader) method(n, callee node, act Act) {
	t := r.t
	object, name := t.Child(callee), string(t.Ident(callee))
	done, known := methods[name]
	if viewMethods[name] {
		done, known = View, true
		if act == Iterate {
			done = Iterate
		}
	}
	switch {
	case r.refOf(callee).Kind == SelfAttr || r.refOf(callee).Kind == ClassAttr:
		return // a method of the object itself: what it does is seen there
	case !known:
		if ref := r.refOf(object); ref.Kind != NoRef {
			r.access(object, ref, Use)
			r.last().Method = name
			return
		}
		r.expr(object, Load)
		return
	}
	if i := r.element(object, done); i >= 0 {
		a := &r.fun().Accesses[i]
		a.Method, a.End = name, t.End(n)
		if done == Iterate {
			a.End = t.End(n)
		}
	}
}

// attributeByName reads hasattr(self, "x") and its like.
func (r *Reader) attributeByName(n node, function string, object node, act Act) bool {
	t := r.t
	name, ok := t.StringValue(t.Next(object))
	if !ok {
		return false
	}
	class, own := r.classNamed(object)
	if class < 0 {
		return false
	}
	ref := Ref{ClassAttr, class, name}
	if own {
		ref.Kind = SelfAttr
	}
	if function == "setattr" {
		value := t.Next(t.Next(object))
		r.expr(value, Load)
		i := r.access(n, ref, Store)
		r.fun().Accesses[i].Value = r.valueOf(value)
		return true
	}
	if act != Test {
		act = Load
	}
	r.access(n, ref, act)
	return true
}

// noteCall notes a call.
func (r *Reader) noteCall(n, callee, first node, awaited bool) {
	t := r.t
	c := Call{
		Start:    t.Start(n),
		End:      t.End(n),
		Paren:    t.End(callee),
		Method:   r.lastName(callee),
		Loop:     r.loop > 0,
		BlockEnd: r.block,
		Awaited:  awaited,
		Assigned: r.stored,
		Branch:   r.sides > 0,
		Comp:     r.comp,
	}
	if t.Kind(callee) == pysyntax.Attribute {
		object := t.Child(callee)
		c.Recv, _ = r.stateOf(object)
		if r.t.Kind(object) == pysyntax.Call {
			c.RecvCall = t.Start(object)
			c.Ctor = t.Start(object)
		}
		c.Text = short(t.Text(object))
		if t.Kind(object) == pysyntax.Name {
			if s := r.symbol(object); s != pyscope.None {
				c.Ctor = r.made[s].call
			}
		}
	}
	position := 0
	for a := first; a != 0; a = t.Next(a) {
		value := a
		name := ""
		if k := t.Kind(a); k == pysyntax.Keyword || k == pysyntax.Starred {
			value = t.Child(a)
			name = string(t.Ident(a))
		}
		if a == first || name == "target" || name == "obj" {
			c.First = r.refOf(value)
			c.Made = r.classOf(value)
		}
		if a == first && name == "" {
			c.Submits = r.bound(value)
		}
		if (a == first && name == "" || name == "blocking") && t.Kind(value) == pysyntax.Constant &&
			t.Op(value) == pysyntax.ConstFalse {
			c.NonBlock = true
		}
		c.Refuses = c.Refuses || t.Kind(value) == pysyntax.Constant && t.Op(value) == pysyntax.ConstFalse
		if name == "workers" || name == "" && position == 2 {
			c.Workers = t.Kind(value) != pysyntax.Constant || string(t.Text(value)) != "1" && t.Op(value) != pysyntax.ConstNone
		}
		if k := t.Kind(value); k == pysyntax.Name || k == pysyntax.Attribute {
			c.Args = append(c.Args, short(t.Text(value)))
		}
		r.given(&c, value)
		position++
	}
	r.fun().Calls = append(r.fun().Calls, c)
}

// bound describes an argument that is a method of an executor.
func (r *Reader) bound(n node) Bound {
	t := r.t
	if t.Kind(n) != pysyntax.Attribute || !submits(string(t.Ident(n))) {
		return Bound{}
	}
	object := t.Child(n)
	b := Bound{Method: string(t.Ident(n))}
	b.Recv, _ = r.stateOf(object)
	if t.Kind(object) == pysyntax.Call {
		b.RecvCall = t.Start(object)
	}
	return b
}

// classOf gives the name of what made a value or of the annotation of a parameter, "self" for the object whose method
// it is.
func (r *Reader) classOf(n node) string {
	if r.t.Kind(n) == pysyntax.Call {
		return r.dotted(r.t.Child(n))
	}
	if r.t.Kind(n) != pysyntax.Name {
		return ""
	}
	s := r.symbol(n)
	if s == pyscope.None {
		return ""
	}
	if _, ok := r.self[s]; ok {
		return "self"
	}
	if m, ok := r.made[s]; ok {
		return m.name
	}
	return r.typed[s]
}

// given notes what an argument hands over.
func (r *Reader) given(c *Call, n node) {
	t := r.t
	var called node
	t.Walk(n, func(m node) bool {
		switch t.Kind(m) {
		case pysyntax.Lambda:
			return false
		case pysyntax.Call:
			called = t.Child(m)
		case pysyntax.Attribute:
			if class, own := r.classNamed(t.Child(m)); class >= 0 && own {
				if m != called {
					c.Self = append(c.Self, string(t.Ident(m)))
				}
				return false
			}
		case pysyntax.Name:
			s := r.symbol(m)
			if s == pyscope.None {
				return true
			}
			if _, ok := r.self[s]; ok {
				c.SelfArg = true
			}
			if r.params[s] {
				c.Params = true
			}
			if b := r.f.Symbols[s].First; m != called && b != pyscope.None && r.f.Binds[b].Kind == pyscope.BindDef {
				c.Given = append(c.Given, string(t.Ident(m)))
			}
		}
		return true
	}, nil)
}
