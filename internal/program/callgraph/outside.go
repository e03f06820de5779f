package callgraph

import (
	"strings"
)

// record notes that a site calls something outside the tree.
func (s *solver) record(i, name int32, kind EdgeKind) {
	s.sites[i].resolved = true
	key := pair{i, name}
	if s.outsides[key] {
		return
	}
	s.outsides[key] = true
	s.outsideCalls = append(s.outsideCalls, rawSite{site: i, name: name, kind: kind, certain: !s.possible})
}

// isAbstractType reports whether a name in an annotation says nothing of an object.
func isAbstractType(name string) bool {
	switch {
	case strings.HasPrefix(name, "typing."), strings.HasPrefix(name, "typing_extensions."),
		strings.HasPrefix(name, "collections.abc."):
		return true
	}
	return name == "builtins.object" || name == "builtins.type" || name == "builtins.None" ||
		name == "builtins.callable" || strings.HasPrefix(name, "types.Function")
}

// isPlain reports whether calls of methods of a class are not worth a record.
func isPlain(class string) bool {
	return strings.HasPrefix(class, "builtins.") || strings.HasPrefix(class, "typing.")
}

// isClassName reports whether a dotted name looks like that of a class.
func isClassName(name string) bool {
	last := strings.TrimLeft(lastPart(name), "_")
	return last != "" && last[0] >= 'A' && last[0] <= 'Z' || tables().classes[name]
}

// maxMember bounds how many attributes after an object of a class outside the tree are told apart.
const maxMember = 2

// member gives an attribute of an object from outside the tree.
func (s *solver) member(name string, depth int32) int32 {
	if len(name) > maxDotted {
		return s.anything()
	}
	return s.of(kMember, s.objects.dotted(name), depth)
}

// typed gives an object of a class outside the tree.
func (s *solver) typed(class string, op int32) int32 {
	if inner, ok := strings.CutPrefix(class, "("); ok {
		tuple := s.made(op, 3, tupleLike)
		for k, part := range strings.Split(strings.Trim(inner, "(),"), ",") {
			if part != "" {
				s.add(s.field(tuple, fieldPos-int32(k)), s.typed(part, op))
			}
		}
		return tuple
	}
	if kind, ok := containerClasses()[class]; ok {
		return s.madeAs(op, 3, kind, class)
	}
	return s.objects.foreign(class)
}

// callOutside calls something outside the tree.
func (s *solver) callOutside(i, dotted int32) {
	s.sites[i].resolved = true
	t := s.sites[i]
	name := s.outside[dotted]
	if short, ok := strings.CutPrefix(name, "builtins."); ok {
		if recordedBuiltins[short] {
			s.record(i, dotted, t.kind)
		}
		if s.track != nil {
			s.builtinCalls = append(s.builtinCalls, rawSite{site: i, name: dotted})
		}
		s.callBuiltin(i, short)
		return
	}
	s.record(i, dotted, t.kind)
	first := s.positional(t.args, 0)
	switch name {
	case "functools.partial", "functools.partialmethod":
		s.add(t.dst, s.of(kPartial, i, 0))
		return
	case "contextlib.closing", "contextlib.aclosing":
		s.add(t.dst, s.of(kClosing, i, 0))
		return
	case "contextlib.nullcontext", "weakref.ref", "weakref.WeakMethod":
		m := s.made(t.op, 0, managerLike)
		s.copy(first, s.field(m, fieldAny))
		s.add(t.dst, m)
		return
	case "contextlib.ExitStack.enter_context", "contextlib.AsyncExitStack.enter_async_context",
		"contextlib.AsyncExitStack.enter_context":
		o := s.ops[t.op]
		enter := op{kind: opEnter, fn: o.fn, pos: o.pos, a: first, dst: t.dst}
		if strings.HasSuffix(name, "enter_async_context") {
			enter.flags = opAsync
		}
		s.link(first, lOp, s.newOp(enter), 0)
		return
	}
	tab := tables()
	if k, ok := tab.calls[name]; ok {
		s.callArgument(i, k)
	}
	if p, ok := tab.passes[name]; ok {
		given := s.newVar()
		s.add(given, s.typed(p.class, t.op))
		s.sites = append(s.sites,
			site{op: t.op, dst: none, args: []arg{{value: given, name: none}}, kind: Call, reason: Passed, silent: true})
		s.link(s.positional(t.args, p.argument), lCallee, int32(len(s.sites)-1), 0)
	}
	if k, ok := tab.modules[name]; ok && s.modulesOf(i, k) {
		return
	}
	if k, ok := tab.same[name]; ok && s.tracks(name) {
		s.add(t.dst, s.of(kForeign, dotted, t.op+1))
		s.link(s.positional(t.args, k), lOwn, t.dst, 0)
		return
	}
	if k, ok := tab.same[name]; ok {
		s.copy(s.positional(t.args, k), t.dst)
		return
	}
	if strings.HasPrefix(name, "itertools.") {
		list := s.made(t.op, 0, listLike)
		for _, a := range t.args {
			if a.name == none {
				s.link(a.value, lIter, t.op, s.field(list, fieldAny))
			}
		}
		s.add(t.dst, list)
		return
	}
	if kind, ok := containerClasses()[name]; ok {
		s.fill(i, kind, name)
		return
	}
	if k, ok := tab.given[name]; ok && s.track != nil {
		s.startWith(i, k)
	}
	if class, ok := tab.returns[name]; ok {
		if s.tracks(name) {
			s.add(t.dst, s.of(kForeign, s.objects.dotted(class), t.op+1))
		} else if class != "nothing" {
			s.add(t.dst, s.typed(class, t.op))
		}
		return
	}
	if isClassName(name) {
		if s.tracks(name) {
			s.add(t.dst, s.of(kForeign, dotted, t.op+1))
			return
		}
		s.add(t.dst, s.objects.foreign(name))
		return
	}
	if strings.Contains(name, "().") {
		s.add(t.dst, s.anything())
		return
	}
	s.add(t.dst, s.of(kOpaque, dotted, 0))
}

