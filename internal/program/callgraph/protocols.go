package callgraph

import "aiohub/internal/language/pysyntax"

// operand handles a value of the first operand of an op.
func (s *solver) operand(i, value int32) {
	o := s.ops[i]
	switch o.kind {
	case opLoad:
		s.load(i, value)
	case opStore:
		s.store(i, value)
	case opDelete:
		s.delete(i, value)
	case opPrefix:
		s.prefixed(i, value)
	case opIndex:
		s.index(i, value)
	case opSetIndex:
		s.setIndex(i, value)
	case opDelIndex:
		if v := s.get(value); v.kind == kInstance && s.declares(v.a, s.special.delitem) != none {
			s.protocol(i, value, s.special.delitem, Operator, []arg{{value: o.c, name: none}}, none)
		}
	case opIter:
		s.iterate(i, o.dst, value)
	case opUnpack:
		s.unpack(i, value)
	case opYieldFrom:
		s.iterate(i, o.b, value)
		if v := s.get(value); v.kind == kGenerator {
			s.copy(s.funcs[v.a].result, o.dst)
		}
	case opEnter:
		s.enter(i, value)
	case opSuper:
		if v := s.get(value); v.kind == kInstance || v.kind == kClass {
			s.add(o.dst, s.of(kSuper, o.b, value))
		}
	case opTypeOf:
		switch v := s.get(value); v.kind {
		case kInstance:
			s.add(o.dst, s.objects.class(v.a))
		case kForeign:
			s.add(o.dst, s.named(s.outside[v.a]))
		}
	case opInstance:
		s.instantiate(i, value)
	case opNarrow:
		s.narrow(i, value)
	case opBinary:
		s.binary(i, value)
	case opUnary:
		v := s.get(value)
		if v.kind == kInstance {
			if name := unaryNames[pysyntax.Op(o.c)]; name != "" {
				s.protocol(i, value, s.program.name(name), Operator, nil, o.dst)
			}
		}
	case opContains:
		s.contains(i, value)
	case opDecorate:
		s.decorate(i, value)
	case opTypeArgs:
		s.typeArguments(i, value)
	}
}

// protocolSite gives the site of a call that an op makes without being one.
func (s *solver) protocolSite(op, name int32, kind EdgeKind, args []arg, dst int32) int32 {
	key := pair{op, name}
	if i, ok := s.protocols[key]; ok {
		return i
	}
	s.sites = append(s.sites, site{op: op, dst: dst, args: args, kind: kind, reason: Protocol})
	i := int32(len(s.sites) - 1)
	s.protocols[key] = i
	return i
}

// protocol calls a method of an object because of what an op does with it. It reports whether the class of the object
// has it.
func (s *solver) protocol(op, value, name int32, kind EdgeKind, args []arg, dst int32) bool {
	v := s.get(value)
	if v.kind != kInstance || s.declares(v.a, name) == none {
		return false
	}
	s.link(s.view(v.a, name), lDunder, s.protocolSite(op, name, kind, args, dst), value)
	return true
}

// drive runs a generator.
func (s *solver) drive(op, f, dst int32, kind EdgeKind) {
	key := [3]int32{op, f, int32(kind)}
	if !s.driven[key] {
		s.driven[key] = true
		s.edge(op, f, kind, Protocol)
	}
	s.copy(s.funcs[f].yields, dst)
}

