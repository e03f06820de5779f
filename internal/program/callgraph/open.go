package callgraph

import "slices"

const (
	maxAmong      = 4 // hierarchies whose methods an unknown receiver is taken to have
	maxCandidates = 12
	maxNamesakes  = 64 // methods of one name among which a receiver is looked for
	maxRounds     = 3
)

// openCall is a call whose callee nothing is known of.
type openCall struct {
	site       int32
	receiver   int32 // variable of the receiver, none for a call of a plain value
	name       int32
	candidates []int32
	common     bool
	callback   bool
	among      bool
	foreign    bool // see Open.Foreign
}

// run solves for what is certain, and then for what unknown receivers can be by the names of their methods.
func (s *solver) run() {
	s.solve()
	s.bareDecorators()
	s.openFilters()
	s.solve()
	s.opens = s.unresolved()
	s.judgeUses()
	s.possible = true
	defer s.judgeUses()
	index := s.methodsByName()
	guessed := map[int32]bool{}
	open := s.opens
	for round := range maxRounds {
		changed := false
		for k := range open {
			o := &open[k]
			if o.receiver == none || len(s.vars[o.receiver].values) > 0 && round > 0 {
				continue
			}
			classes := s.candidates(o, index)
			if len(classes) == 0 || o.common || o.among || guessed[o.site] {
				continue
			}
			guessed[o.site] = true
			s.guessed[s.sites[o.site].op] = UniqueName
			for _, c := range classes {
				s.add(o.receiver, s.instance(c))
			}
			changed = true
		}
		if round == 0 {
			s.opens = slices.Clone(open)
			s.givenCalls(index)
		}
		if !changed {
			break
		}
		s.solve()
		s.bareDecorators()
		s.solve()
		open = s.unresolved()
	}
	for _, o := range open {
		if o.receiver == none || len(s.vars[o.receiver].values) > 0 {
			continue
		}
		s.candidates(&o, index)
		if o.common || !o.among {
			continue
		}
		for _, f := range o.candidates {
			if s.funcs[f].flags&Generator == 0 {
				s.edge(s.sites[o.site].op, f, Call, AmongNames)
			}
		}
	}
}

// bareDecorators lets a decorator of which nothing came to be known give the function as it is.
func (s *solver) bareDecorators() {
	for i := range s.ops {
		if o := &s.ops[i]; o.kind == opDecorate && o.dst != none && len(s.vars[o.dst].values) == 0 {
			s.copy(o.b, o.dst)
		}
	}
}

// unresolved lists the calls of which no callee is known.
func (s *solver) unresolved() []openCall {
	if s.loads == nil {
		s.loads = make(map[int32]int32)
		for i := range s.ops {
			if o := &s.ops[i]; o.kind == opLoad {
				s.loads[o.dst] = int32(i)
			}
		}
	}
	var out []openCall
	for i := range s.sites {
		t := &s.sites[i]
		o := &s.ops[t.op]
		if o.kind != opCall || s.opSite[t.op] != int32(i) {
			continue
		}
		open := openCall{site: int32(i), receiver: none, name: none}
		if l, ok := s.loads[o.a]; ok && s.isGiven(s.ops[l].a) {
			open.name, open.foreign = s.ops[l].b, true
			out = append(out, open)
			continue
		}
		if t.resolved {
			continue
		}
		if l, ok := s.loads[o.a]; ok {
			load := &s.ops[l]
			open.name = load.b
			values := s.vars[load.a].values
			open.callback = slices.ContainsFunc(values,
				func(v int32) bool { k := s.get(v); return k.kind == kInstance && s.declares(k.a, load.b) != none })
			if len(values) == 0 {
				open.receiver = load.a
			} else if !slices.ContainsFunc(values, func(v int32) bool {
				k := s.get(v).kind
				return k == kInstance || k == kClass || k == kModule || k == kSuper
			}) {
				continue
			}
		} else if len(s.vars[o.a].values) > 0 {
			continue // something that cannot be called
		} else {
			open.callback = true
		}
		out = append(out, open)
	}
	return out
}

// isGiven reports whether a variable has what code outside the tree returned, and nothing that is known.
func (s *solver) isGiven(v int32) bool {
	found := false
	for _, value := range s.vars[v].values {
		switch s.get(value).kind {
		case kOpaque:
			found = true
		default:
			return false
		}
	}
	return found
}

