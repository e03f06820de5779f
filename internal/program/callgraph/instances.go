package callgraph

import (
	"cmp"
	"slices"
)

// rawInstance is an op that makes an object of a class of the tree.
type rawInstance struct {
	op, class int32
}

// emitInstances says where objects of the tree's classes are made. No edge says so of a class without __init__, nor of
// one that inherits it which class it was.
func (s *solver) emitInstances(g *Graph, order []FuncID) {
	for _, r := range s.instances {
		o := &s.ops[r.op]
		g.Instances = append(g.Instances, Instance{order[o.fn], r.class, o.pos})
	}
	slices.SortFunc(g.Instances, func(a, b Instance) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Class, b.Class))
	})
	g.Instances = slices.Compact(g.Instances)
}
