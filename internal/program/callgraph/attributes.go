package callgraph

import (
	"strings"

	"aiohub/internal/language/pymodule"
)

// maxSubclasses bounds how many classes below one are looked at for what it lacks itself.
const maxSubclasses = 64

// stored gives the variable of what is stored under a name in a class or its instances.
func (s *solver) stored(c, name int32) int32 {
	if m, ok := s.classes[c].members[name]; ok && m.variable != none {
		return m.variable
	}
	key := pair{c, name}
	if v, ok := s.attrs[key]; ok {
		return v
	}
	v := s.newVar()
	s.attrs[key] = v
	return v
}

// view gives the variable of what instances of a class have under a name: what is stored in it and, unless its body
// binds the name, in its bases.
func (s *solver) view(c, name int32) int32 {
	key := pair{c, name}
	if v, ok := s.views[key]; ok {
		return v
	}
	v := s.newVar()
	s.views[key] = v
	s.inherit(s.classes[c].mro, name, v)
	return v
}

// inherit lets a variable take what the first of some classes has that binds a name, and what methods store in those
// before it.
func (s *solver) inherit(mro []int32, name, v int32) {
	f := int32(none)
	for _, k := range mro {
		if f == none {
			f = s.annotationOf(k, name)
		}
	}
	for _, k := range mro {
		if f != none {
			s.filter(s.stored(k, name), v, f)
		} else {
			s.copy(s.stored(k, name), v)
		}
		if m, ok := s.classes[k].members[name]; ok && m.variable != none {
			return
		}
	}
}

// registered gives the class that a package has under a name which nothing in its file binds: where a registry sets its
// classes as attributes of the package, it is the one class of that name below the package.
func (s *solver) registered(module pymodule.ID, name int32) int32 {
	if s.classNames == nil {
		s.classNames = map[int32][]int32{}
		for c := range s.classes {
			if k := &s.classes[c]; k.fn != none && s.funcs[k.fn].kind == ModuleBody && k.qual == s.files[k.file].names[k.name] {
				id := s.program.name(k.qual)
				s.classNames[id] = append(s.classNames[id], int32(c))
			}
		}
	}
	classes := s.classNames[name]
	if len(classes) == 0 || len(classes) > maxNamesakes || !s.resolver.Tree.IsPackage(module) {
		return none
	}
	found := int32(none)
	for _, c := range classes {
		for at := s.resolver.Tree.Parent(
			s.resolver.Files[s.classes[c].file].Node); at != pymodule.None; at = s.resolver.Tree.Parent(at) {
			if at == module {
				if found != none {
					return none
				}
				found = c
				break
			}
		}
	}
	return found
}

// annotationOf gives the filter of what a class says of one of its attributes, none if it says nothing.
func (s *solver) annotationOf(c, name int32) int32 {
	found := int32(none)
	for _, f := range s.classes[c].filters {
		if f.name == name {
			if found != none {
				return none // it says more than one thing
			}
			found = f.filter
		}
	}
	return found
}

// load lets dst take attribute b of a value.
func (s *solver) load(i int32, value int32) {
	o := s.ops[i]
	v := s.get(value)
	switch v.kind {
	case kInstance, kClass:
		s.loadFromClass(i, v, value, o.b)
	case kModule:
		key := pair{v.a, o.b}
		found, ok := s.modules[key]
		if !ok {
			found = s.resolver.MemberOrigins(pymodule.ID(v.a), s.names[o.b])
			s.modules[key] = found
		}
		if len(found) == 0 {
			if c := s.registered(pymodule.ID(v.a), o.b); c != none {
				s.add(o.dst, s.objects.class(c))
			}
		}
		s.origins(found, o.dst)
	case kOutside:
		s.add(o.dst, s.named(s.outside[v.a]+"."+s.names[o.b]))
	case kForeign:
		full := s.outside[v.a] + "." + s.names[o.b]
		if class, ok := tables().attributes[full]; ok {
			s.add(o.dst, s.typed(class, i))
			return
		}
		s.add(o.dst, s.member(full, 1))
	case kMember:
		if v.b >= maxMember {
			s.add(o.dst, s.anything())
			return
		}
		s.add(o.dst, s.member(s.outside[v.a]+"."+s.names[o.b], v.b+1))
	case kOpaque:
		if s.outside[v.a] == "" {
			s.add(o.dst, value)
			return
		}
		s.add(o.dst, s.member(s.outside[v.a]+"()."+s.names[o.b], maxMember))
	case kSuper:
		s.loadFromSuper(i, v, o.b)
	case kContainer, kMade, kGenerator:
		s.add(o.dst, s.of(kMethod, value, o.b))
	case kFunc, kBound, kWrapped:
		if o.b == s.special.wrapped {
			s.add(o.dst, value)
		}
	case kProperty:
	}
}

