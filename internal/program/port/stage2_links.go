package port

import (
	"slices"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// linkedBy looks at what is called when a green thread has ended. What waits for the thread there asks the task for its
// result, if it is called there alone; either says that another may have it linked, and be no task. What does more with
// the thread keeps it green: the objects that the graph follows do not get there.
func (x *exchange) linkedBy(
	s *source,
	u *callgraph.ObjectUse,
	value pysyntax.Node,
) (list []linked, either, keeps bool) {
	switch s.tree.Kind(value) {
	case pysyntax.Lambda:
		l := s.linkedUses(value, 0)
		return []linked{l}, u.Mixed, l.uses
	case pysyntax.Name, pysyntax.Attribute:
	default:
		return nil, false, false
	}
	handed := x.handedOver()
	here := siteKey{x.fileOf[s], u.Pos}
	isHere := func(f callgraph.FuncID) bool { return slices.Contains(handed[f].places, here) }
	candidates := x.byName[string(s.tree.Ident(value))]
	known := slices.ContainsFunc(candidates, isHere)
	for _, f := range candidates {
		if known && !isHere(f) || !known && x.isOther(s, u.From, value, f) {
			continue
		}
		l := x.linkedFunction(f)
		list = append(list, l)
		keeps = keeps || l.s == nil && known || l.uses ||
			len(l.joins) > 0 && (!known || handed[f].other || isCalled(x.graph, f))
		either = either || !x.linksTasks(handed[f].places)
	}
	return list, either, keeps
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

// linksTasks reports whether all places are links of threads of the group, and of nothing else.
func (x *exchange) linksTasks(places []siteKey) bool {
	links := map[siteKey]bool{}
	for _, m := range x.group.made {
		for i := range m.Uses {
			if u := &m.Uses[i]; u.Kind == callgraph.Method && u.Name == "link" && !u.Mixed {
				links[siteKey{x.graph.Funcs[u.From].File, u.Pos}] = true
			}
		}
	}
	return !slices.ContainsFunc(places, func(at siteKey) bool { return !links[at] })
}
