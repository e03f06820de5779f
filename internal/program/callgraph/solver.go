package callgraph

import (
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/program/resolve"
)

// maxValues bounds the values of a variable. What can be more than that many things is as good as unknown; without a
// bound the time would grow with the square of the tree.
const maxValues = 64

// variable is what is known of a place where values can be.
type variable struct {
	values []int32
	done   int   // how many of them its links have seen
	first  int32 // of its links
	queued bool
}

// linkKind says what happens to each value of a variable.
type linkKind uint8

const (
	lCopy       linkKind = iota // to: variable
	lOp                         // to: op of which the variable is the first operand
	lOpB                        // to: op of which it is the second
	lCallee                     // to: site of which it is the callee
	lBind                       // to: op that loads it as an attribute of x
	lDunder                     // to: site that calls it as a method of x
	lSetter                     // to: op that stores into it as an attribute of x
	lIter                       // to: op that iterates over it into x
	lNext                       // to: op that takes the next of it into x
	lStar                       // to: star
	lMade                       // to: op of a decorator that returned it, x: the function that is the decorator
	lWrap                       // to: op of a decorator that puts function x in its place
	lGetter                     // to: op of a decorator that makes it a property
	lMirror                     // its containers' fields go to container to
	lIterator                   // to: op that takes an iterator over it into x
	lProtocol                   // to: op that calls its method x
	lTypeArg                    // to: variable of the type that its type variables stand for
	lFilter                     // to: variable that takes what filter x lets pass
	lTracked                    // to: variable that takes it if it is tracked
	lOwn                        // to: variable that takes what the tree defines
	lFilterType                 // to: filter that lets instances of it pass
)

type follower struct {
	next, to, x int32
	kind        linkKind
}

// site is a place that calls: an op that is a call, or a protocol behind another op.
type site struct {
	op, dst  int32
	args     []arg
	kind     EdgeKind
	reason   Reason
	resolved bool
	silent   bool // no call from here: the code outside calls it at another time
}

// star is *x or **x among the arguments of a call of a function of the tree.
type star struct {
	function int32
	from     int32 // the first parameter that it can reach
	double   bool
}

type callKey struct {
	site, function int32
	bound          bool
}

type rawEdge struct {
	op, to  int32
	kind    EdgeKind
	reason  Reason
	certain bool
}

type rawSite struct {
	site, name int32
	kind       EdgeKind
	certain    bool
}

// pair is a key of two numbers.
type pair struct{ a, b int32 }

// solver finds the least solution of all constraints. Work is done in the order in which it comes up, by one goroutine,
// so the result is the same on every run.
type solver struct {
	*program
	*objects
	vars  []variable
	links []follower
	queue []int32
	head  int

	views     map[pair]int32 // class and name -> variable of what instances have
	attrs     map[pair]int32 // class and name -> variable of what is stored there
	modules   map[pair][]resolve.Origin
	fields    map[int32]*fields
	sites     []site
	stars     []star
	protocols map[pair]int32 // op and name -> site
	invoked   map[callKey]bool
	driven    map[[3]int32]bool
	outsides  map[pair]bool
	owner     map[int32]int32 // variable of a parameter -> its function, where a function inside calls it
	decorates map[int32]bool  // functions that are used as decorators and whose parameter is what they wrap
	wraps     map[int32]bool  // functions that call a parameter of a function around
	extends   map[pair]bool
	opSite    map[int32]int32

	edges        []rawEdge
	outsideCalls []rawSite
	instances    []rawInstance
	possible     bool // what is found now is only possible
	opens        []openCall
	uses         []rawUse
	backwards    *natures // of the solution, nil for a tree without coroutine functions
	runs         []rawRun
	overrides    []pair // methods, and what they override
	coherence    map[int32]bool
	filtering    [][]pair          // by filter: the variables it stands between
	madeOf       map[int32]string  // container -> its class outside the tree
	structural   map[int32][]int32 // protocol -> classes that implement it
	classNames   map[int32][]int32 // name -> classes at the top of modules
	memberOf     map[int32][]int32 // name -> classes that bind it
	patches      []patch
	patching     map[int32][]int32 // function put in the place of methods at run time -> the methods
	loads        map[int32]int32   // variable of an attribute -> the op that loads it
	guessed      map[int32]Reason  // ops whose receiver is known by names alone
	special      commonNames
	track        func(name string) bool // see Input.Track
	doubles      bool                   // see Input.Doubles
	builtinCalls []rawSite              // where objects are tracked
	tracked      bool                   // only what is tracked is copied
}