func (s *solver) loadFromClass(i int32, v object, value, name int32) {
	o := s.ops[i]
	c := v.a
	if name == s.special.class {
		if v.kind == kInstance {
			s.add(o.dst, s.objects.class(c))
		}
		return
	}
	s.link(s.view(c, name), lBind, i, value)
	found := s.declares(c, name)
	if found != none {
		if v.kind == kClass && s.isEnum(c) {
			s.add(o.dst, s.instance(c))
		}
		return
	}
	if _, ok := s.sortOf(value); ok && containerMethods[s.names[name]] != mNothing {
		s.add(o.dst, s.of(kMethod, value, name))
	}
	for _, outside := range s.classes[c].outside {
		s.add(o.dst, s.named(outside+"."+s.names[name]))
	}
	lower := false
	s.below(c, maxSubclasses, func(sub int32) {
		if _, ok := s.classes[sub].members[name]; ok {
			lower = true
			receiver := s.instance(sub)
			if v.kind == kClass {
				receiver = s.objects.class(sub)
			}
			s.link(s.view(sub, name), lBind, i, receiver)
		}
	})
	if lower || v.kind == kClass || strings.HasPrefix(s.names[name], "__") {
		return
	}
	if s.declares(c, s.special.getattr) != none {
		s.protocol(i, value, s.special.getattr, PropertyUse, nil, o.dst)
	}
}

func (s *solver) isEnum(c int32) bool {
	for _, k := range s.classes[c].mro {
		for _, name := range s.classes[k].foreign {
			if strings.HasPrefix(name, "enum.") {
				return true
			}
		}
	}
	return false
}

// loadFromSuper looks behind a class in the order of the ancestors of the receiver's class.
func (s *solver) loadFromSuper(i int32, v object, name int32) {
	o := s.ops[i]
	receiver := s.get(v.b)
	if receiver.kind != kInstance && receiver.kind != kClass {
		return
	}
	if s.loadBehind(i, receiver.a, v.a, v.b, name) {
		return
	}
	if receiver.a == v.a {
		found := false
		s.below(v.a, maxSubclasses, func(sub int32) {
			if s.behindDeclares(sub, v.a, name) {
				found = true
				other := s.instance(sub)
				if receiver.kind == kClass {
					other = s.objects.class(sub)
				}
				s.loadBehind(i, sub, v.a, other, name)
			}
		})
		if found {
			return
		}
	}
	any := false
	if name == s.special.new {
		s.add(o.dst,
			s.named("builtins.object.__new__")) // as those of other classes, it makes one of the class that it is given
		return
	}
	for _, outside := range s.classes[receiver.a].outside {
		any = true
		s.add(o.dst, s.named(outside+"."+s.names[name]))
	}
	if !any && !s.classes[receiver.a].unknown {
		s.add(o.dst, s.named("builtins.object."+s.names[name]))
	}
}

func (s *solver) behind(c, class int32) []int32 {
	mro := s.classes[c].mro
	for k, x := range mro {
		if x == class {
			return mro[k+1:]
		}
	}
	return nil
}

func (s *solver) behindDeclares(c, class, name int32) bool {
	for _, k := range s.behind(c, class) {
		if m, ok := s.classes[k].members[name]; ok && m.variable != none {
			return true
		}
	}
	return false
}

func (s *solver) loadBehind(i, c, class, receiver, name int32) bool {
	for _, k := range s.behind(c, class) {
		if m, ok := s.classes[k].members[name]; ok && m.variable != none {
			s.link(m.variable, lBind, i, receiver)
			return true
		}
	}
	return false
}

