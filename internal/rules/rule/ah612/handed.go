package ah612

import (
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

// deepest bounds over how many functions a socket is followed.
const deepest = 4

// handedOn says what a function of the tree does with a socket that a call hands to it: the method of the loop that
// gets it, "" for none, and whether it stays in the mode it is in.
func handedOn(p *rule.Pass, call, arg pysyntax.Node) (method string, leaves bool) {
	t := p.Tree
	for _, e := range p.Program.EdgesOf(p.File()) {
		if isOf(t, e, call) && e.Certain && !e.Indirect {
			return received(p, e.To, place(t, call, arg), deepest)
		}
	}
	return "", false
}

// position is how a call hands over an argument: by name, or by its number.
type position struct {
	name  string
	index int
}

func place(t *pysyntax.Tree, call, arg pysyntax.Node) position {
	index := 0
	for c := t.Next(t.Child(call)); c != 0; c = t.Next(c) {
		switch {
		case t.Kind(c) == pysyntax.Starred:
			return position{"", -1}
		case t.Kind(c) == pysyntax.Keyword:
			if t.Child(c) == arg {
				return position{string(t.Ident(c)), -1}
			}
		case c == arg:
			return position{"", index}
		default:
			index++
		}
	}
	return position{"", -1}
}

// received says what a function does with a socket among its arguments. It follows the parameter by its name, in the
// functions too that it is handed to.
func received(p *rule.Pass, f callgraph.FuncID, at position, depth int) (method string, leaves bool) {
	fn := p.Func(f)
	name := at.name
	if at.index >= 0 {
		if fn.Class != callgraph.None && fn.Flags&callgraph.Static == 0 {
			at.index++ // self
		}
		if at.index < len(fn.Params) {
			name = fn.Params[at.index]
		}
	}
	if name == "" || depth == 0 || fn.Flags&callgraph.Decorated != 0 {
		return "", false
	}
	t, def, ok := p.DefOf(f)
	if !ok {
		return "", false
	}
	u := use{p: p, t: t, f: f, name: name, depth: depth, leaves: true}
	t.Walk(t.ChildOf(def, pysyntax.Block), u.visit, nil)
	if !u.leaves {
		return "", false
	}
	return u.method, true
}

// use is what the function f does with a socket that it calls name.
type use struct {
	p     *rule.Pass
	t     *pysyntax.Tree
	f     callgraph.FuncID
	name  string
	depth int

	method string // of the loop, that gets it
	leaves bool   // in the mode it is in
}

func (u *use) visit(n pysyntax.Node) bool {
	switch t := u.t; t.Kind(n) {
	case pysyntax.Call:
		u.call(n)
	case pysyntax.Assign, pysyntax.NamedExpr:
		// under another name, or as a part of something, it can go anywhere
		u.leaves = u.leaves && !mentions(t, t.Last(n), u.name)
	case pysyntax.Return:
		u.leaves = u.leaves && !u.is(t.Child(n))
	}
	return true
}

// is tells whether an expression is the socket's name.
func (u *use) is(n pysyntax.Node) bool {
	return n != 0 && u.t.Kind(n) == pysyntax.Name && string(u.t.Ident(n)) == u.name
}

// call looks at a call: of a method of the socket, or with it among the arguments.
func (u *use) call(n pysyntax.Node) {
	t := u.t
	callee := t.Child(n)
	last, isMethod := string(t.Ident(callee)), t.Kind(callee) == pysyntax.Attribute
	if isMethod && string(t.Text(t.Child(callee))) == u.name {
		u.leaves = u.leaves && last != "setblocking" && last != "settimeout"
		return
	}
	for arg := t.Next(callee); arg != 0; arg = t.Next(arg) {
		value := arg
		if t.Kind(arg) == pysyntax.Keyword {
			value = t.Child(arg)
		}
		switch {
		case !u.is(value):
		case isMethod && methods[last]:
			u.method = last
		case t.Kind(callee) == pysyntax.Name && looks[last], isMethod && waits[last]:
		default:
			u.handed(n, value)
		}
	}
}

// handed looks at what a function does that a call hands the socket to.
func (u *use) handed(call, arg pysyntax.Node) {
	method, leaves := "", false
	for _, e := range u.p.Program.Edges(u.f) {
		if isOf(u.t, e, call) && e.Certain {
			method, leaves = received(u.p, e.To, place(u.t, call, arg), u.depth-1)
			break
		}
	}
	u.leaves = u.leaves && leaves
	if method != "" {
		u.method = method
	}
}

// isOf tells whether an edge is the one of a call.
func isOf(t *pysyntax.Tree, e callgraph.Edge, call pysyntax.Node) bool {
	return e.Pos == t.Start(call) && (e.End == t.End(call) || e.Kind == callgraph.Iterate)
}

// looks are functions that only look at what they are given.
var looks = map[string]bool{"isinstance": true, "len": true, "print": true, "repr": true, "str": true, "id": true,
	"type": true, "hasattr": true, "bool": true}

// waits are methods of a loop that wait for what can be done with a socket: who is called then finds it as it is.
var waits = map[string]bool{"add_reader": true, "add_writer": true, "remove_reader": true, "remove_writer": true}

// mentions tells whether an expression is a name, or holds it as an element.
func mentions(t *pysyntax.Tree, n pysyntax.Node, name string) bool {
	switch t.Kind(n) {
	case pysyntax.Name:
		return string(t.Ident(n)) == name
	case pysyntax.Tuple, pysyntax.List, pysyntax.Dict, pysyntax.Set:
		for c := range t.Children(n) {
			if mentions(t, c, name) {
				return true
			}
		}
	}
	return strings.HasPrefix(string(t.Text(n)), name+" or ")
}