// fields are the fields of a container.
type fields struct {
	vars    []fieldVar
	mirrors []int32 // containers that have all of its fields too
}

type fieldVar struct{ field, variable int32 }

// commonNames are names with a meaning of their own.
type commonNames struct {
	init, new, call, enter, exit, aenter, aexit, iter, next, aiter, anext, getitem, setitem, delitem, contains, getattr,
	get, class, wrapped int32
	len, str, repr, bool, close, dict int32
}

func newSolver(p *program) *solver {
	s := &solver{
		program: p, objects: newObjects(p), vars: make([]variable, p.nvars, p.nvars+p.nvars/2),
		views: map[pair]int32{}, attrs: map[pair]int32{}, modules: map[pair][]resolve.Origin{}, fields: map[int32]*fields{},
		protocols: map[pair]int32{},
		invoked:   map[callKey]bool{}, driven: map[[3]int32]bool{}, outsides: map[pair]bool{}, owner: map[int32]int32{},
		decorates: map[int32]bool{},
		wraps:     map[int32]bool{}, extends: map[pair]bool{}, opSite: map[int32]int32{}, guessed: map[int32]Reason{},
		coherence: map[int32]bool{}, structural: map[int32][]int32{}, madeOf: map[int32]string{},
		filtering: make([][]pair, len(p.filters)),
	}
	for i := range s.vars {
		s.vars[i].first = none
	}
	n := p.name
	s.special = commonNames{
		init: n("__init__"), new: n("__new__"), call: n("__call__"), enter: n("__enter__"), exit: n("__exit__"),
		aenter: n("__aenter__"), aexit: n("__aexit__"),
		iter: n("__iter__"), next: n("__next__"), aiter: n("__aiter__"), anext: n("__anext__"), getitem: n("__getitem__"),
		setitem: n("__setitem__"),
		delitem: n("__delitem__"), contains: n("__contains__"), getattr: n("__getattr__"), get: n("__get__"),
		class: n("__class__"), wrapped: n("__wrapped__"),
		len: n("__len__"), str: n("__str__"), repr: n("__repr__"), bool: n("__bool__"), close: n("close"),
		dict: n("__dict__"),
	}
	return s
}

func (s *solver) newVar() int32 {
	s.vars = append(s.vars, variable{first: none})
	return int32(len(s.vars) - 1)
}

// add gives a variable a value.
func (s *solver) add(v, value int32) {
	if v < 0 {
		return
	}
	x := &s.vars[v]
	if len(x.values) >= maxValues {
		return
	}
	for _, old := range x.values {
		if old == value {
			return
		}
	}
	x.values = append(x.values, value)
	if !x.queued {
		x.queued = true
		s.queue = append(s.queue, v)
	}
}

// link lets something happen to each value of a variable, those that it has included.
func (s *solver) link(v int32, kind linkKind, to, x int32) {
	if v < 0 {
		return
	}
	w := &s.vars[v]
	if kind == lCopy && to == v {
		return
	}
	s.links = append(s.links, follower{next: w.first, to: to, x: x, kind: kind})
	w.first = int32(len(s.links) - 1)
	for i := 0; i < s.vars[v].done; i++ {
		s.apply(kind, to, x, s.vars[v].values[i])
	}
}

