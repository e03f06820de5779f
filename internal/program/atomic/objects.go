package atomic

import (
	"cmp"
	"math"
	"slices"

	"aiohub/internal/program/callgraph"
)

// domain is what shares an object: the methods of a class and the functions in them, or a function with those in it.
type domain struct {
	ctx     int32
	class   int32 // -1 for a function's
	members map[callgraph.FuncID]bool
	order   []callgraph.FuncID
	tasks   map[callgraph.FuncID][]int32
	from    map[reached]step
	// before says of functions that start tasks of the domain until where nothing runs beside them yet.
	before map[callgraph.FuncID]uint32
	// called are methods that the tree calls from outside: whether that is beside a task is asked when it matters.
	called map[callgraph.FuncID]bool
	// shared says that a name of a module holds the object: whoever comes finds the same.
	shared bool
}

// objects finds the objects that several tasks reach, and which tasks those are.
func (a *analysis) objects() {
	a.held2 = map[int32]*domain{}
	a.constructs = a.countConstructs()
	a.countInstances()
	a.hasBelow = make([]bool, len(a.g.Classes))
	for i := range a.g.Classes {
		for _, b := range a.g.Classes[i].Bases {
			a.hasBelow[b] = true
		}
	}
	var work []int32
	for c := range a.g.Classes {
		if d := a.classDomain(int32(c)); d != nil {
			a.held2[int32(c)] = d
			work = append(work, int32(c))
		}
	}
	for rounds := 0; len(work) > 0 && rounds < 10*len(a.g.Classes)+10; rounds++ {
		c := work[0]
		work = work[1:]
		for _, more := range a.spreadHeld(a.held2[c]) {
			if !slices.Contains(work, more) {
				work = append(work, more)
			}
		}
	}
	a.closures()
}

// newDomain gathers the methods of a class and all that is in them.
func (a *analysis) newDomain(c int32) *domain {
	d := &domain{ctx: c, class: c, members: map[callgraph.FuncID]bool{}, tasks: map[callgraph.FuncID][]int32{},
		from: map[reached]step{}, before: map[callgraph.FuncID]uint32{}, called: map[callgraph.FuncID]bool{}}
	for _, k := range a.mro(c) {
		for _, f := range a.methods[k] {
			a.join(d, callgraph.FuncID(f))
		}
	}
	slices.Sort(d.order)
	return d
}

func (a *analysis) join(d *domain, f callgraph.FuncID) {
	if d.members[f] || a.fns[f] == nil {
		return
	}
	d.members[f] = true
	d.order = append(d.order, f)
	for _, child := range a.children[f] {
		if a.g.Funcs[child].Class < 0 {
			a.join(d, child)
		}
	}
}

// classDomain gives the domain of a class whose objects are shared by tasks that its own methods start or that a server
// runs; nil for others.
func (a *analysis) classDomain(c int32) *domain {
	roots := a.rootsOf(c)
	single := a.isSingle(c, roots)
	if len(roots) == 0 && (!single || !a.handsOut(c) && !a.namedByModule(c)) {
		return nil
	}
	d := a.newDomain(c)
	d.shared = single && a.namedByModule(c)
	for _, t := range roots {
		a.enter(d, a.tasks[t].root, t, step{by: node2{-2, 0}})
		k := &a.tasks[t]
		if k.from == callgraph.None || !d.members[k.from] {
			continue
		}
		if call := a.callNamed(k.from, k.pos, k.name); call != nil && !call.Loop && !(k.many && call.Params) {
			if old, ok := d.before[k.from]; !ok || k.pos < old {
				d.before[k.from] = k.pos
			}
		}
	}
	for _, f := range d.order {
		if single && (a.isHanded(f) || a.calledElsewhere(d, f)) {
			for _, t := range a.reach.tasks[node2{-1, f}] {
				if !a.sibling(c, t) {
					a.enter(d, f, t, step{by: node2{-1, f}})
				}
			}
		}
	}
	a.enterMain(d, len(roots) > 0)
	return d
}

