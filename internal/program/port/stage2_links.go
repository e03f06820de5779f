package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// linkedBy looks at what is called when a green thread has ended. What waits for the thread there asks the task for its
// result, if it is called there alone, and all that may link it get tasks. Else it keeps the thread green, as does what
// uses the thread otherwise: the objects that the graph follows do not get there.
func (x *exchange) linkedBy(s *source, u *callgraph.ObjectUse, value pysyntax.Node) (list []linked, keeps bool) {
	switch s.tree.Kind(value) {
	case pysyntax.Lambda:
		l := s.linkedUses(value, 0)
		return []linked{l}, l.uses || len(l.joins) > 0 && u.Mixed
	case pysyntax.Name, pysyntax.Attribute:
	default:
		return nil, false
	}
	places := x.handedOver()
	here := siteKey{x.fileOf[s], u.Pos}
	candidates := x.byName[string(s.tree.Ident(value))]
	known := slices.ContainsFunc(candidates,
		func(f callgraph.FuncID) bool { return slices.Contains(places[f], here) })
	for _, f := range candidates {
		if known && !slices.Contains(places[f], here) || !known && x.isOther(s, u.From, value, f) {
			continue
		}
		l := x.linkedFunction(f)
		list = append(list, l)
		keeps = keeps || l.s == nil && known || l.uses ||
			len(l.joins) > 0 && (u.Mixed || !known || isCalled(x.graph, f) || !x.linksAlone(places[f]))
	}
	return list, keeps
}

// isOther reports whether a value cannot be a function of its name: one is a method, and the other none.
func (x *exchange) isOther(s *source, from callgraph.FuncID, value pysyntax.Node, f callgraph.FuncID) bool {
	fn := &x.graph.Funcs[f]
	return fn.File == x.graph.Funcs[from].File &&
		(fn.Class != callgraph.None) != (s.tree.Kind(value) == pysyntax.Attribute)
}

// linkedFunction looks at a function that is linked; of one that cannot be read nothing is known.
func (x *exchange) linkedFunction(f callgraph.FuncID) linked {
	fn := &x.graph.Funcs[f]
	in := x.files[fn.File]
	if in == nil || in.index.defs[fn.Start] == 0 {
		return linked{}
	}
	return in.linkedUses(in.index.defs[fn.Start], firstArgument(fn))
}

// firstArgument is the place of the first argument that a call gives a function: after self, if it has one.
func firstArgument(f *callgraph.Func) int {
	if f.Class != callgraph.None && !slices.Contains(f.Decorators, "staticmethod") {
		return 1
	}
	return 0
}

// linksAlone reports whether all places are links of threads of the group.
func (x *exchange) linksAlone(places []siteKey) bool {
	links := map[siteKey]bool{}
	for _, m := range x.group.made {
		for i := range m.Uses {
			if u := &m.Uses[i]; u.Kind == callgraph.Method && u.Name == "link" {
				links[siteKey{x.graph.Funcs[u.From].File, u.Pos}] = true
			}
		}
	}
	return !slices.ContainsFunc(places, func(at siteKey) bool { return !links[at] })
}