func (s *solver) copy(from, to int32) {
	switch {
	case from < 0 || to < 0:
	case s.tracked:
		s.link(from, lTracked, to, 0)
	default:
		s.link(from, lCopy, to, 0)
	}
}

// solve works until nothing changes.
func (s *solver) solve() {
	for s.head < len(s.queue) {
		v := s.queue[s.head]
		s.head++
		if s.head > 1<<16 && s.head*2 > len(s.queue) {
			s.queue = append(s.queue[:0], s.queue[s.head:]...)
			s.head = 0
		}
		s.vars[v].queued = false
		for s.vars[v].done < len(s.vars[v].values) {
			value := s.vars[v].values[s.vars[v].done]
			s.vars[v].done++
			for l := s.vars[v].first; l != none; {
				k := s.links[l]
				s.apply(k.kind, k.to, k.x, value)
				l = k.next
			}
		}
	}
	s.queue, s.head = s.queue[:0], 0
}

func (s *solver) apply(kind linkKind, to, x, value int32) {
	switch kind {
	case lCopy:
		s.add(to, value)
	case lOp:
		s.operand(to, value)
	case lOpB:
		s.second(to, value)
	case lCallee:
		s.call(to, value)
	case lBind:
		s.bind(to, x, value)
	case lDunder:
		s.callAs(to, x, value)
	case lSetter:
		s.callSetter(to, x, value)
	case lIter:
		s.iterate(to, x, value)
	case lNext:
		s.next(to, x, value)
	case lStar:
		s.spread(to, value)
	case lMade:
		s.decorated(to, x, value)
	case lWrap:
		s.wrap(to, x, value)
	case lGetter:
		if o := s.get(value); o.kind == kFunc {
			s.add(s.ops[to].dst, s.of(kProperty, o.a, 0))
		}
	case lMirror:
		s.mirror(value, to)
	case lIterator:
		s.iteratorOf(to, x, value)
	case lProtocol:
		s.protocol(to, value, x, Operator, nil, none)
	case lFilter:
		if s.fits(x, value) {
			s.add(to, value)
		}
	case lTracked:
		if s.origin(value) >= 0 {
			s.add(to, value)
		}
	case lOwn:
		switch s.get(value).kind {
		case kInstance, kClass, kFunc, kBound, kWrapped:
			s.add(to, value)
		}
	case lFilterType:
		s.refilter(to)
	case lTypeArg:
		if o := s.get(value); o.kind == kTypeVar {
			s.copy(to, s.field(o.a, fieldAny))
		}
	}
}

// start turns the ops into links and first values.
func (s *solver) start() {
	for _, lit := range []struct {
		v    int32
		name string
	}{{0, "builtins.str"}, {1, "builtins.bytes"}, {2, "builtins.int"}, {3, "builtins.float"}, {4, "builtins.bool"}} {
		s.add(lit.v, s.objects.foreign(lit.name))
	}
	for i := range s.ops {
		if o := &s.ops[i]; o.kind == opCall && o.flags&opWrapped != 0 {
			s.owner[o.a] = none
			for f := o.fn; f != none; f = s.funcs[f].outer {
				s.wraps[f] = true
			}
		}
	}
	for f := range s.funcs {
		for _, q := range s.funcs[f].params {
			if _, ok := s.owner[q.variable]; ok {
				s.owner[q.variable] = int32(f)
			}
		}
	}
	for i := range s.ops {
		s.register(int32(i))
	}
	for f := range s.funcs {
		fn := &s.funcs[f]
		if fn.class == none || len(fn.params) == 0 || fn.params[0].kind > paramNormal {
			continue
		}
		self := fn.params[0].variable
		switch {
		case fn.flags&ClassMethod != 0 || fn.flags&Static != 0 && s.names[s.nameOf(int32(f))] == "__new__":
			s.add(self, s.objects.class(fn.class))
		case fn.flags&Static == 0:
			s.add(self, s.instance(fn.class))
		}
	}
}

