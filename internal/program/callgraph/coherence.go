package callgraph

import "slices"

const (
	maxRoots   = 99 // unrelated classes of the tree that a receiver can be of
	maxForeign = 99 // kinds of things from outside beside classes of the tree
)

// coherent reports whether what an op calls can be relied on. A variable into which all sorts of things flow, unrelated
// classes beside strings, dicts and what not, is one through which unrelated data passes; at each place where it is
// used only some of them are there.
func (s *solver) coherent(i int32) bool {
	known, ok := s.coherence[i]
	if !ok {
		known = s.judge(i)
		s.coherence[i] = known
	}
	return known
}

func (s *solver) judge(i int32) bool {
	o := &s.ops[i]
	v, name := o.a, int32(none)
	switch o.kind {
	case opCall:
		if s.full(o.a) && !s.functionsOnly(o.a) {
			return false
		}
		if l, ok := s.loads[o.a]; ok {
			v, name = s.ops[l].a, s.ops[l].b
		} else {
			for _, a := range s.args[o.b : o.b+o.c] {
				if s.full(a.value) && s.isBuiltin(o.a) {
					return false
				}
			}
			return true
		}
	case opStore, opSetIndex:
		v = o.dst
	case opLoad:
		name = o.b
	}
	if v < 0 {
		return true
	}
	if s.full(v) {
		return s.related(v, name)
	}
	var roots []int32
	foreign := 0
	for _, value := range s.vars[v].values {
		switch k := s.get(value); k.kind {
		case kInstance:
			if root := s.rootOf(k.a, name); !slices.Contains(roots, root) {
				roots = append(roots, root)
			}
		case kForeign, kOpaque, kContainer, kMade:
			foreign++
		}
	}
	if len(roots) <= 1 && name != none {
		return foreign <= 2*maxForeign || len(roots) == 0
	}
	return len(roots) <= maxRoots && (foreign <= maxForeign || len(roots) == 0)
}

// related reports whether all that is known of a full variable are instances of classes with one root.
func (s *solver) related(v, name int32) bool {
	root := int32(none)
	for _, value := range s.vars[v].values {
		k := s.get(value)
		if k.kind != kInstance {
			return false
		}
		r := s.rootOf(k.a, name)
		if root != none && r != root {
			return false
		}
		root = r
	}
	return true
}

func (s *solver) full(v int32) bool { return v >= 0 && len(s.vars[v].values) >= maxValues }

func (s *solver) isBuiltin(v int32) bool {
	for _, value := range s.vars[v].values {
		if k := s.get(value); k.kind == kOutside || k.kind == kMember {
			return true
		}
	}
	return false
}

// rootOf gives the uppermost ancestor of a class that has a name, or any ancestor if no name is asked for.
func (s *solver) rootOf(c, name int32) int32 {
	root := c
	for _, k := range s.classes[c].mro {
		if name == none {
			root = k
			continue
		}
		if _, ok := s.classes[k].members[name]; ok {
			root = k
		}
	}
	return root
}

// functionsOnly reports whether a variable has nothing but what can be called: that of a helper to which functions are
// handed.
func (s *solver) functionsOnly(v int32) bool {
	return !slices.ContainsFunc(s.vars[v].values, func(value int32) bool {
		switch s.get(value).kind {
		case kFunc, kBound, kWrapped, kPartial, kClass, kOutside, kMember, kMethod:
			return false
		}
		return true
	})
}