// modulesOf lets a call give the modules that the values of a dict among its arguments name. It reports whether there
// is such an argument.
func (s *solver) modulesOf(i int32, k keyword) bool {
	t := s.sites[i]
	given := s.keyword(t.args, k.name)
	if given == none {
		given = s.positional(t.args, k.place)
	}
	if given == none {
		return false
	}
	dict := s.made(t.op, 4, dictLike)
	s.link(given, lMirror, dict, 0)
	s.copy(s.field(dict, fieldPaths), t.dst)
	return true
}

// anything gives the object that stands for all from outside the tree of which nothing is known but that.
func (s *solver) anything() int32 { return s.of(kOpaque, s.objects.dotted(""), 0) }

// transparent lets a call of what a function outside the tree returned, mostly a decorator, give its argument.
func (s *solver) transparent(i int32) {
	t := s.sites[i]
	s.copy(s.positional(t.args, 0), t.dst)
}

// callArgument calls an argument of a site with those that follow it.
func (s *solver) callArgument(i int32, k int) {
	t := s.sites[i]
	f := s.positional(t.args, k)
	if f == none {
		return
	}
	s.callVariable(t.op, f, following(t.args, k), t.dst)
}

// following gives the arguments behind one, of which the keywords are some.
func following(args []arg, k int) []arg {
	var rest []arg
	n := 0
	for _, a := range args {
		if a.name == none {
			if n++; n <= k+1 {
				continue
			}
		}
		rest = append(rest, a)
	}
	return rest
}

// callVariable calls what a variable has, because of an op.
func (s *solver) callVariable(op, f int32, args []arg, dst int32) {
	if f < 0 {
		return
	}
	s.sites = append(s.sites, site{op: op, dst: dst, args: args, kind: Call, reason: Passed})
	s.link(f, lCallee, int32(len(s.sites)-1), 0)
}

// fill makes a container of what it is constructed from.
func (s *solver) fill(i int32, kind containerKind, name string) {
	t := s.sites[i]
	o := s.madeAs(t.op, 0, kind, name)
	s.add(t.dst, o)
	first := s.positional(t.args, 0)
	if strings.HasSuffix(name, "defaultdict") {
		s.callVariable(t.op, first, nil, s.field(o, fieldAny))
		first = s.positional(t.args, 1)
	}
	if kind == dictLike {
		s.link(first, lMirror, o, 0)
		for _, a := range t.args {
			if a.name >= 0 {
				s.copy(a.value, s.field(o, a.name))
			}
		}
		return
	}
	s.link(first, lIter, t.op, s.field(o, fieldAny))
}

// recordedBuiltins are builtins that do something outside the program.
var recordedBuiltins = map[string]bool{"open": true, "input": true, "exec": true, "eval": true, "compile": true,
	"__import__": true, "print": true, "exit": true, "quit": true}