// iterate lets a variable take the elements of a value.
func (s *solver) iterate(i, dst, value int32) {
	v := s.get(value)
	async := s.ops[i].flags&opAsync != 0
	iter, next := s.special.iter, s.special.next
	if async {
		iter, next = s.special.aiter, s.special.anext
	}
	switch v.kind {
	case kContainer, kMade:
		kind, _ := s.sortOf(value)
		s.elements(value, kind, dst)
	case kGenerator:
		if async && s.funcs[v.a].flags&Async == 0 {
			return // TypeError: nobody runs it that way
		}
		s.drive(i, v.a, dst, Iterate)
	case kInstance:
		switch {
		case s.declares(v.a, iter) != none:
			given := s.iterator(i, dst)
			s.protocol(i, value, iter, Iterate, nil, given)
		case s.declares(v.a, s.special.getitem) != none:
			s.protocol(i, value, s.special.getitem, Iterate, nil, dst)
		default:
			if kind, ok := s.sortOf(value); ok {
				s.elements(value, kind, dst)
				return
			}
			for _, outside := range s.classes[v.a].outside {
				s.outsideProtocol(i, outside, iter, Iterate)
			}
		}
	case kClass:
		if s.isEnum(v.a) {
			s.add(dst, s.instance(v.a))
		}
	case kMember:
		s.add(dst, s.anything())
		s.outsideProtocol(i, s.outside[v.a], iter, Iterate)
	case kForeign, kOpaque:
		name := s.outside[v.a]
		if v.kind == kOpaque {
			name += "()"
		}
		s.outsideProtocol(i, name, iter, Iterate)
		s.outsideProtocol(i, name, next, Iterate)
		if class, ok := tables().elements[s.outside[v.a]]; ok {
			s.add(dst, s.typed(class, i))
		} else {
			s.add(dst, s.anything())
		}
	}
}

// iterator gives the variable of what __iter__ returns at an op; its elements go to dst.
func (s *solver) iterator(i, dst int32) int32 {
	key := pair{i, -7}
	if v, ok := s.protocols[key]; ok {
		return v
	}
	v := s.newVar()
	s.protocols[key] = v
	s.link(v, lNext, i, dst)
	return v
}

// iteratorOf lets a variable take what iter() gives for a value.
func (s *solver) iteratorOf(i, dst, value int32) {
	switch v := s.get(value); v.kind {
	case kGenerator:
		s.add(dst, value)
	case kInstance:
		if !s.protocol(i, value, s.special.iter, Iterate, nil, dst) {
			s.add(dst, value)
		}
	default:
		list := s.made(i, 0, listLike)
		s.iterate(i, s.field(list, fieldAny), value)
		s.add(dst, list)
	}
}

// next lets a variable take the next element of an iterator.
func (s *solver) next(i, dst, value int32) {
	v := s.get(value)
	name := s.special.next
	if s.ops[i].flags&opAsync != 0 {
		name = s.special.anext
	}
	if v.kind == kInstance {
		s.protocol(i, value, name, Iterate, nil, dst)
		return
	}
	s.iterate(i, dst, value)
}

func (s *solver) unpack(i, value int32) {
	o := s.ops[i]
	kind, ok := s.sortOf(value)
	switch {
	case ok && kind == tupleLike && o.b < maxFields:
		s.take(value, fieldPos-o.b, o.dst)
	case ok:
		s.elements(value, kind, o.dst)
	default:
		if v := s.get(value); v.kind == kInstance && s.isNamedTuple(v.a) && o.b < int32(len(s.classes[v.a].fields)) {
			s.copy(s.view(v.a, s.classes[v.a].fields[o.b]), o.dst)
			return
		}
		s.iterate(i, o.dst, value)
	}
}

// isNamedTuple reports whether a class is a named tuple.
func (s *solver) isNamedTuple(c int32) bool {
	for _, name := range s.classes[c].outside {
		if name == "typing.NamedTuple" || name == "typing_extensions.NamedTuple" {
			return true
		}
	}
	return false
}

