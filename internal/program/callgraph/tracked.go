package callgraph

import (
	"cmp"
	"slices"
	"strings"
)

// Made is an object that a call makes which Input.Track asks for, and what becomes of it. Two calls that one place can
// get the object from share their uses.
type Made struct {
	Name  string // of what is called, as reached
	From  FuncID
	Pos   uint32 // of the call
	Line  int
	Uses  []ObjectUse // sorted by From, Pos, Kind, Name
	Attrs []string    // names of the attributes that hold it, sorted
}

// ObjectUseKind says what is done with an object.
type ObjectUseKind uint8

const (
	Method    ObjectUseKind = iota // a method is called; Name is the method
	Member                         // an attribute is read; only the first of several in a function is listed
	WithBlock                      // a with block
	// an argument of code outside the tree, or of a call of which nothing is known; Name is the callee
	Handed
	Other // anything else: Name says what
	// an attribute of a name that holds it is read from something of which nothing is known; Name is the attribute
	Unknown
	Replaced // a test puts something else in its place
)

// ObjectUse is one place where an object is used.
type ObjectUse struct {
	Kind  ObjectUseKind
	Name  string
	From  FuncID
	Pos   uint32
	Line  int
	Mixed bool // what is used there can be something else as well
}

// tracks reports whether the object that a call of a name makes is asked for.
func (s *solver) tracks(name string) bool { return s.track != nil && s.track(name) }

// origin gives the op that made a value which is tracked, none for others.
func (s *solver) origin(value int32) int32 {
	if value < s.fixed() {
		return none
	}
	switch v := s.get(value); v.kind {
	case kForeign:
		return v.b - 1
	case kMade:
		if class, ok := s.madeOf[value]; ok && s.tracks(class) {
			return v.a
		}
	}
	return none
}

// tracer collects the uses of the tracked objects from the solution.
type tracer struct {
	*solver
	order []FuncID
	made  map[int32]*Made // by the op that makes it
	names map[int32]string
	out   map[int32][]string  // site -> names outside the tree that it calls
	held  map[int32][]holding // name of an attribute -> what it holds
	// what tests have put into attributes
	testHeld []holding
	bearers  map[int32]bool // containers that have a tracked object, also in containers inside
}

// emitMade lists the tracked objects.
func (s *solver) emitMade(g *Graph, order []FuncID) {
	if s.track == nil {
		return
	}
	t := &tracer{solver: s, order: order, made: map[int32]*Made{}, names: map[int32]string{}, out: map[int32][]string{}}
	for _, r := range s.outsideCalls {
		name := s.outside[r.name]
		t.out[r.site] = append(t.out[r.site], name)
		if op := s.sites[r.site].op; s.tracks(name) {
			t.names[op] = name
		}
	}
	for _, r := range s.builtinCalls {
		t.out[r.site] = append(t.out[r.site], s.outside[r.name])
	}
	t.find()
	t.bearers = t.findBearers()
	t.ops()
	t.arguments()
	t.tests()
	for _, m := range t.made {
		slices.SortFunc(m.Uses, func(a, b ObjectUse) int {
			return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Kind, b.Kind),
				strings.Compare(a.Name, b.Name), cmp.Compare(boolInt(b.Mixed), boolInt(a.Mixed)))
		})
		m.Uses = slices.CompactFunc(m.Uses, func(a, b ObjectUse) bool { a.Mixed = b.Mixed; return a == b })
		slices.Sort(m.Attrs)
		m.Attrs = slices.Compact(m.Attrs)
		g.Made = append(g.Made, *m)
	}
	slices.SortFunc(g.Made, func(a, b Made) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), strings.Compare(a.Name, b.Name))
	})
}

// find lists the objects, those too that nothing is done with.
func (t *tracer) find() {
	for i := range t.dynamic {
		op := t.origin(t.fixed() + int32(i))
		if op < 0 || t.made[op] != nil {
			continue
		}
		o := &t.all()[op]
		t.made[op] = &Made{Name: t.names[op], From: t.order[o.fn], Pos: o.pos, Line: t.line(t.fileOf(op), o.pos)}
	}
}

func (t *tracer) all() []op { return t.solver.ops }

// in gives the tracked objects that a variable has, and whether it has anything else. An annotation that names the class
// of one of them adds nothing: who makes the objects of the class is tracked.
func (t *tracer) in(v int32) (found []*Made, mixed bool) {
	if v < 0 {
		return nil, false
	}
	values := t.vars[v].values
	var others []int32
	for _, value := range values {
		if op := t.origin(value); op >= 0 {
			found = append(found, t.made[op])
		} else {
			others = append(others, value)
		}
	}
	mixed = len(values) >= maxValues ||
		slices.ContainsFunc(others, func(value int32) bool { return !t.declares(value, found) })
	return found, mixed
}

