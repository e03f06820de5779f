package callgraph

import "slices"

// groups puts methods that override each other together. A method that both a coroutine function and a plain one
// override is the base of two worlds and joins neither.
func (s *solver) groups() [][]int32 {
	parent := make([]int32, len(s.funcs))
	for i := range parent {
		parent[i] = int32(i)
	}
	find := func(f int32) int32 {
		for parent[f] != f {
			parent[f] = parent[parent[f]]
			f = parent[f]
		}
		return f
	}
	join := func(a, b int32) {
		if a, b = find(a), find(b); a != b {
			parent[max(a, b)] = min(a, b)
		}
	}
	methods := map[pair][]int32{}
	for f := range s.funcs {
		if fn := &s.funcs[f]; fn.class != none && fn.name != none && fn.flags&(Setter|Deleter|Overload) == 0 {
			key := pair{fn.class, s.nameOf(int32(f))}
			methods[key] = append(methods[key], int32(f))
		}
	}
	type override struct{ low, high int32 }
	var overrides []override
	worlds := map[int32]uint8{} // by overridden method: 1 plain, 2 coroutine function
	add := func(low, high int32) {
		overrides = append(overrides, override{low, high})
		if s.funcs[low].flags&Async != 0 {
			worlds[high] |= 2
		} else {
			worlds[high] |= 1
		}
	}
	for f := range s.funcs {
		fn := &s.funcs[f]
		if fn.class == none || fn.name == none || fn.flags&(Setter|Deleter|Overload) != 0 {
			continue
		}
		name := s.nameOf(int32(f))
		if unshared[s.names[name]] {
			continue
		}
		for _, g := range methods[pair{fn.class, name}] {
			if g != int32(f) {
				join(g, int32(f)) // in branches of an if
			}
		}
		for _, k := range s.classes[fn.class].mro[1:] {
			for _, g := range methods[pair{k, name}] {
				add(int32(f), g)
			}
		}
	}
	s.protocolOverrides(methods, add)
	for _, o := range overrides {
		if s.funcs[o.low].flags&Async == s.funcs[o.high].flags&Async && worlds[o.high] != 3 {
			join(o.low, o.high)
		}
	}
	for f := range s.funcs {
		for _, m := range s.patching[int32(f)] {
			join(int32(f), m)
		}
	}
	sets := map[int32][]int32{}
	for f := range s.funcs {
		r := find(int32(f))
		sets[r] = append(sets[r], int32(f))
	}
	var out [][]int32
	for f := range s.funcs {
		if g := sets[int32(f)]; len(g) > 1 {
			out = append(out, g)
		}
	}
	return out
}

// unshared are methods that a class has for itself.
var unshared = map[string]bool{"__init__": true, "__new__": true, "__del__": true, "__init_subclass__": true,
	"__post_init__": true, "__class_getitem__": true, "__set_name__": true}

// protocolOverrides treats a class that has all members of a Protocol as one that derives from it.
func (s *solver) protocolOverrides(methods map[pair][]int32, add func(low, high int32)) {
	for p := range s.classes {
		for _, k := range s.implementers(int32(p)) {
			for _, m := range s.classes[p].ordered {
				owner := s.declares(k, m.name)
				for _, low := range methods[pair{owner, m.name}] {
					for _, high := range methods[pair{int32(p), m.name}] {
						add(low, high)
					}
				}
			}
		}
	}
}

// implementers lists the classes that have all members of a class that is a Protocol without deriving from it. A
// protocol all of whose names are common ones says too little.
func (s *solver) implementers(p int32) []int32 {
	if !s.isProtocol(p) {
		return nil
	}
	if found, ok := s.structural[p]; ok {
		return found
	}
	var names, found []int32
	telling := false
	for _, m := range s.classes[p].ordered {
		switch s.names[m.name] {
		case "__slots__", "__init__", "__doc__", "__module__", "__qualname__":
			continue
		}
		names = append(names, m.name)
		telling = telling || !tables().common[s.names[m.name]]
	}
	if telling {
		for _, c := range s.havingMember(names) {
			if c != p && !s.derives(c, p) && !s.isProtocol(c) &&
				!slices.ContainsFunc(names, func(n int32) bool { return s.declares(c, n) == none }) {
				found = append(found, c)
			}
		}
	}
	s.structural[p] = found
	return found
}

// havingMember lists the classes that have the rarest of some names, none if even that is frequent.
func (s *solver) havingMember(names []int32) []int32 {
	if s.memberOf == nil {
		s.memberOf = map[int32][]int32{}
		for c := range s.classes {
			for _, m := range s.classes[c].ordered {
				s.memberOf[m.name] = append(s.memberOf[m.name], int32(c))
			}
		}
	}
	rarest := s.memberOf[names[0]]
	for _, n := range names {
		if len(s.memberOf[n]) < len(rarest) {
			rarest = s.memberOf[n]
		}
	}
	if len(rarest) > maxNamesakes {
		return nil
	}
	found := slices.Clone(rarest)
	for _, c := range rarest {
		s.below(c, maxSubclasses, func(sub int32) {
			if !slices.Contains(found, sub) {
				found = append(found, sub)
			}
		})
	}
	slices.Sort(found)
	return found
}

func (s *solver) isProtocol(c int32) bool {
	return slices.ContainsFunc(s.classes[c].foreign, func(n string) bool { return lastPart(n) == "Protocol" })
}
