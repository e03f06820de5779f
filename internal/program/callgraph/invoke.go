package callgraph

import (
	"slices"
)

// call calls a value at a site.
func (s *solver) call(i, value int32) {
	v := s.get(value)
	switch v.kind {
	case kFunc:
		s.callFunction(i, v.a, none)
	case kBound:
		switch f := s.get(v.a); f.kind {
		case kFunc:
			s.callFunction(i, f.a, v.b)
		case kWrapped:
			s.callWrapped(i, v.a, v.b)
		}
	case kWrapped:
		s.callWrapped(i, value, none)
	case kClass:
		s.construct(i, v.a)
	case kInstance:
		if s.declares(v.a, s.special.call) != none {
			s.sites[i].resolved = true
			s.link(s.view(v.a, s.special.call), lDunder, i, value)
		}
		for _, outside := range s.classes[v.a].outside {
			if s.declares(v.a, s.special.call) == none {
				s.callOutside(i, s.objects.dotted(outside+".__call__"))
			}
		}
	case kOutside, kMember:
		s.callOutside(i, v.a)
	case kForeign:
		s.callOutside(i, s.objects.dotted(s.outside[v.a]+".__call__"))
	case kOpaque:
		s.sites[i].resolved = true
		s.transparent(i)
	case kMethod:
		s.callMethod(i, v.a, v.b)
	case kPartial:
		s.callPartial(i, v.a)
	case kContainer, kMade:
		if kind, _ := s.sortOf(value); kind == managerLike { // a weak reference
			s.sites[i].resolved = true
			s.take(value, fieldAll, s.sites[i].dst)
		}
	}
}

// callAs calls a value as a method of a receiver.
func (s *solver) callAs(i, receiver, value int32) {
	v := s.get(value)
	switch v.kind {
	case kFunc:
		if s.funcs[v.a].flags&Static != 0 && s.get(receiver).kind != kClass {
			receiver = none
		}
		s.callFunction(i, v.a, receiver)
	case kWrapped:
		s.callWrapped(i, value, receiver)
	default:
		s.call(i, value)
	}
}

// callFunction calls a function of the tree.
func (s *solver) callFunction(i, f, receiver int32) {
	s.sites[i].resolved = true
	t := s.sites[i]
	fn := &s.funcs[f]
	key := callKey{i, f, receiver != none}
	if !s.invoked[key] {
		s.invoked[key] = true
		o := &s.ops[t.op]
		wrapped := false
		if o.flags&opWrapped != 0 && o.kind == opCall && s.opSite[t.op] == i {
			if owner := s.owner[o.a]; owner != none {
				wrapped = s.decorates[owner]
			}
		}
		if fn.flags&Generator == 0 && !t.silent {
			reason := t.reason
			kind := t.kind
			if wrapped {
				reason = Wrapped
			}
			if name := s.nameOf(f); kind == Call && receiver != none && (name == s.special.init || name == s.special.new) &&
				reason != Super {
				kind = Construct
			}
			s.edge(t.op, f, kind, reason)
		}
		if outside := s.isTest(t.op, f); !wrapped && (!outside || s.track != nil) {
			skip := 0
			if receiver != none {
				skip = 1
			}
			s.tracked = outside
			s.pass(f, t.args, skip)
			s.tracked = false
		}
		switch {
		case fn.flags&ContextManager != 0:
			s.add(t.dst, s.of(kManager, f, 0))
		case fn.flags&Generator != 0:
			s.add(t.dst, s.of(kGenerator, f, 0))
		default:
			s.copy(fn.result, t.dst)
			s.passBack(f, &t, receiver != none)
		}
	}
	if receiver == none {
		return
	}
	if slices.Contains(fn.passes, 0) && fn.flags&(ContextManager|Generator) == 0 {
		s.add(t.dst, receiver)
	}
	if len(fn.params) > 0 && !s.isTest(t.op, f) {
		if p := &fn.params[0]; p.kind <= paramNormal {
			s.add(p.variable, receiver)
		} else if p.kind == paramVarArgs {
			s.add(s.field(s.container(p.alloc), fieldPos), receiver)
		}
	}
	if fn.flags&(Stub|Abstract) != 0 && fn.class != none {
		s.callOverrides(i, f, receiver)
	}
}