// bind gives what reading an attribute of a receiver makes of what its class has.
func (s *solver) bind(i, receiver, value int32) {
	o := &s.ops[i]
	dst := o.dst
	v := s.get(value)
	r := s.get(receiver)
	f := int32(none)
	switch v.kind {
	case kFunc:
		f = v.a
	case kWrapped:
		f = s.innermost(value)
	case kProperty:
		if r.kind == kInstance {
			s.callFunction(s.protocolSite(i, s.special.get, PropertyUse, nil, dst), v.a, receiver)
		}
		return
	case kDescriptor:
		if r.kind == kInstance {
			getter := s.positional(s.sites[v.a].args, 0)
			if getter == none {
				getter = s.keyword(s.sites[v.a].args, "fget")
			}
			s.link(getter, lDunder, s.protocolSite(i, s.special.get, PropertyUse, nil, dst), receiver)
		}
		return
	case kInstance:
		if s.declares(v.a, s.special.get) != none && r.kind == kInstance {
			s.protocol(i, value, s.special.get, PropertyUse, nil, dst)
			return
		}
	}
	if f == none || s.funcs[f].class == none {
		s.add(dst, value)
		return
	}
	flags := s.funcs[f].flags
	switch {
	case flags&(Setter|Deleter) != 0:
	case flags&Property != 0:
		if r.kind == kInstance {
			s.callFunction(s.protocolSite(i, s.special.get, PropertyUse, nil, dst), f, receiver)
		}
	case flags&Static != 0:
		s.add(dst, value)
	case flags&ClassMethod != 0:
		s.add(dst, s.of(kBound, value, s.objects.class(r.a)))
	case r.kind == kInstance:
		s.add(dst, s.of(kBound, value, receiver))
	default:
		s.add(dst, value)
	}
}

// innermost gives the function that decorators of the tree were put around.
func (s *solver) innermost(value int32) int32 {
	for range 20 {
		switch v := s.get(value); v.kind {
		case kFunc:
			return v.a
		case kWrapped:
			value = v.a
		default:
			return none
		}
	}
	return none
}

// store lets attribute b of a value take what a has.
func (s *solver) store(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	switch v.kind {
	case kInstance, kClass:
		c := v.a
		if s.isApart(s.fileOf(i)) && !s.tests[s.classes[c].file] {
			if s.track != nil {
				s.link(o.a, lTracked, s.stored(c, o.b), 0)
			}
			return
		}
		s.copy(o.a, s.stored(c, o.b))
		if o.flags&opSelfStore == 0 {
			s.patched(i, c, o.b)
		}
		for _, k := range s.classes[c].mro {
			if m, ok := s.classes[k].members[o.b]; ok && m.setter {
				s.link(m.variable, lSetter, i, value)
				break
			}
		}
	case kModule:
		if s.isApart(s.fileOf(i)) {
			return
		}
		s.originsOf(s.resolver.MemberOrigins(pymodule.ID(v.a), s.names[o.b]), func(w int32) { s.copy(o.a, w) },
			func(pymodule.ID) {}, func(string) {})
	}
}

// patched notes that an op puts something in the place of a method of a class from outside.
func (s *solver) patched(i, c, name int32) {
	owner := s.declares(c, name)
	if owner == none && len(s.classes[c].outside) == 0 {
		return
	}
	s.patches = append(s.patches, patch{op: i, class: c, name: name})
}

// patch is a store into an attribute of another object that its class has already.
type patch struct{ op, class, name int32 }

// callSetter runs the setter of a property that an op assigns to.
func (s *solver) callSetter(i, receiver, value int32) {
	o := &s.ops[i]
	v := s.get(value)
	want := Setter
	if o.kind == opDelete {
		want = Deleter
	}
	if v.kind == kFunc && s.funcs[v.a].flags&want != 0 {
		var args []arg
		if want == Setter {
			args = []arg{{value: o.a, name: none}}
		}
		s.callFunction(s.protocolSite(i, s.special.get, PropertyUse, args, none), v.a, receiver)
	}
}

// prefixed lets dst take the methods of a value whose names begin and end as given.
func (s *solver) prefixed(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	prefix, suffix := s.names[o.b], s.names[o.c]
	fits := func(name string) bool {
		return len(name) > len(prefix)+len(suffix) && strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix)
	}
	switch v.kind {
	case kInstance, kClass:
		if len(prefix)+len(suffix) < 2 {
			return
		}
		seen := map[int32]bool{}
		find := func(c, receiver int32) {
			for _, k := range s.classes[c].mro {
				for _, m := range s.classes[k].ordered {
					if m.variable != none && !seen[m.name] && fits(s.names[m.name]) {
						seen[m.name] = true
						s.link(s.view(c, m.name), lBind, i, receiver)
					}
				}
			}
		}
		find(v.a, value)
		s.below(v.a, maxSubclasses, func(sub int32) {
			receiver := s.instance(sub)
			if v.kind == kClass {
				receiver = s.objects.class(sub)
			}
			find(sub, receiver)
		})
	case kModule:
		file := s.resolver.Tree.File(pymodule.ID(v.a))
		if file < 0 {
			return
		}
		f := s.files[file].model
		for k := range f.Symbols {
			if sym := &f.Symbols[k]; sym.Scope == 0 && sym.First >= 0 && fits(f.Names[sym.Name]) {
				s.copy(s.varBase[file]+int32(k), o.dst)
			}
		}
	case kOutside:
	}
}
