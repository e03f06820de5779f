package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// linked is a function that is called when a green thread has ended, and gets it, with what it does with it.
type linked struct {
	s     *source
	joins []pysyntax.Node // calls of `wait`: the thread has ended, so each gives what it gave, or raises what it raised
	uses  bool            // it does more than to find something by the thread
	// attribute is one of the thread that a task has not, or "".
	attribute string
}

// keepsAsKey are methods that find an object among others, or put it there: a task will do as well as a green thread.
var keepsAsKey = map[string]bool{"pop": true, "remove": true, "discard": true, "append": true, "add": true,
	"index": true, "get": true}

// callsOfThreads are the methods of green threads that are decided about where they are called.
var callsOfThreads = map[string]bool{"wait": true, "kill": true, "cancel": true, "link": true}

// linkedUses looks at what a function does with an argument that is a green thread.
func (s *source) linkedUses(function pysyntax.Node, place int) linked {
	t, found := s.tree, linked{s: s}
	param := t.Child(t.ChildOf(function, pysyntax.Params))
	for ; param != 0 && place > 0; place-- {
		param = t.Next(param)
	}
	if param == 0 || t.Op(param) == pysyntax.ParamVarArgs || t.Op(param) == pysyntax.ParamKwArgs {
		return found
	}
	for n := range t.All() {
		if t.Kind(n) != pysyntax.Name || t.Start(n) < t.Start(function) || t.End(function) < t.End(n) ||
			string(t.Ident(n)) != string(t.Ident(param)) {
			continue
		}
		method := t.Parents()[n]
		call := t.Parents()[method]
		switch {
		case s.isKey(n):
		case t.Kind(method) == pysyntax.Attribute && string(t.Ident(method)) == "wait" && t.Kind(call) == pysyntax.Call &&
			t.Child(call) == method && t.Next(method) == 0:
			found.joins = append(found.joins, call)
		default:
			found.uses = true
			if t.Kind(method) == pysyntax.Attribute && !callsOfThreads[string(t.Ident(method))] {
				found.attribute = string(t.Ident(method))
			}
		}
	}
	return found
}

// isKey reports whether an object at a place only tells itself from others.
func (s *source) isKey(n pysyntax.Node) bool {
	t := s.tree
	parent := t.Parents()[n]
	switch t.Kind(parent) {
	case pysyntax.Compare, pysyntax.Delete:
		return true
	case pysyntax.Subscript:
		return t.Child(parent) != n
	case pysyntax.Call:
		callee := t.Child(parent)
		return callee != n && t.Kind(callee) == pysyntax.Attribute && keepsAsKey[string(t.Ident(callee))]
	}
	return false
}

// takeResults asks a task for its result where a linked function waited for the green thread; either says that it may
// be something else than a task.
func (l *linked) takeResults(p *painter, either bool) {
	t := l.s.tree
	for _, call := range l.joins {
		callee := t.Child(call)
		at := t.IdentRange(callee)
		switch {
		case l.s.isTaken(int(at.Start)): // several threads have it linked
		case either:
			p.need(l.s, importAio)
			l.s.edits.Insert(int(t.Start(call)), "aio.result(")
			l.s.replace(l.s.objectEnd(callee), int(t.End(call)), ")")
		default:
			l.s.replace(int(at.Start), int(at.End), "result")
		}
	}
}

// handing is where a function of the tree is handed to something.
type handing struct {
	places []siteKey
	other  bool // to something else than `link`
}

// handedOver gives that for all functions of the tree.
func handedOver(graph *callgraph.Graph) map[callgraph.FuncID]handing {
	found := map[callgraph.FuncID]handing{}
	add := func(from, to callgraph.FuncID, pos uint32, name string) {
		h := found[to]
		h.places = append(h.places, siteKey{graph.Funcs[from].File, pos})
		h.other = h.other || lastOf("."+name) != "link"
		found[to] = h
	}
	for i := range graph.Starts {
		add(graph.Starts[i].From, graph.Starts[i].To, graph.Starts[i].Pos, graph.Starts[i].Name)
	}
	for i := range graph.Escapes {
		add(graph.Escapes[i].From, graph.Escapes[i].To, graph.Escapes[i].Pos, graph.Escapes[i].Name)
	}
	return found
}

// handedOver gives them for the tree.
func (a *atlas) handedOver() map[callgraph.FuncID]handing {
	if a.handed == nil {
		a.handed = handedOver(a.graph)
	}
	return a.handed
}

// isCalled reports whether something in the tree calls a function, or may.
func isCalled(graph *callgraph.Graph, f callgraph.FuncID) bool {
	return slices.ContainsFunc(graph.Edges, func(e callgraph.Edge) bool { return e.To == f }) ||
		slices.ContainsFunc(graph.Opens, func(o callgraph.Open) bool { return slices.Contains(o.Candidates, f) })
}
