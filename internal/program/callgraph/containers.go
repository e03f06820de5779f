package callgraph

import "strings"

// sortOf gives the sort of a container; ok is false for what is none.
func (s *solver) sortOf(o int32) (kind containerKind, ok bool) {
	switch v := s.get(o); v.kind {
	case kContainer:
		return s.allocs[v.a], true
	case kMade:
		return containerKind(v.b & 15), true
	case kInstance:
		for _, name := range s.classes[v.a].outside {
			if kind, ok := containerClasses()[name]; ok {
				return kind, true
			}
		}
	}
	return 0, false
}

// isValue tells whether what a field of a container has is among its values.
func isValue(field int32) bool { return field != fieldKeys && field != fieldPaths }

// field gives the variable of a field of a container.
func (s *solver) field(o, field int32) int32 {
	if kind, _ := s.sortOf(o); isValue(field) {
		switch {
		case kind == listLike || kind == managerLike:
			field = fieldAny
		case kind == dictLike && field <= fieldPos:
			field = fieldAny
		case kind == tupleLike && field >= 0:
			field = fieldAny
		}
		if field == fieldAll && (kind == listLike || kind == managerLike) {
			field = fieldAny
		}
	}
	f := s.fields[o]
	if f == nil {
		f = &fields{}
		s.fields[o] = f
	}
	for _, v := range f.vars {
		if v.field == field {
			return v.variable
		}
	}
	v := s.newVar()
	f.vars = append(f.vars, fieldVar{field, v})
	switch {
	case field == fieldAll:
		for _, other := range f.vars {
			if other.field != fieldAll && isValue(other.field) {
				s.copy(other.variable, v)
			}
		}
	case isValue(field):
		for _, other := range f.vars {
			if other.field == fieldAll {
				s.copy(v, other.variable)
			}
		}
	}
	for _, to := range f.mirrors {
		if field != fieldAll {
			s.copy(v, s.field(to, field))
		}
	}
	return v
}

// mirror lets a container have all that another has.
func (s *solver) mirror(from, to int32) {
	if from == to {
		return
	}
	if _, ok := s.sortOf(from); !ok {
		return
	}
	f := s.fields[from]
	if f == nil {
		f = &fields{}
		s.fields[from] = f
	}
	for _, m := range f.mirrors {
		if m == to {
			return
		}
	}
	f.mirrors = append(f.mirrors, to)
	for i := 0; i < len(f.vars); i++ {
		if f.vars[i].field != fieldAll {
			s.copy(f.vars[i].variable, s.field(to, f.vars[i].field))
		}
	}
}

// take lets a variable take what a container has in a field.
func (s *solver) take(o, field, dst int32) {
	if dst < 0 {
		return
	}
	if field == fieldAny {
		field = fieldAll
	}
	s.copy(s.field(o, field), dst)
	if field != fieldAll && isValue(field) {
		if any := s.field(o, fieldAny); any != s.field(o, field) {
			s.copy(any, dst)
		}
	}
}

// elements lets a variable take what iterating over a container gives.
func (s *solver) elements(o int32, kind containerKind, dst int32) {
	if kind == dictLike {
		s.take(o, fieldKeys, dst)
		return
	}
	s.take(o, fieldAll, dst)
}

// made gives a container that an op makes when it is solved.
func (s *solver) made(op int32, which int32, kind containerKind) int32 {
	return s.of(kMade, op, which<<4|int32(kind))
}

// isLibrary reports whether calls of methods of a container class are worth a record: those of queues are, those of
// lists are not.
func isLibrary(class string) bool {
	return !isPlain(class) && !strings.HasPrefix(class, "collections.") && !strings.HasPrefix(class, "weakref.")
}

// madeAs is made for a container of a class outside the tree.
func (s *solver) madeAs(op, which int32, kind containerKind, class string) int32 {
	o := s.made(op, which, kind)
	if isLibrary(class) {
		s.madeOf[o] = class
	}
	return o
}

// containerMethod is what a method of a container does with values.
type containerMethod uint8

const (
	mNothing    containerMethod = iota
	mPut                        // its argument becomes an element
	mPutSecond                  // its second argument does
	mTake                       // gives an element
	mGet                        // gives the value of a key
	mSetDefault                 // both
	mElements                   // gives an iterable of the elements, or of the keys of a dict
	mValues                     // gives an iterable of the values
	mItems                      // gives an iterable of pairs
	mCopy                       // gives the same
	mUpdate                     // takes the elements of its argument
	mPopItem
)