// givenCalls finds what calls of methods of objects from outside the tree can lead to, by the names of the methods, if
// these are no common ones.
func (s *solver) givenCalls(index map[int32][]int32) {
	for k := range s.opens {
		o := &s.opens[k]
		if !o.foreign || tables().common[s.names[o.name]] || len(index[o.name]) > maxNamesakes {
			continue
		}
		for _, f := range index[o.name] {
			if s.accepts(f, s.sites[o.site].args) && len(o.candidates) < maxCandidates {
				o.candidates = append(o.candidates, f)
			}
		}
	}
	s.opens = slices.DeleteFunc(s.opens, func(o openCall) bool { return o.foreign && len(o.candidates) == 0 })
}

// methodsByName lists the methods of the tree by their name.
func (s *solver) methodsByName() map[int32][]int32 {
	index := map[int32][]int32{}
	for f := range s.funcs {
		fn := &s.funcs[f]
		if fn.class == none || fn.flags&(Property|Setter|Deleter|Overload) != 0 || s.tests[fn.file] {
			continue
		}
		name := s.nameOf(int32(f))
		index[name] = append(index[name], int32(f))
	}
	return index
}

// candidates finds the methods that a call can mean by their names, and the topmost classes that have them. It notes in
// the call whether the name is a common one, and whether the classes have nothing to do with each other.
func (s *solver) candidates(o *openCall, index map[int32][]int32) []int32 {
	o.candidates, o.common, o.among = nil, false, false
	t := &s.sites[o.site]
	o.common = tables().common[s.names[o.name]]
	if len(index[o.name]) > maxNamesakes {
		o.common = true // a name that says nothing
		return nil
	}
	used := s.usedNames(o.receiver)
	var tops []int32
	for _, f := range index[o.name] {
		fn := &s.funcs[f]
		if !s.accepts(f, t.args) || !s.has(fn.class, used) {
			continue
		}
		o.candidates = append(o.candidates, f)
		top := s.topOf(fn.class, o.name)
		if !slices.Contains(tops, top) {
			tops = append(tops, top)
		}
	}
	switch {
	case o.common && len(tops) == 1 && len(used) > 1 &&
		slices.ContainsFunc(used, func(n int32) bool { return !tables().common[s.names[n]] }):
		o.common = false // it has a method with a name of its own too
	case len(tops) > 1:
		o.among = true
		if len(tops) > maxAmong {
			o.common = true
		}
	}
	if len(o.candidates) > maxCandidates {
		o.candidates = o.candidates[:maxCandidates]
	}
	return tops
}

// topOf gives the uppermost ancestor of a class that binds a name.
func (s *solver) topOf(c, name int32) int32 {
	top := c
	for _, k := range s.classes[c].mro {
		if m, ok := s.classes[k].members[name]; ok && m.variable != none {
			top = k
		}
	}
	return top
}

// usedNames gives the names that are read from a variable.
func (s *solver) usedNames(v int32) []int32 {
	var names []int32
	for l := s.vars[v].first; l != none; l = s.links[l].next {
		if k := &s.links[l]; k.kind == lOp && k.to < int32(len(s.ops)) {
			if o := &s.ops[k.to]; o.kind == opLoad && !slices.Contains(names, o.b) {
				names = append(names, o.b)
			}
		}
	}
	return names
}

// has reports whether instances of a class have all of some names, or can have them from a base outside the tree.
func (s *solver) has(c int32, names []int32) bool {
	if len(s.classes[c].outside) > 0 || s.classes[c].unknown {
		return true
	}
	for _, name := range names {
		if s.declares(c, name) != none {
			continue
		}
		found := false
		s.below(c, maxSubclasses, func(sub int32) {
			if _, ok := s.classes[sub].members[name]; ok {
				found = true
			}
		})
		if !found {
			return false
		}
	}
	return true
}

// accepts reports whether a method can be called with some arguments.
func (s *solver) accepts(f int32, args []arg) bool {
	fn := &s.funcs[f]
	params := fn.params
	skip := 1
	if fn.flags&Static != 0 {
		skip = 0
	}
	positional := 0
	star := false
	for _, a := range args {
		switch a.name {
		case none:
			positional++
		case argStar, argDoubleStar:
			star = true
		}
	}
	room, needed, variadic, keywords := -skip, -skip, false, false
	for _, p := range params {
		switch p.kind {
		case paramPosOnly, paramNormal:
			room++
			if !p.fallback && !slices.ContainsFunc(args, func(a arg) bool { return a.name == p.name && a.name >= 0 }) {
				needed++
			}
		case paramVarArgs:
			variadic = true
		case paramKwArgs:
			keywords = true
		}
	}
	if positional > room && !variadic {
		return false
	}
	if !star && positional < needed {
		return false
	}
	if keywords {
		return true
	}
	for _, a := range args {
		if a.name >= 0 &&
			!slices.ContainsFunc(params,
				func(p param) bool { return p.name == a.name && (p.kind == paramNormal || p.kind == paramKwOnly) }) {
			return false
		}
	}
	return true
}