// sibling reports whether a task is a method of a class beside another, below one that both derive from: it comes to
// objects of its own class.
func (a *analysis) sibling(c, t int32) bool {
	other := a.around(a.tasks[t].root)
	if other < 0 || slices.Contains(a.mro(c), other) || slices.Contains(a.mro(other), c) {
		return false
	}
	return slices.ContainsFunc(a.mro(c), func(k int32) bool { return slices.Contains(a.mro(other), k) })
}

// isSingle reports whether there is one object of a class, as far as is seen: it is made at one place, or a server has
// it.
func (a *analysis) isSingle(c int32, roots []int32) bool {
	if slices.ContainsFunc(roots,
		func(t int32) bool { return a.tasks[t].from == callgraph.None && a.tasks[t].name != threadClass }) {
		return true
	}
	return a.constructs[c] == 1 && !a.hasBelow[c]
}

// handsOut reports whether tasks reach a method of a class that is handed to somebody, or a function in one, by another
// way than its methods.
func (a *analysis) handsOut(c int32) bool {
	var below func(f callgraph.FuncID) bool
	below = func(f callgraph.FuncID) bool {
		if len(a.reach.tasks[node2{-1, f}]) > 0 && (a.isHanded(f) || a.g.Funcs[f].Class < 0) {
			return true
		}
		return slices.ContainsFunc(a.children[f],
			func(child callgraph.FuncID) bool { return a.g.Funcs[child].Class < 0 && below(child) })
	}
	for _, k := range a.mro(c) {
		for _, f := range a.methods[k] {
			if below(callgraph.FuncID(f)) {
				return true
			}
		}
	}
	return false
}

// calledElsewhere reports whether a function in a method is called by code that is not of the domain, to which it was
// handed.
func (a *analysis) calledElsewhere(d *domain, f callgraph.FuncID) bool {
	return a.g.Funcs[f].Class < 0 &&
		slices.ContainsFunc(a.in[f], func(i int32) bool { return a.g.Edges[i].Certain && !d.members[a.g.Edges[i].From] })
}

func (a *analysis) isHanded(f callgraph.FuncID) bool {
	_, ok := a.hands[f]
	return ok
}

// rootsOf gives the tasks that run methods of a class on the object that starts them.
func (a *analysis) rootsOf(c int32) []int32 {
	var roots []int32
	take := func(f callgraph.FuncID) {
		t, ok := a.roots[f]
		if ok && (a.tasks[t].same || a.constructs[c] == 1 && !a.tasks[t].many) && !slices.Contains(roots, t) {
			roots = append(roots, t)
		}
	}
	var below func(f callgraph.FuncID)
	below = func(f callgraph.FuncID) {
		take(f)
		for _, child := range a.children[f] {
			if a.g.Funcs[child].Class < 0 {
				below(child)
			}
		}
	}
	for _, k := range a.mro(c) {
		for name, f := range a.methods[k] {
			if a.method(c, name) == callgraph.FuncID(f) {
				below(callgraph.FuncID(f))
			}
		}
	}
	if a.madeInTasks(c) { // and handed to who asked, so that no two come to one
		roots = slices.DeleteFunc(roots,
			func(t int32) bool { return a.tasks[t].from == callgraph.None && a.tasks[t].name == wsgiServer })
	}
	slices.Sort(roots)
	return roots
}

// madeInTasks reports whether objects of a class, or of one above it, are made where a task comes by: one for each call
// or request.
func (a *analysis) madeInTasks(c int32) bool {
	return slices.ContainsFunc(a.mro(c), func(k int32) bool { return a.perTask[k] })
}

func (a *analysis) enter(d *domain, f callgraph.FuncID, t int32, by step) bool {
	list := d.tasks[f]
	if slices.Contains(list, t) || len(list) > maxTasks {
		return false
	}
	d.tasks[f] = append(list, t)
	d.from[reached{node2{d.ctx, f}, t}] = by
	return true
}

