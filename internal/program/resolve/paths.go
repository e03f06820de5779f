package resolve

import (
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// Path gives what a dotted path in a string denotes when it is imported from a file. The string is written down as a
// whole, or put together of the name of a module and what follows: __name__ + ".eventlet.sleep".
func (r *Resolver) Path(file int32, ref pyscope.Ref) Result { return r.path(file, ref, 0) }

func (r *Resolver) path(file int32, ref pyscope.Ref, depth int) Result {
	f := r.Model(file)
	switch n := &f.Nodes[ref]; n.Kind {
	case pyscope.StringNode:
		return r.Dotted(file, f.Names[n.A])
	case pyscope.JoinNode:
		out := r.spelled(file, pyscope.Ref(n.A), depth)
		for part := range strings.SplitSeq(f.Names[n.B], ".") {
			out = r.Attribute(out, part)
		}
		return out
	}
	return unknown
}

// maxSpelled bounds how many variables are between a path and the string that it begins with, and maxConstant how often
// each of them is bound. Such variables are constants of a test; without a bound, strings that are made of each other
// take time without end.
const (
	maxSpelled  = 3
	maxConstant = 4
)

// spelled gives what the value of an expression, a string, is the dotted name of.
func (r *Resolver) spelled(file int32, ref pyscope.Ref, depth int) Result {
	if ref == none || depth > maxSpelled {
		return unknown
	}
	f := r.Model(file)
	switch n := &f.Nodes[ref]; n.Kind {
	case pyscope.StringNode, pyscope.JoinNode:
		return r.path(file, ref, depth)
	case pyscope.AttrNode:
		return r.named(file, n, f)
	case pyscope.NameNode:
		symbol := f.Lookup(n.Scope, pyscope.Name(n.A), n.Start)
		if symbol == none {
			if f.Names[n.A] == "__name__" {
				return Result{Values: []Value{ModuleValue(r.Files[file].Node)}}
			}
			return unknown
		}
		var out Result
		bound := 0
		for b := f.Symbols[symbol].First; b != none; b = f.Binds[b].Next {
			if bound++; bound > maxConstant {
				return unknown
			}
			if bind := &f.Binds[b]; bind.Kind == pyscope.BindExpr {
				out.add(r.spelled(file, pyscope.Ref(bind.A), depth+1))
			} else {
				out.Other = true
			}
		}
		return out
	}
	return unknown
}

// named gives the modules whose __name__ an attribute is.
func (r *Resolver) named(file int32, n *pyscope.Node, f *pyscope.File) Result {
	if f.Names[n.B] != "__name__" {
		return unknown
	}
	out := Result{}
	for _, v := range r.Eval(file, pyscope.Ref(n.A)).Values {
		switch {
		case v.Kind == Module && pymodule.ID(v.ID) != pymodule.None, v.Kind == External:
			out.addValue(v)
		default:
			out.Other = true
		}
	}
	return out
}