func (s *solver) enter(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	enter, exit := s.special.enter, s.special.exit
	if o.flags&opAsync != 0 {
		enter, exit = s.special.aenter, s.special.aexit
	}
	switch v.kind {
	case kManager:
		s.drive(i, v.a, o.dst, With)
	case kInstance:
		if s.protocol(i, value, enter, With, nil, o.dst) {
			s.protocol(i, value, exit, With,
				[]arg{{value: none, name: none}, {value: none, name: none}, {value: none, name: none}}, none)
			return
		}
		for _, outside := range s.classes[v.a].outside {
			s.outsideProtocol(i, outside, enter, With)
			if !s.protocol(i, value, exit, With, nil, none) {
				s.outsideProtocol(i, outside, exit, With)
			}
			s.add(o.dst, value)
		}
	case kContainer, kMade:
		if kind, _ := s.sortOf(value); kind == managerLike {
			s.take(value, fieldAll, o.dst)
		}
	case kForeign:
		name := s.outside[v.a]
		s.outsideProtocol(i, name, enter, With)
		s.outsideProtocol(i, name, exit, With)
		switch class := tables().returns[name+".__enter__"]; class {
		case "nothing":
		case "":
			s.add(o.dst, value)
		default:
			s.add(o.dst, s.typed(class, i))
		}
	case kMember:
		s.outsideProtocol(i, s.outside[v.a], enter, With)
		s.outsideProtocol(i, s.outside[v.a], exit, With)
		s.add(o.dst, s.anything())
	case kOpaque:
		s.outsideProtocol(i, s.outside[v.a]+"()", enter, With)
		s.outsideProtocol(i, s.outside[v.a]+"()", exit, With)
		if class, ok := tables().returns[s.outside[v.a]+"().__enter__"]; ok {
			s.add(o.dst, s.typed(class, i))
		}
	case kClosing:
		args := s.sites[v.a].args
		if len(args) == 0 {
			return
		}
		s.copy(args[0].value, o.dst)
		key := pair{i, -8}
		if _, ok := s.protocols[key]; ok {
			return
		}
		method := s.newVar()
		s.protocols[key] = method
		load := s.newOp(
			op{kind: opLoad, fn: o.fn, pos: o.pos, a: args[0].value, dst: method, b: s.special.close, reason: Protocol})
		s.link(args[0].value, lOp, load, 0)
		s.link(method, lCallee, s.protocolSite(i, s.special.exit, With, nil, none), 0)
	}
}

// newOp adds an op while solving.
func (s *solver) newOp(o op) int32 {
	s.ops = append(s.ops, o)
	s.texts, s.ends = append(s.texts, none), append(s.ends, 0)
	return int32(len(s.ops) - 1)
}

// outsideProtocol notes that an op calls a method of an object from outside the tree.
func (s *solver) outsideProtocol(i int32, class string, name int32, kind EdgeKind) {
	if isPlain(class) || class == "()" {
		return
	}
	t := s.protocolSite(i, -2000000-name, kind, nil, none)
	s.record(t, s.objects.dotted(class+"."+s.names[name]), kind)
}

func (s *solver) delete(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	if v.kind != kInstance {
		return
	}
	for _, k := range s.classes[v.a].mro {
		if m, ok := s.classes[k].members[o.b]; ok && m.setter {
			s.link(m.variable, lSetter, i, value)
			break
		}
	}
}

func (s *solver) index(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	switch v.kind {
	case kContainer, kMade:
		s.take(value, o.b, o.dst)
	case kInstance:
		if s.protocol(i, value, s.special.getitem, Operator, []arg{{value: o.c, name: none}}, o.dst) {
			return
		}
		if _, ok := s.sortOf(value); ok {
			s.take(value, o.b, o.dst)
		} else if s.isNamedTuple(v.a) && o.b <= fieldPos && int(fieldPos-o.b) < len(s.classes[v.a].fields) {
			s.copy(s.view(v.a, s.classes[v.a].fields[fieldPos-o.b]), o.dst)
		}
	case kClass, kTypeVar:
		if v.kind == kClass && s.isEnum(v.a) {
			s.add(o.dst, s.instance(v.a))
			return
		}
		s.add(o.dst, value)
	case kOutside:
		s.add(o.dst, value) // a generic type
	case kMember:
		s.add(o.dst, s.anything())
	case kForeign, kOpaque:
		name := s.outside[v.a]
		if name == "builtins.str" || name == "builtins.bytes" {
			s.add(o.dst, value)
			return
		}
		if v.kind == kForeign {
			s.outsideProtocol(i, name, s.special.getitem, Operator)
		}
		if class, ok := tables().elements[name]; ok {
			s.add(o.dst, s.typed(class, i))
		} else {
			s.add(o.dst, s.anything())
		}
	}
}

func (s *solver) setIndex(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	if v.kind == kInstance &&
		s.protocol(i, value, s.special.setitem, Operator, []arg{{value: o.c, name: none}, {value: o.a, name: none}}, none) {
		return
	}
	if kind, ok := s.sortOf(value); ok {
		if s.isApart(s.fileOf(i)) {
			return
		}
		s.copy(o.a, s.field(value, o.b))
		if kind == dictLike && o.c >= 0 {
			s.copy(o.c, s.field(value, fieldKeys))
		}
	}
}