// passBack lets the result of a call take the arguments that the function returns as they are.
func (s *solver) passBack(f int32, t *site, bound bool) {
	fn := &s.funcs[f]
	for _, k := range fn.passes {
		p := &fn.params[k]
		if bound && k == 0 {
			continue
		}
		given := s.keyword(t.args, s.names[p.name])
		if given == none {
			i := int(k)
			if bound {
				i--
			}
			given = s.positional(t.args, i)
		}
		if given == none { // behind *x
			given = p.variable
		}
		s.copy(given, t.dst)
	}
}

// callOverrides calls what overrides a method that does nothing, if the receiver can be of a class below.
func (s *solver) callOverrides(i, f, receiver int32) {
	r := s.get(receiver)
	if r.kind != kInstance && r.kind != kClass || s.extends[pair{i, receiver}] {
		return
	}
	name := s.nameOf(f)
	if name == s.special.init || name == s.special.new {
		return
	}
	s.extends[pair{i, receiver}] = true
	call := func(sub int32) {
		if m, ok := s.classes[sub].members[name]; ok && m.variable != none {
			other := s.instance(sub)
			if r.kind == kClass {
				other = s.objects.class(sub)
			}
			s.link(m.variable, lDunder, i, other)
		}
	}
	s.below(r.a, maxSubclasses, call)
	for _, c := range s.implementers(r.a) {
		call(c)
	}
}

// callWrapped calls a function that a decorator of the tree has put another in place of: both run.
func (s *solver) callWrapped(i, value, receiver int32) {
	v := s.get(value)
	s.callFunction(i, v.b, receiver)
	switch inner := s.get(v.a); inner.kind {
	case kFunc:
		s.callFunction(i, inner.a, receiver)
	case kWrapped:
		s.callWrapped(i, v.a, receiver)
	}
}

func (s *solver) edge(op, to int32, kind EdgeKind, reason Reason) {
	s.edges = append(s.edges, rawEdge{op: op, to: to, kind: kind, reason: reason, certain: !s.possible})
}

// construct calls a class of the tree.
func (s *solver) construct(i, c int32) {
	s.sites[i].resolved = true
	t := s.sites[i]
	s.add(t.dst, s.instance(c))
	s.instances = append(s.instances, rawInstance{t.op, c})
	made := s.declares(c, s.special.new) != none
	if made {
		s.link(s.view(c, s.special.new), lDunder, i, s.objects.class(c))
	}
	if s.declares(c, s.special.init) != none {
		inner := s.protocolSite(t.op, -3000000-c, Construct, t.args, none)
		s.sites[inner].reason, s.sites[inner].silent = t.reason, t.silent
		s.link(s.view(c, s.special.init), lDunder, inner, s.instance(c))
		return
	}
	if s.isApart(s.fileOf(t.op)) && !s.tests[s.classes[c].file] {
		return
	}
	s.fillFields(c, t.args)
	for _, outside := range s.classes[c].outside {
		s.record(i, s.objects.dotted(outside), Construct)
		if kind, ok := s.sortOf(s.instance(c)); ok && kind == dictLike {
			for _, a := range t.args {
				s.link(a.value, lMirror, s.instance(c), 0)
			}
		}
	}
}

// fillFields passes the arguments of a class that is made from its fields.
func (s *solver) fillFields(c int32, args []arg) {
	var names []int32
	made := false
	mro := s.classes[c].mro
	for k := len(mro) - 1; k >= 0; k-- {
		if s.classes[mro[k]].flags&classFields != 0 {
			made = true
			names = append(names, s.classes[mro[k]].classFields()...)
		}
	}
	if !made {
		return
	}
	i := 0
	for _, a := range args {
		switch {
		case a.name == none && i < len(names):
			s.copy(a.value, s.stored(c, names[i]))
			i++
		case a.name >= 0:
			s.copy(a.value, s.stored(c, a.name))
		}
	}
}

func (c *class) classFields() []int32 { return c.fields }

// callPartial calls the function of a partial object with its arguments and those of the call.
func (s *solver) callPartial(i, partial int32) {
	s.sites[i].resolved = true
	key := pair{s.sites[i].op, -100 - partial}
	if _, ok := s.protocols[key]; ok {
		return
	}
	t, p := s.sites[i], s.sites[partial]
	if len(p.args) == 0 {
		return
	}
	args := append(append([]arg{}, p.args[1:]...), t.args...)
	s.sites = append(s.sites, site{op: t.op, dst: t.dst, args: args, kind: t.kind, reason: Passed, silent: t.silent})
	s.protocols[key] = int32(len(s.sites) - 1)
	s.link(p.args[0].value, lCallee, int32(len(s.sites)-1), 0)
}