func (s *solver) callBuiltin(i int32, name string) {
	t := s.sites[i]
	first, second := s.positional(t.args, 0), s.positional(t.args, 1)
	list := func() int32 { return s.made(t.op, 0, listLike) }
	switch name {
	case "list", "tuple", "set", "frozenset", "sorted", "reversed":
		o := list()
		s.add(t.dst, o)
		s.link(first, lIter, t.op, s.field(o, fieldAny))
		if key := s.keyword(t.args, "key"); key != none {
			s.callVariable(t.op, key, []arg{{value: s.field(o, fieldAny), name: none}}, none)
		}
	case "dict":
		s.fill(i, dictLike, name)
	case "iter":
		if second != none {
			o := list()
			s.add(t.dst, o)
			s.callVariable(t.op, first, nil, s.field(o, fieldAny))
			return
		}
		s.link(first, lIterator, t.op, t.dst)
	case "next":
		s.link(first, lNext, t.op, t.dst)
		s.copy(second, t.dst)
	case "aiter", "anext":
		s.link(first, lNext, t.op, t.dst)
	case "sum", "any", "all":
		s.link(first, lIter, t.op, none)
	case "min", "max":
		if second == none {
			s.link(first, lIter, t.op, t.dst)
		} else {
			s.copy(first, t.dst)
			s.copy(second, t.dst)
		}
		if key := s.keyword(t.args, "key"); key != none {
			s.callVariable(t.op, key, []arg{{value: t.dst, name: none}}, none)
		}
	case "enumerate":
		s.pairs(t.op, t.dst, func(p int32) { s.link(first, lIter, t.op, s.field(p, fieldPos-1)) })
	case "zip":
		s.pairs(t.op, t.dst, func(p int32) {
			for k, a := range t.args {
				if a.name == none && k < maxFields {
					s.link(a.value, lIter, t.op, s.field(p, fieldPos-int32(k)))
				}
			}
		})
	case "map":
		o := list()
		s.add(t.dst, o)
		var args []arg
		for _, a := range t.args[min(1, len(t.args)):] {
			v := s.newVar()
			s.link(a.value, lIter, t.op, v)
			args = append(args, arg{value: v, name: none})
		}
		s.callVariable(t.op, first, args, s.field(o, fieldAny))
	case "filter":
		o := list()
		s.add(t.dst, o)
		s.link(second, lIter, t.op, s.field(o, fieldAny))
		s.callVariable(t.op, first, []arg{{value: s.field(o, fieldAny), name: none}}, none)
	case "len":
		s.link(first, lProtocol, t.op, s.special.len)
	case "str":
		s.link(first, lProtocol, t.op, s.special.str)
		s.add(t.dst, s.objects.foreign("builtins.str"))
	case "repr":
		s.link(first, lProtocol, t.op, s.special.repr)
		s.add(t.dst, s.objects.foreign("builtins.str"))
	case "bool":
		s.link(first, lProtocol, t.op, s.special.bool)
	case "property":
		s.add(t.dst, s.of(kDescriptor, i, 0))
	case "staticmethod", "classmethod":
		s.copy(first, t.dst)
	case "object.__new__":
		s.link(first, lOp, s.newOp(op{kind: opInstance, fn: s.ops[t.op].fn, pos: s.ops[t.op].pos, dst: t.dst, a: first}), 0)
	case "open":
		s.add(t.dst, s.objects.foreign("io.TextIOWrapper"))
	case "bytes", "bytearray", "int", "float", "complex", "memoryview", "range":
		s.add(t.dst, s.objects.foreign("builtins."+name))
	case "ascii", "bin", "chr", "hex", "oct", "format", "input":
		s.add(t.dst, s.objects.foreign("builtins.str"))
	case "callable", "hasattr":
		s.add(t.dst, s.objects.foreign("builtins.bool"))
	case "abs", "divmod", "hash", "id", "ord", "pow", "round":
		s.add(t.dst, s.objects.foreign("builtins.int"))
	case "str.join", "bytes.join":
		s.link(first, lIter, t.op, none)
		s.add(t.dst, s.objects.foreign("builtins."+strings.TrimSuffix(name, ".join")))
	case "str.split", "str.rsplit", "str.splitlines", "str.partition", "str.rpartition", "bytes.split":
		o := list()
		s.add(s.field(o, fieldAny), s.objects.foreign("builtins.str"))
		s.add(t.dst, o)
	case "getattr", "vars", "globals", "locals", "eval", "exec", "__import__", "type", "super", "setattr", "delattr",
		"object":
		// What these give cannot be told.
	default:
		class, _, method := strings.Cut(name, ".")
		switch {
		case !method && isClassName(name): // an exception
			s.add(t.dst, s.objects.foreign("builtins."+name))
		case class == "str" || class == "bytes" || class == "int" || class == "float":
			s.add(t.dst, s.objects.foreign("builtins."+class))
		}
	}
}