// nameOf gives the name of a function.
func (s *solver) nameOf(f int32) int32 {
	fn := &s.funcs[f]
	if fn.name == none {
		return s.program.name("<lambda>")
	}
	return s.program.name(s.files[fn.file].names[fn.name])
}

func (s *solver) register(i int32) {
	o := &s.ops[i]
	switch o.kind {
	case opCopy:
		s.copy(o.a, o.dst)
	case opFunc:
		s.add(o.dst, s.function(o.a))
	case opClass:
		s.add(o.dst, s.objects.class(o.a))
	case opAlloc:
		s.add(o.dst, s.container(o.a))
	case opPut:
		s.copy(o.a, s.field(s.container(o.dst), o.b))
	case opTypeVar:
		s.add(o.dst, s.of(kTypeVar, s.container(o.a), 0))
	case opStore, opSetIndex:
		s.link(o.dst, lOp, i, 0)
	case opFilter:
		s.filter(o.a, o.dst, o.b)
	case opNarrow, opDecorate:
		s.link(o.a, lOp, i, 0)
		s.link(o.b, lOpB, i, 0)
	case opCall:
		s.sites = append(s.sites, site{op: i, dst: o.dst, args: s.args[o.b : o.b+o.c], kind: Call, reason: o.reason})
		s.opSite[i] = int32(len(s.sites) - 1)
		s.link(o.a, lCallee, int32(len(s.sites)-1), 0)
	case opStar:
		s.starred(i)
	case opBuiltin:
		s.add(o.dst, s.named("builtins."+s.names[o.a]))
	case opDotted:
		s.dottedPath(i)
	case opImport:
		file := s.fileOf(i)
		imp := &s.files[file].model.Imports[o.a]
		s.origins(s.resolver.ImportOrigins(file, imp), o.dst)
	default:
		s.link(o.a, lOp, i, 0)
	}
}

func (s *solver) origins(found []resolve.Origin, dst int32) {
	s.originsOf(found,
		func(v int32) { s.copy(v, dst) },
		func(m pymodule.ID) { s.add(dst, s.of(kModule, int32(m), 0)) },
		func(name string) { s.add(dst, s.named(name)) })
}

func (s *solver) starred(i int32) {
	o := &s.ops[i]
	file := s.fileOf(i)
	f := s.files[file].model
	if id := f.Find(s.names[o.a]); id >= 0 {
		if found := s.resolver.NameOrigins(file, 0, id, o.pos); len(found) > 0 {
			s.origins(found, o.dst)
			return
		}
	}
	s.add(o.dst, s.named("builtins."+s.names[o.a]))
}

// dottedPath lets dst take what a path in a string leads to.
func (s *solver) dottedPath(i int32) {
	o := &s.ops[i]
	file := s.fileOf(i)
	path := s.names[o.a]
	if importForm(o.b) != importBelow {
		s.origins(s.resolver.DottedOrigins(file, path), o.dst)
		return
	}
	end := strings.LastIndexByte(path, '.')
	begin := path[end+1:]
	for _, origin := range s.resolver.DottedOrigins(file, path[:end]) {
		if origin.Kind != resolve.Submodule {
			continue
		}
		s.resolver.Tree.Below(origin.Module, func(file int) {
			node := s.resolver.Tree.Node(file)
			if node != origin.Module && strings.HasPrefix(lastPart(s.resolver.Tree.Name(node)), begin) {
				s.add(o.dst, s.of(kModule, int32(node), 0))
			}
		})
	}
}

// isTest reports whether an op stands in test code while a function does not: then the objects of tests, which are
// mocks, do not flow.
func (s *solver) isTest(op, function int32) bool {
	return s.isApart(s.fileOf(op)) && !s.tests[s.funcs[function].file]
}

// isApart reports whether a file is test code whose objects do not flow into the code.
func (s *solver) isApart(file int32) bool { return s.tests[file] && !s.doubles }