// declares reports whether a value is only a declared instance of the class of one of the objects.
func (t *tracer) declares(value int32, of []*Made) bool {
	if value < t.fixed() {
		return false
	}
	v := t.get(value)
	return v.kind == kForeign && v.b == 0 &&
		slices.ContainsFunc(of, func(m *Made) bool { return m.Name == t.outside[v.a] })
}

func (t *tracer) use(v int32, kind ObjectUseKind, name string, op int32) {
	found, mixed := t.in(v)
	t.note(found, kind, name, op, mixed)
}

func (t *tracer) note(found []*Made, kind ObjectUseKind, name string, op int32, mixed bool) {
	o := &t.all()[op]
	for _, m := range found {
		m.Uses = append(m.Uses,
			ObjectUse{Kind: kind, Name: name, From: t.order[o.fn], Pos: o.pos, Line: t.line(t.fileOf(op), o.pos), Mixed: mixed})
	}
}

// ops looks at what each op does with the objects.
func (t *tracer) ops() {
	held, inside := map[int32][]holding{}, map[int32][]holding{}
	t.held = held
	for i := range t.all() {
		op, o := int32(i), &t.all()[i]
		switch o.kind {
		case opLoad:
			t.use(o.a, Member, t.solver.names[o.b], op)
		case opCall:
			if l, ok := t.loads[o.a]; ok {
				t.use(t.all()[l].a, Method, t.solver.names[t.all()[l].b], op)
			}
			t.use(o.a, Other, "called", op)
		case opEnter:
			t.use(o.a, WithBlock, "", op)
		case opStore:
			t.use(o.dst, Other, "an attribute is set", op)
			isTest := t.solver.tests[t.fileOf(op)]
			if name, ok := t.outsider(o.dst); ok && !isTest {
				t.note(t.holds(o.a), Other, "is put into "+name, op, false)
			}
			for _, m := range t.contents(o.a) {
				inside[o.b] = append(inside[o.b], holding{m, o.dst, o.b})
			}
			found, _ := t.in(o.a)
			for _, m := range found {
				m.Attrs = append(m.Attrs, t.solver.names[o.b])
				h := holding{m, o.dst, o.b}
				held[o.b] = append(held[o.b], h)
				if isTest {
					t.testHeld = append(t.testHeld, h)
				}
			}
		case opDelete:
			t.use(o.a, Other, "an attribute is deleted", op)
		case opIter, opUnpack, opYieldFrom:
			t.use(o.a, Other, "iterated over", op)
		case opIndex, opDelIndex:
			t.use(o.a, Other, "indexed", op)
		case opSetIndex:
			t.use(o.dst, Other, "indexed", op)
			if name, ok := t.outsider(o.dst); ok {
				t.note(t.holds(o.a), Other, "is put into "+name, op, false)
			} else if len(t.valuesOf(o.dst)) == 0 {
				t.note(t.holds(o.a), Other, "is put into something of which nothing is known", op, false)
			}
		case opAsked:
			t.use(o.a, Handed, "builtins.isinstance", op)
		case opBinary, opUnary, opContains:
			t.use(o.a, Other, "an operand", op)
		}
	}
	for i := range t.all() {
		op, o := int32(i), &t.all()[i]
		switch {
		case o.kind == opLoad && o.a >= 0 && len(t.vars[o.a].values) == 0:
			name := t.solver.names[o.b]
			t.note(t.heldBy(held[o.b], none), Unknown, name, op, true)
			t.note(t.heldBy(inside[o.b], none), Other,
				"`."+name+"` of something of which nothing is known may have it", op, false)
		case o.kind == opStore && t.solver.tests[t.fileOf(op)] && len(held[o.b]) > 0:
			if found, _ := t.in(o.a); len(found) == 0 {
				t.note(t.heldBy(held[o.b], o.dst), Replaced, t.solver.names[o.b], op, true)
			}
		}
	}
}

// holding is a tracked object in an attribute of what a variable has.
type holding struct {
	made *Made
	of   int32
	name int32
}

// heldBy gives the objects that can be in an attribute of what a variable has: those in one of an object that is known
// to be another are not. With none, nothing is known of it.
func (t *tracer) heldBy(list []holding, v int32) []*Made {
	var found []*Made
	for _, h := range list {
		if v < 0 || !t.unrelated(h.of, v) {
			found = append(found, h.made)
		}
	}
	return found
}

// unrelated reports whether two variables have instances of classes of the tree only, and no class derives from one of
// each.
func (t *tracer) unrelated(a, b int32) bool {
	first, ok := t.classesOf(a)
	second, both := t.classesOf(b)
	if !ok || !both {
		return false
	}
	for len(first) > 0 {
		c := &t.classes[first[0]]
		if slices.ContainsFunc(second, func(other int32) bool { return slices.Contains(c.mro, other) }) {
			return false
		}
		first = append(first[1:], c.subclasses...)
	}
	return true
}

