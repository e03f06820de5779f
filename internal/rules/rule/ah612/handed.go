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
		if e.Pos == t.Start(call) && (e.End == t.End(call) || e.Kind == callgraph.Iterate) && e.Certain && !e.Indirect {
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
	leaves = true
	t.Walk(t.ChildOf(def, pysyntax.Block), func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.Call:
		case pysyntax.Assign, pysyntax.NamedExpr:
			// under another name, or as a part of something, it can go anywhere
			leaves = leaves && !mentions(t, t.Last(n), name)
			return true
		case pysyntax.Return:
			leaves = leaves && (t.Child(n) == 0 || t.Kind(t.Child(n)) != pysyntax.Name || string(t.Ident(t.Child(n))) != name)
			return true
		default:
			return true
		}
		callee := t.Child(n)
		last := string(t.Ident(callee))
		if t.Kind(callee) == pysyntax.Attribute && string(t.Text(t.Child(callee))) == name {
			leaves = leaves && last != "setblocking" && last != "settimeout"
			return true
		}
		for arg := t.Next(callee); arg != 0; arg = t.Next(arg) {
			value := arg
			if t.Kind(arg) == pysyntax.Keyword {
				value = t.Child(arg)
			}
			if t.Kind(value) != pysyntax.Name || string(t.Ident(value)) != name {
				continue
			}
			switch {
			case methods[last] && t.Kind(callee) == pysyntax.Attribute:
				method = last
			case t.Kind(callee) == pysyntax.Name && looks[last], t.Kind(callee) == pysyntax.Attribute && waits[last]:
			default:
				inner, left := "", false
				for _, e := range p.Program.Edges(f) {
					if e.Pos == t.Start(n) && (e.End == t.End(n) || e.Kind == callgraph.Iterate) && e.Certain {
						inner, left = received(p, e.To, place(t, n, value), depth-1)
						break
					}
				}
				leaves = leaves && left
				if inner != "" {
					method = inner
				}
			}
		}
		return true
	}, nil)
	if !leaves {
		method = ""
	}
	return method, leaves
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
