package callgraph

// filter lets a variable take what another has and an annotation lets pass.
func (s *solver) filter(from, to, f int32) {
	if len(s.filtering[f]) == 0 {
		for _, v := range s.filters[f].classes {
			s.link(v, lFilterType, f, 0)
		}
	}
	s.filtering[f] = append(s.filtering[f], pair{from, to})
	s.link(from, lFilter, to, f)
}

// refilter looks again at what a filter has kept back, when more is known of its classes.
func (s *solver) refilter(f int32) {
	for _, p := range s.filtering[f] {
		for k := 0; k < s.vars[p.a].done; k++ {
			if value := s.vars[p.a].values[k]; s.fits(f, value) {
				s.add(p.b, value)
			}
		}
	}
}

// openFilters lets everything pass where an annotation names something of which nothing came to be known.
func (s *solver) openFilters() {
	for f := range s.filters {
		for _, v := range s.filters[f].classes {
			if len(s.vars[v].values) == 0 {
				s.filters[f].lets |= letAll
				s.refilter(int32(f))
				break
			}
		}
	}
}

// fits reports whether a filter lets a value pass.
func (s *solver) fits(f, value int32) bool {
	t := &s.filters[f]
	if t.lets&letAll != 0 {
		return true
	}
	v := s.get(value)
	switch v.kind {
	case kFunc, kBound, kWrapped, kPartial, kMethod:
		if t.lets&letCallables != 0 {
			return true
		}
	case kClass:
		if t.lets&(letCallables|letClasses) != 0 {
			return true
		}
	case kContainer, kMade, kGenerator:
		if t.lets&letContainers != 0 {
			return true
		}
	case kManager, kClosing:
		if t.lets&letManagers != 0 {
			return true
		}
	case kOutside, kOpaque, kForeign, kMember:
		if t.lets != 0 {
			return true
		}
	case kInstance:
		if t.lets&letCallables != 0 && s.declares(v.a, s.special.call) != none ||
			t.lets&letManagers != 0 && s.declares(v.a, s.special.enter) != none ||
			t.lets&letContainers != 0 &&
				(s.declares(v.a, s.special.iter) != none || s.declares(v.a, s.special.getitem) != none ||
					len(s.classes[v.a].outside) > 0) {
			return true
		}
	default:
		return true
	}
	for _, class := range t.classes {
		for _, c := range s.vars[class].values {
			if s.isOf(value, v, s.get(c)) {
				return true
			}
		}
	}
	return false
}

// isOf reports whether a value can be an instance of what an annotation names.
func (s *solver) isOf(value int32, v, class object) bool {
	switch class.kind {
	case kClass:
		if s.isProtocol(class.a) {
			return v.kind != kInstance || s.implements(v.a, class.a)
		}
		return v.kind == kInstance && (s.derives(v.a, class.a) || s.derives(class.a, v.a)) || v.kind == kOpaque ||
			v.kind == kMember
	case kOutside:
		name := s.outside[class.a]
		_, container := containerClasses()[name]
		switch {
		case isAbstractType(name):
			return true
		case v.kind == kContainer || v.kind == kMade || v.kind == kGenerator:
			return container || !isPlain(name)
		case v.kind == kInstance:
			return len(s.classes[v.a].outside) > 0 || s.classes[v.a].unknown
		case isPlain(name):
			return v.kind == kForeign && isPlain(s.outside[v.a]) || v.kind == kOpaque || v.kind == kMember
		}
		return v.kind == kForeign || v.kind == kOpaque || v.kind == kOutside || v.kind == kMember
	}
	return true
}

// implements reports whether a class has all members of a protocol.
func (s *solver) implements(c, protocol int32) bool {
	if s.classes[c].unknown || len(s.classes[c].outside) > 0 || s.derives(c, protocol) {
		return true
	}
	for _, k := range s.classes[protocol].mro {
		for _, m := range s.classes[k].ordered {
			if m.variable != none && s.declares(c, m.name) == none && s.names[m.name] != "__slots__" {
				return false
			}
		}
	}
	return true
}
