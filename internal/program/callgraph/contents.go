package callgraph

import (
	"aiohub/internal/language/pymodule"
	"aiohub/internal/program/resolve"
)

// What an attribute or an element is: what is stored there.

// loaded says what reading an attribute gives.
func (n *natures) loaded(o *op) verdict {
	if o.a < 0 {
		return unknown
	}
	values := n.solver.vars[o.a].values
	if len(values) == 0 || len(values) >= maxValues {
		return unknown
	}
	out := given(0)
	for _, value := range values {
		switch k := n.get(value); k.kind {
		case kInstance:
			out = out.or(n.attribute(k.a, o.b))
		case kModule:
			out = out.or(n.ofModule(k.a, o.b))
		default:
			return unknown
		}
	}
	return out
}

func (n *natures) ofModule(module, name int32) verdict {
	out := given(0)
	for _, o := range n.resolver.MemberOrigins(pymodule.ID(module), n.names[name]) {
		if o.Kind != resolve.Variable {
			return unknown
		}
		out = out.or(n.variable(n.varBase[o.File] + o.Symbol))
	}
	if out.sort == 0 {
		return unknown
	}
	return out
}

// attribute says what an attribute of an instance is: what a property gives, a method, or what is assigned to it.
func (n *natures) attribute(c, name int32) verdict {
	owner := n.declares(c, name)
	if owner == none {
		return unknown
	}
	m := n.classes[owner].members[name]
	if m.variable == none {
		return n.assigned(c, name)
	}
	if n.assignedOutside(c, name) {
		return unknown
	}
	out := given(0)
	for _, value := range n.solver.vars[m.variable].values {
		f := n.functionOf(value)
		switch {
		case f == none:
			return unknown
		case n.funcs[f].flags&(Setter|Deleter) != 0:
		case n.funcs[f].flags&Property != 0:
			if !n.isPlainProperty(f) {
				return unknown
			}
			out = out.or(n.callingFunction(f))
		case n.funcs[f].class == none || n.decorated[f]:
			return unknown
		default:
			out = out.or(given(sCallable))
		}
	}
	if out.sort == 0 {
		return unknown
	}
	return out
}

// isPlainProperty tells whether a property is one of Python's own: those of libraries may await what they are given.
func (n *natures) isPlainProperty(f int32) bool {
	for _, d := range n.funcs[f].decorators {
		switch lastPart(d) {
		case "property", "abstractproperty", "abstractmethod", "override", "final":
		default:
			return false
		}
	}
	return true
}

// assigned says what is stored in an attribute of a class.
func (n *natures) assigned(c, name int32) verdict {
	out := given(0)
	for _, i := range n.stores[name] {
		o := &n.ops[i]
		values := n.solver.vars[o.dst].values
		concerns := len(values) == 0
		for _, value := range values {
			if k := n.get(value); (k.kind == kInstance || k.kind == kClass) && (n.derives(c, k.a) || n.derives(k.a, c)) {
				concerns = true
			}
		}
		if concerns {
			out = out.or(n.variable(o.a))
		}
	}
	if out.sort == 0 {
		return unknown
	}
	return out
}

// element says what an element of a container that is written out is.
func (n *natures) element(o *op) verdict {
	if o.a < 0 || o.a >= n.nvars || o.flags&opAsync != 0 {
		return unknown
	}
	values := n.solver.vars[o.a].values
	if len(values) == 0 || n.variable(o.a).sort&sUnknown != 0 {
		return unknown
	}
	out := given(0)
	for _, value := range values {
		k := n.get(value)
		if k.kind != kContainer || n.allocs[k.a] == dictLike && o.kind != opIndex || len(n.puts[k.a]) == 0 {
			return unknown
		}
		for _, i := range n.puts[k.a] {
			if p := &n.ops[i]; p.b != fieldKeys && p.b != fieldPaths {
				out = out.or(n.variable(p.a))
			}
		}
	}
	return out
}