// spreadHeld follows the calls of a domain on its own object, and into objects that it alone holds. It gives the
// domains to which that adds something.
func (a *analysis) spreadHeld(d *domain) []int32 {
	var more []int32
	var queue []reached
	for _, f := range d.order {
		for _, t := range d.tasks[f] {
			queue = append(queue, reached{node2{d.ctx, f}, t})
		}
	}
	slices.SortStableFunc(queue, func(x, y reached) int { return cmp.Compare(d.doubt(x), d.doubt(y)) })
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, i := range a.out[at.fn] {
			e := &a.g.Edges[i]
			by := step{at.node2, e.Line}
			if to := a.onSame(d, e); to != callgraph.None {
				if a.enter(d, to, at.task, by) {
					queue = append(queue, reached{node2{d.ctx, to}, at.task})
				}
				continue
			}
			if c := a.heldClass(d, e); c >= 0 && a.sure(i) {
				inner := a.held2[c]
				if inner == nil {
					inner = a.newDomain(c)
					a.held2[c] = inner
				}
				if a.enter(inner, e.To, at.task, by) {
					more = append(more, c)
				}
			}
		}
	}
	return more
}

// doubt is 1 where the rest of the program may not come beside a task: what can be reached without doubt is reached
// first.
func (d *domain) doubt(at reached) int {
	if at.task == mainTask && d.called[at.fn] {
		return 1
	}
	return 0
}

// onSame gives the function to which a call comes that is of a method of the same object, or of a function inside one;
// None for other calls. A method of a class above may call one that the domain's class overrides.
func (a *analysis) onSame(d *domain, e *callgraph.Edge) callgraph.FuncID {
	if !d.members[e.To] || e.Kind == callgraph.Construct {
		return callgraph.None
	}
	to := &a.g.Funcs[e.To]
	if to.Class < 0 {
		return e.To
	}
	if e.Kind == callgraph.PropertyUse {
		if d.class >= 0 && a.method(d.class, lastName(to)) == e.To && a.readsSelf(e.From, e.Pos, lastName(to)) {
			return e.To
		}
		return callgraph.None
	}
	switch e.Reason {
	case callgraph.Self:
		if d.class < 0 {
			return callgraph.None
		}
		if m := a.method(d.class, lastName(to)); d.members[m] {
			return m
		}
	case callgraph.Super, callgraph.Wrapped:
		return e.To
	}
	return callgraph.None
}

// readsSelf reports whether a function reads an attribute of its own object at a place.
func (p *program) readsSelf(fn callgraph.FuncID, pos uint32, name string) bool {
	f := p.fns[fn]
	return f != nil &&
		slices.ContainsFunc(f.Accesses,
			func(b Access) bool { return b.Start == pos && b.Ref.Kind == SelfAttr && b.Ref.Name == name })
}

// heldClass gives the class of an object that the domain's object holds in an attribute, and nobody else, when a call
// is of its method; -1 for others.
func (a *analysis) heldClass(d *domain, e *callgraph.Edge) int32 {
	to := &a.g.Funcs[e.To]
	if e.Reason != callgraph.Attribute || to.Class < 0 || d.class < 0 {
		return -1
	}
	c := a.callAt(e.From, e.Pos)
	if c == nil || c.Recv.Kind != SelfAttr {
		return -1
	}
	s := a.state(e.From, c.Recv)
	if k := a.kindOf(s); len(k.makers) != 1 || k.other {
		return -1
	}
	v := a.valueOf(a.kindOf(s).makers[0])
	for _, made := range a.calleesAt(a.kindOf(s).makers[0].fn, v.Call) {
		if made.Kind == callgraph.Construct && a.g.Funcs[made.To].Class >= 0 {
			class := a.g.Funcs[made.To].Class
			if slices.Contains(a.mro(class), to.Class) && a.constructs[class] <= 1 {
				return class
			}
		}
	}
	return -1
}

