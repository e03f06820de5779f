package callgraph

// decorate applies a decorator.
func (s *solver) decorate(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	args := []arg{{value: o.b, name: none}}
	switch v.kind {
	case kFunc, kBound, kWrapped:
		f := int32(none)
		switch {
		case v.kind == kFunc:
			f = v.a
		case v.kind == kWrapped:
			f = s.innermost(value)
		default:
			f = s.innermost(v.a)
		}
		if f == none {
			return
		}
		if s.wraps[f] || s.wrapsInside(f) {
			s.decorates[f] = true
		}
		t := s.protocolSite(i, -1000-f, DecoratorUse, args, none)
		s.call(t, value)
		s.link(s.funcs[f].result, lMade, i, f)
	case kClass:
		if s.declares(v.a, s.special.get) != none && s.declares(v.a, s.special.call) == none {
			s.link(o.b, lGetter, i, 0)
			s.call(s.protocolSite(i, -1000-value, DecoratorUse, args, none), value)
			return
		}
		s.call(s.protocolSite(i, -1000-value, DecoratorUse, args, o.dst), value)
	case kInstance:
		if s.declares(v.a, s.special.call) != none {
			s.call(s.protocolSite(i, -1000-value, DecoratorUse, args, o.dst), value)
			return
		}
		s.copy(o.b, o.dst)
	case kPartial:
		s.call(s.protocolSite(i, -1000-value, DecoratorUse, args, o.dst), value)
	default:
		s.copy(o.b, o.dst)
	}
}

// wrapsInside reports whether a function inside f calls a parameter of f.
func (s *solver) wrapsInside(f int32) bool { return s.wraps[f] }

// decorated lets a name take what a decorator of the tree has returned: the function itself, or another that wraps it.
func (s *solver) decorated(i, decorator, value int32) {
	o := s.ops[i]
	v := s.get(value)
	params := s.funcs[decorator].params
	if v.kind == kFunc && s.inside(v.a, decorator) {
		if s.callsWrapped(v.a) {
			s.link(o.b, lWrap, i, v.a)
		} else {
			s.add(o.dst, value)
		}
		return
	}
	for k := range params {
		if k > 1 {
			break
		}
		for _, w := range s.vars[params[k].variable].values {
			if w == value {
				s.copy(o.b, o.dst)
				return
			}
		}
	}
	s.add(o.dst, value)
}

// callsWrapped reports whether a function or one inside it calls a parameter of a function around.
func (s *solver) callsWrapped(f int32) bool { return s.wraps[f] }

func (s *solver) inside(f, around int32) bool {
	for f = s.funcs[f].outer; f != none; f = s.funcs[f].outer {
		if f == around {
			return true
		}
	}
	return false
}

// wrap puts a function in the place of another that it calls.
func (s *solver) wrap(i, inner, value int32) {
	o := &s.ops[i]
	switch v := s.get(value); v.kind {
	case kFunc, kWrapped:
		s.add(o.dst, s.of(kWrapped, value, inner))
	case kClass, kProperty:
		s.add(o.dst, value)
	}
}