var containerMethods = map[string]containerMethod{
	"append": mPut, "appendleft": mPut, "add": mPut, "put": mPut, "put_nowait": mPut, "push": mPut, "insert": mPutSecond,
	"send": mPut, "pop": mTake, "popleft": mTake, "get": mTake, "get_nowait": mTake, "peek": mTake, "wait": mTake,
	"setdefault": mSetDefault, "keys": mElements, "values": mValues, "items": mItems, "iteritems": mItems,
	"itervalues": mValues, "iterkeys": mElements, "copy": mCopy, "union": mCopy, "difference": mCopy,
	"intersection": mCopy, "extend": mUpdate, "update": mUpdate, "extendleft": mUpdate, "popitem": mPopItem,
	"__getitem__": mGet, "__iter__": mElements, "most_common": mItems,
}

// callMethod calls a method of a container, or of a generator.
func (s *solver) callMethod(i int32, o, name int32) {
	t := s.sites[i]
	s.sites[i].resolved = true
	v := s.get(o)
	text := s.names[name]
	if v.kind == kGenerator {
		switch text {
		case "send", "throw", "__next__", "close":
			s.drive(t.op, v.a, t.dst, Iterate)
		case "__enter__", "__iter__":
			s.add(t.dst, o)
		}
		return
	}
	if class, ok := s.madeOf[o]; ok {
		s.record(i, s.objects.dotted(class+"."+text), t.kind)
	}
	kind, _ := s.sortOf(o)
	first, second := s.positional(t.args, 0), s.positional(t.args, 1)
	switch containerMethods[text] {
	case mPut:
		if text != "send" {
			s.copy(first, s.field(o, fieldAny))
		}
	case mPutSecond:
		s.copy(second, s.field(o, fieldAny))
	case mTake, mGet:
		s.take(o, fieldAll, t.dst)
		if text == "get" || text == "pop" {
			s.copy(second, t.dst)
		}
	case mSetDefault:
		s.copy(second, s.field(o, fieldAny))
		s.take(o, fieldAll, t.dst)
	case mElements:
		list := s.made(t.op, 0, listLike)
		s.elements(o, kind, s.field(list, fieldAny))
		s.add(t.dst, list)
	case mValues:
		list := s.made(t.op, 0, listLike)
		s.take(o, fieldAll, s.field(list, fieldAny))
		s.add(t.dst, list)
	case mItems:
		s.pairs(t.op, t.dst, func(pair int32) {
			s.take(o, fieldKeys, s.field(pair, fieldPos))
			s.take(o, fieldAll, s.field(pair, fieldPos-1))
		})
	case mPopItem:
		pair := s.made(t.op, 1, tupleLike)
		s.take(o, fieldKeys, s.field(pair, fieldPos))
		s.take(o, fieldAll, s.field(pair, fieldPos-1))
		s.add(t.dst, pair)
	case mCopy:
		s.add(t.dst, o)
		for _, a := range t.args {
			s.link(a.value, lMirror, o, 0)
		}
	case mUpdate:
		if kind == dictLike {
			for _, a := range t.args {
				if a.name >= 0 {
					s.copy(a.value, s.field(o, a.name))
					continue
				}
				s.link(a.value, lMirror, o, 0)
			}
			return
		}
		s.link(first, lIter, t.op, s.field(o, fieldAny))
	}
}

// pairs makes a list of pairs.
func (s *solver) pairs(op, dst int32, fill func(pair int32)) {
	list, pair := s.made(op, 0, listLike), s.made(op, 1, tupleLike)
	fill(pair)
	s.add(s.field(list, fieldAny), pair)
	s.add(dst, list)
}

// positional gives the variable of a positional argument, none if there is none.
func (s *solver) positional(args []arg, i int) int32 {
	for _, a := range args {
		if a.name == argStar {
			return none
		}
		if a.name != none {
			continue
		}
		if i == 0 {
			return a.value
		}
		i--
	}
	return none
}

func (s *solver) keyword(args []arg, name string) int32 {
	for _, a := range args {
		if a.name >= 0 && s.names[a.name] == name {
			return a.value
		}
	}
	return none
}