// handing is a call to which a function is handed.
type handing struct {
	fn   callgraph.FuncID
	call *Call
}

// handedOut finds the functions that are handed to somebody: methods bound to the object, and functions by their name.
func (a *analysis) handedOut() map[callgraph.FuncID]handing {
	found := map[callgraph.FuncID]handing{}
	for id, f := range a.fns {
		if f == nil {
			continue
		}
		fn := callgraph.FuncID(id)
		class := a.around(fn)
		for i := range f.Calls {
			c := &f.Calls[i]
			for _, name := range c.Self {
				if class < 0 {
					break
				}
				if m := a.method(class, name); m != callgraph.None {
					found[m] = handing{fn, c}
				}
			}
			for _, name := range c.Given {
				for at := fn; at != callgraph.None; at = a.g.Funcs[at].Outer {
					i := slices.IndexFunc(a.children[at], func(child callgraph.FuncID) bool {
						return lastName(&a.g.Funcs[child]) == name && a.g.Funcs[child].Class < 0
					})
					if i >= 0 {
						found[a.children[at][i]] = handing{fn, c}
						break
					}
				}
			}
		}
	}
	return found
}

// around gives the class whose method a function is or stands in, -1 for none.
func (p *program) around(fn callgraph.FuncID) int32 {
	for fn != callgraph.None {
		if c := p.g.Funcs[fn].Class; c >= 0 {
			return c
		}
		fn = p.g.Funcs[fn].Outer
	}
	return -1
}

// closures makes a domain of each function whose inner functions run as tasks.
func (a *analysis) closures() {
	seen := map[callgraph.FuncID]bool{}
	for i := range a.tasks {
		outer := a.g.Funcs[a.tasks[i].root].Outer
		if outer == callgraph.None || a.g.Funcs[a.tasks[i].root].Class >= 0 ||
			a.g.Funcs[outer].Kind == callgraph.ModuleBody || seen[outer] || a.fns[outer] == nil {
			continue
		}
		seen[outer] = true
		d := &domain{ctx: -3 - int32(outer), class: -1, members: map[callgraph.FuncID]bool{},
			tasks: map[callgraph.FuncID][]int32{}, from: map[reached]step{}, before: map[callgraph.FuncID]uint32{},
			called: map[callgraph.FuncID]bool{}}
		a.join(d, outer)
		slices.Sort(d.order)
		first := uint32(math.MaxUint32)
		for _, f := range d.order {
			if t, ok := a.roots[f]; ok && f != outer { // each call of the function around has variables of its own
				a.enter(d, f, t, step{by: node2{-2, 0}})
				if a.tasks[t].from == outer {
					first = min(first, a.tasks[t].pos)
				}
			}
		}
		if first != math.MaxUint32 {
			a.enter(d, outer, mainTask, step{by: node2{-2, 0}})
			d.before[outer] = first
		}
		a.spreadHeld(d)
		a.loose = append(a.loose, d)
	}
}

// chainIn writes how a task comes to a function of a domain.
func (a *analysis) chainIn(d *domain, f callgraph.FuncID, t int32) []string {
	at := reached{node2{d.ctx, f}, t}
	var names []string
	for range 30 {
		by, ok := d.from[at]
		if at.ctx != d.ctx {
			if at.ctx == -1 {
				return append(a.chain(at), reversed(names)...)
			}
			if outer := a.held2[at.ctx]; outer != nil {
				d = outer
				by, ok = d.from[at]
			}
		}
		name := a.g.Funcs[at.fn].Name()
		if !ok || by.by.ctx == -2 {
			names = append(names, name)
			break
		}
		if by.by.fn == at.fn { // handed out, and called from outside
			at.node2 = by.by
			continue
		}
		names = append(names, name)
		at.node2 = by.by
	}
	return reversed(names)
}

func reversed(names []string) []string {
	names = slices.Clone(names)
	slices.Reverse(names)
	return names
}