// pass binds the arguments of a call to the parameters of a function, the first skip of which have their value already.
func (s *solver) pass(f int32, args []arg, skip int) {
	params := s.funcs[f].params
	i := skip
	for _, a := range args {
		if a.value == none && a.name == none {
			i++
			continue
		}
		switch a.name {
		case none:
			s.passPositional(params, i, a.value)
			i++
		case argStar:
			s.stars = append(s.stars, star{function: f, from: int32(i)})
			s.link(a.value, lStar, int32(len(s.stars)-1), 0)
		case argDoubleStar:
			s.stars = append(s.stars, star{function: f, from: int32(i), double: true})
			s.link(a.value, lStar, int32(len(s.stars)-1), 0)
		default:
			s.passKeyword(params, a.name, a.value)
		}
	}
}

func (s *solver) passPositional(params []param, i int, v int32) {
	n := 0
	for k := range params {
		switch params[k].kind {
		case paramPosOnly, paramNormal:
			if n == i {
				s.copy(v, params[k].input)
				return
			}
			n++
		case paramVarArgs:
			field := int32(fieldAny)
			if i-n < maxFields {
				field = fieldPos - int32(i-n)
			}
			s.copy(v, s.field(s.container(params[k].alloc), field))
			return
		}
	}
}

func (s *solver) passKeyword(params []param, name, v int32) {
	for k := range params {
		switch p := &params[k]; p.kind {
		case paramNormal, paramKwOnly:
			if p.name == name {
				s.copy(v, p.input)
				return
			}
		case paramKwArgs:
			s.copy(v, s.field(s.container(p.alloc), name))
			return
		}
	}
}

// spread passes the elements of a container that is an argument *x or **x.
func (s *solver) spread(i, value int32) {
	t := s.stars[i]
	kind, ok := s.sortOf(value)
	if !ok {
		return
	}
	params := s.funcs[t.function].params
	if t.double {
		if kind != dictLike {
			return
		}
		for k := range params {
			switch p := &params[k]; {
			case p.kind == paramKwArgs:
				s.mirror(value, s.container(p.alloc))
			case p.kind == paramNormal && int32(k) >= t.from, p.kind == paramKwOnly:
				s.copy(s.field(value, p.name), p.input)
			}
		}
		return
	}
	if kind == tupleLike {
		for k := range maxFields {
			s.passPositional(params, int(t.from)+k, s.field(value, fieldPos-int32(k)))
		}
	}
	n := int32(0)
	for k := range params {
		switch p := &params[k]; p.kind {
		case paramPosOnly, paramNormal:
			if n >= t.from {
				s.copy(s.field(value, fieldAny), p.input)
			}
			n++
		case paramVarArgs:
			s.copy(s.field(value, fieldAny), s.field(s.container(p.alloc), fieldAny))
		}
	}
}

// second handles a value of the second operand of an op.
func (s *solver) second(i, value int32) {
	o := &s.ops[i]
	switch o.kind {
	case opNarrow:
		v := s.get(value)
		switch v.kind {
		case kClass:
			s.add(o.dst, s.instance(v.a))
		case kOutside:
			if name := s.outside[v.a]; !isAbstractType(name) {
				if _, ok := containerClasses()[name]; !ok {
					s.add(o.dst, s.objects.foreign(name))
				}
			}
		}
		for k := 0; k < s.vars[o.a].done; k++ {
			s.narrow(i, s.vars[o.a].values[k])
		}
	}
}

// narrow passes a value that is an instance of one of the classes.
func (s *solver) narrow(i, value int32) {
	o := &s.ops[i]
	if o.b < 0 {
		return
	}
	v := s.get(value)
	for _, class := range s.vars[o.b].values {
		k := s.get(class)
		switch {
		case k.kind == kClass && v.kind == kInstance && s.derives(v.a, k.a),
			k.kind == kOutside && v.kind != kInstance && v.kind != kForeign,
			k.kind == kOutside && v.kind == kForeign && s.outside[k.a] == s.outside[v.a]:
			s.add(o.dst, value)
			return
		}
	}
}