// classesOf gives the classes of which a variable has instances, and whether it has nothing else.
func (t *tracer) classesOf(v int32) (classes []int32, only bool) {
	values := t.vars[v].values
	for _, value := range values {
		o := t.get(value)
		if o.kind != kInstance || t.classes[o.a].unknown {
			return nil, false
		}
		classes = append(classes, o.a)
	}
	return classes, len(values) > 0 && len(values) < maxValues
}

// arguments finds the objects that are handed to code outside the tree.
func (t *tracer) arguments() {
	for i := range t.sites {
		site := &t.sites[i]
		if t.all()[site.op].kind != opCall {
			continue
		}
		for _, a := range site.args {
			found, mixed := t.in(a.value)
			inside := t.contents(a.value)
			if len(found) == 0 && len(inside) == 0 {
				continue
			}
			if a.name == argStar && len(found) > 0 {
				t.note(found, Other, "unpacked as arguments", site.op, mixed)
				continue
			}
			for _, name := range t.out[int32(i)] {
				if _, ok := containerClasses()[name]; t.takes(name) || ok && a.name == none {
					t.note(found, Handed, name, site.op, mixed)
				}
				if t.looksInside(name) {
					t.note(inside, Other, "is handed to "+name, site.op, false)
				}
			}
			if l, ok := t.loads[t.all()[site.op].a]; ok && drains[t.solver.names[t.all()[l].b]] {
				t.note(found, Handed, t.solver.names[t.all()[l].b], site.op, mixed)
			}
			if o := &t.all()[site.op]; !site.resolved ||
				slices.ContainsFunc(t.valuesOf(o.a), func(v int32) bool { return t.get(v).kind == kOpaque }) {
				name := ""
				if text := t.texts[site.op]; text != none {
					name = t.solver.names[text]
				}
				t.note(found, Handed, name, site.op, mixed)
				if name == "" {
					name = "something of which nothing is known"
				}
				if !compares(name) {
					t.note(inside, Other, "is handed to "+name, site.op, false)
				}
			}
		}
	}
}

func (t *tracer) valuesOf(v int32) []int32 {
	if v < 0 {
		return nil
	}
	return t.vars[v].values
}

// takes reports whether something outside the tree may do anything with an object that it is given: what is followed,
// and what only looks, may not.
func (t *tracer) takes(name string) bool {
	tab := tables()
	if strings.HasPrefix(name, "logging.") || strings.HasPrefix(name, "functools.partial") ||
		looks[strings.TrimPrefix(name, "builtins.")] {
		return false
	}
	if _, ok := tab.given[name]; ok {
		return false
	}
	if _, ok := tab.same[name]; ok {
		return false
	}
	class, _, _ := cutLast(name)
	if _, ok := containerClasses()[class]; ok {
		return false
	}
	_, ok := containerClasses()[name]
	return !ok
}

// drains are methods of containers that iterate over what they are given.
var drains = map[string]bool{
	"extend":     true,
	"extendleft": true,
	"update":     true,
	"union":      true,
	"join":       true,
	"writelines": true,
}

// looks are builtins that do nothing with an object but to look at it.
var looks = map[string]bool{
	"isinstance": true, "id": true, "repr": true, "str": true, "print": true, "bool": true, "hash": true, "type": true,
	"callable": true, "hasattr": true,
}

func cutLast(name string) (before, after string, found bool) {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i], name[i+1:], true
	}
	return name, "", false
}

// tests finds what tests pass to the functions of the tree where the code passes tracked objects.
func (t *tracer) tests() {
	for key := range t.invoked {
		site := &t.sites[key.site]
		if !t.isTest(site.op, key.function) {
			continue
		}
		i := 0
		if key.bound {
			i = 1
		}
		params := t.funcs[key.function].params
		for _, a := range site.args {
			p := int32(none)
			switch {
			case a.name == none && i < len(params) && params[i].kind <= paramNormal:
				p = params[i].variable
			case a.name >= 0:
				for k := range params {
					if params[k].name == a.name {
						p = params[k].variable
					}
				}
			}
			if a.name == none {
				i++
			}
			t.double(a.value, p, site.op)
			found, _ := t.in(p)
			if given, _ := t.in(a.value); len(found) > 0 && len(given) == 0 &&
				a.value >= 0 { // None has no variable, and mocks have no values
				t.note(found, Replaced, t.solver.names[params[min(i, len(params)-1)].name], site.op, true)
			}
		}
	}
}

// startWith hands the arguments of something that runs a function as a task on to it.
func (s *solver) startWith(i int32, k int) {
	t := s.sites[i]
	f := s.positional(t.args, k)
	if f == none {
		return
	}
	s.sites = append(s.sites,
		site{op: t.op, dst: none, args: following(t.args, k), kind: Call, reason: Passed, silent: true})
	s.link(f, lCallee, int32(len(s.sites)-1), 0)
}