// instantiate lets a variable take instances of what an annotation names.
func (s *solver) instantiate(i, value int32) {
	o := &s.ops[i]
	switch v := s.get(value); v.kind {
	case kClass:
		s.add(o.dst, s.instance(v.a))
	case kOutside:
		name := s.outside[v.a]
		if kind, ok := containerClasses()[name]; ok {
			s.add(o.dst, s.madeAs(i, 2, kind, name))
		} else if !isAbstractType(name) {
			s.add(o.dst, s.objects.foreign(name))
		}
	case kTypeVar:
		s.take(v.a, fieldAll, o.dst)
	}
}

// typeArguments gives the type variables of a class the types that it is used with.
func (s *solver) typeArguments(i, value int32) {
	o := &s.ops[i]
	v := s.get(value)
	if v.kind != kClass {
		return
	}
	params := s.classes[v.a].typeParams
	for k, a := range s.args[o.b : o.b+o.c] {
		if k >= len(params) {
			break
		}
		s.link(params[k], lTypeArg, a.value, 0)
	}
}

func (s *solver) contains(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	switch v.kind {
	case kInstance:
		if !s.protocol(i, value, s.special.contains, Operator, []arg{{value: o.b, name: none}}, none) &&
			s.declares(v.a, s.special.iter) != none {
			s.iterate(i, none, value)
		}
	case kGenerator:
		s.drive(i, v.a, none, Iterate)
	}
}

var binaryNames = map[pysyntax.Op][3]string{
	pysyntax.OpAdd: {"__add__", "__radd__", "__iadd__"}, pysyntax.OpSub: {"__sub__", "__rsub__", "__isub__"},
	pysyntax.OpMult:     {"__mul__", "__rmul__", "__imul__"},
	pysyntax.OpDiv:      {"__truediv__", "__rtruediv__", "__itruediv__"},
	pysyntax.OpFloorDiv: {"__floordiv__", "__rfloordiv__", "__ifloordiv__"},
	pysyntax.OpMod: {
		"__mod__",
		"__rmod__",
		"__imod__",
	}, pysyntax.OpMatMult: {"__matmul__", "__rmatmul__", "__imatmul__"},
	pysyntax.OpPow: {"__pow__", "__rpow__", "__ipow__"}, pysyntax.OpLShift: {"__lshift__", "__rlshift__", "__ilshift__"},
	pysyntax.OpRShift: {"__rshift__", "__rrshift__", "__irshift__"},
	pysyntax.OpBitAnd: {"__and__", "__rand__", "__iand__"},
	pysyntax.OpBitOr:  {"__or__", "__ror__", "__ior__"}, pysyntax.OpBitXor: {"__xor__", "__rxor__", "__ixor__"},
	pysyntax.OpLt: {"__lt__", "__gt__"}, pysyntax.OpGt: {"__gt__", "__lt__"}, pysyntax.OpLtE: {"__le__", "__ge__"},
	pysyntax.OpGtE: {"__ge__", "__le__"},
	pysyntax.OpEq:  {"__eq__", "__eq__"}, pysyntax.OpNotEq: {"__ne__", "__ne__"},
}

var unaryNames = map[pysyntax.Op]string{pysyntax.OpInvert: "__invert__", pysyntax.OpUAdd: "__pos__",
	pysyntax.OpUSub: "__neg__"}

func (s *solver) binary(i, value int32) {
	o := s.ops[i]
	v := s.get(value)
	switch v.kind {
	case kInstance:
		names := binaryNames[pysyntax.Op(o.c)]
		if o.c == opSlice {
			names = [3]string{"__getitem__"}
		}
		name := names[0]
		if o.flags&opReversed != 0 {
			name = names[1]
		}
		if name == "" {
			return
		}
		args := []arg{{value: o.b, name: none}}
		found := s.protocol(i, value, s.program.name(name), Operator, args, o.dst)
		if !found && o.flags&opReversed == 0 && names[2] != "" {
			found = s.protocol(i, value, s.program.name(names[2]), Operator, args, o.dst)
		}
		if _, ok := s.sortOf(value); ok && !found {
			s.add(o.dst, value)
		}
	case kContainer, kMade, kClass, kTypeVar, kForeign:
		s.add(o.dst, value)
	}
}
