package callgraph

import (
	"slices"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
	"aiohub/internal/program/resolve"
)

// program is all summaries in one numbering: variables, functions, classes, containers and names of the whole tree.
type program struct {
	resolver *resolve.Resolver
	files    []*summary
	tests    []bool

	names    []string
	nameIDs  map[string]int32
	ops      []op
	args     []arg
	texts    []int32  // by op: name of the callee as written, none for others; of call ops only
	ends     []uint32 // by op: where a call ends, 0 for others
	mentions []mention
	asks     []ask
	asksOf   map[int32][]int32 // function -> what it asks
	handlers []handler
	opFile   []int32 // first op of each file
	funcs    []function
	classes  []class
	allocs   []containerKind
	filters  []filter
	varBase  []int32
	funcBase []int32
	nvars    int32
}

// function is a funcSummary in the numbering of the program.
type function struct {
	*funcSummary
	file           int32
	class, outer   int32
	result, yields int32
	params         []param
}

// class is a classSummary in the numbering of the program.
type class struct {
	*classSummary
	file       int32
	fn         int32
	bases      []int32
	foreign    []string
	unknown    bool // has a base of which nothing is known
	mro        []int32
	subclasses []int32 // direct
	outside    []string
	members    map[int32]member
	ordered    []member
	fields     []int32
	typeParams []int32
	filters    []filtered
}

func (p *program) name(s string) int32 {
	if id, ok := p.nameIDs[s]; ok {
		return id
	}
	id := int32(len(p.names))
	p.names = append(p.names, s)
	p.nameIDs[s] = id
	return id
}

// link puts the summaries side by side.
func link(resolver *resolve.Resolver, files []*summary) *program {
	p := &program{resolver: resolver, files: files, nameIDs: map[string]int32{}, asksOf: map[int32][]int32{},
		nvars: nLiterals}
	nops, nargs, nfuncs, nclasses := 0, 0, 0, 0
	for _, s := range files {
		nops, nargs, nfuncs, nclasses = nops+len(s.ops), nargs+len(s.args), nfuncs+len(s.funcs), nclasses+len(s.classes)
	}
	p.ops, p.args, p.texts, p.ends = make([]op, 0, nops), make([]arg, 0, nargs), make([]int32, 0, nops),
		make([]uint32, 0, nops)
	p.funcs, p.classes = make([]function, 0, nfuncs), make([]class, 0, nclasses)
	for i, s := range files {
		p.tests = append(p.tests, resolver.Files[i].Test)
		p.add(int32(i), s)
	}
	p.opFile = append(p.opFile, int32(len(p.ops)))
	p.hierarchy()
	return p
}

func (p *program) add(file int32, s *summary) {
	names := make([]int32, len(s.names))
	for i, name := range s.names {
		names[i] = p.name(name)
	}
	vars, funcs, classes, allocs, args, filters := p.nvars, int32(len(p.funcs)), int32(len(p.classes)),
		int32(len(p.allocs)), int32(len(p.args)), int32(len(p.filters))
	p.varBase, p.funcBase = append(p.varBase, vars), append(p.funcBase, funcs)
	p.opFile = append(p.opFile, int32(len(p.ops)))
	p.nvars += s.nvars
	p.allocs = append(p.allocs, s.allocs...)
	variable := func(v int32) int32 {
		switch {
		case v >= 0:
			return vars + v
		case v == none:
			return none
		}
		return litStr - v // literals have the first numbers
	}
	index := func(i, base int32) int32 {
		if i < 0 {
			return i
		}
		return base + i
	}
	for i := range s.funcs {
		f := &s.funcs[i]
		g := function{
			funcSummary: f, file: file, class: index(f.class, classes), outer: index(f.outer, funcs), result: variable(f.result),
			yields: variable(f.yields),
			params: slices.Clone(f.params),
		}
		for j := range g.params {
			q := &g.params[j]
			q.variable, q.input, q.name, q.alloc = variable(q.variable), variable(q.input), names[q.name], index(q.alloc, allocs)
		}
		p.funcs = append(p.funcs, g)
	}
	for i := range s.classes {
		c := &s.classes[i]
		k := class{classSummary: c, file: file, fn: funcs + c.fn, members: make(map[int32]member, len(c.members))}
		for _, m := range c.members {
			m.name, m.variable = names[m.name], variable(m.variable)
			if old, ok := k.members[m.name]; !ok || old.variable == none {
				k.members[m.name] = m
				k.ordered = append(k.ordered, m)
			}
		}
		for _, f := range c.filters {
			k.filters = append(k.filters, filtered{names[f.name], filters + f.filter})
		}
		for _, name := range c.fields {
			k.fields = append(k.fields, names[name])
		}
		for _, v := range c.typeParams {
			k.typeParams = append(k.typeParams, variable(v))
		}
		p.classes = append(p.classes, k)
	}
	for _, f := range s.filters {
		g := filter{lets: f.lets}
		for _, v := range f.classes {
			g.classes = append(g.classes, variable(v))
		}
		p.filters = append(p.filters, g)
	}
	for _, a := range s.args {
		p.args = append(p.args, arg{value: variable(a.value), name: index(a.name, 0)})
		if a.name >= 0 {
			p.args[len(p.args)-1].name = names[a.name]
		}
	}
	field := func(f int32) int32 {
		if f >= 0 {
			return names[f]
		}
		return f
	}
	call := 0
	for _, o := range s.ops {
		o.fn += funcs
		o.dst = variable(o.dst)
		text, end := int32(none), uint32(0)
		switch o.kind {
		case opCopy, opIter, opEnter, opTypeOf, opInstance, opUnpack, opAsked:
			o.a = variable(o.a)
		case opFilter:
			o.a, o.b = variable(o.a), o.b+filters
		case opFunc:
			o.a += funcs
		case opClass:
			o.a += classes
		case opAlloc, opTypeVar:
			o.a += allocs
		case opPut:
			o.dst = s.ops[0].dst // replaced below
		case opLoad, opStore, opDelete:
			o.a, o.b = variable(o.a), names[o.b]
		case opPrefix:
			o.a, o.b, o.c = variable(o.a), names[o.b], names[o.c]
		case opIndex, opSetIndex, opDelIndex:
			o.a, o.b, o.c = variable(o.a), field(o.b), variable(o.c)
		case opYieldFrom, opNarrow, opDecorate, opBinary, opContains, opUnary:
			o.a, o.b = variable(o.a), variable(o.b)
		case opCall, opTypeArgs:
			o.a, o.b = variable(o.a), o.b+args
		case opSuper:
			o.a, o.b = variable(o.a), o.b+classes
		case opStar, opBuiltin, opDotted:
			o.a = names[o.a]
		case opImport: // an index into the file's imports
		}
		p.ops = append(p.ops, o)
		if o.kind == opCall {
			if t := s.texts[call]; t >= 0 {
				text = names[t]
			}
			end = s.ends[call]
			call++
		}
		p.texts, p.ends = append(p.texts, text), append(p.ends, end)
	}
	for _, h := range s.handlers {
		h.fn, h.v = h.fn+funcs, variable(h.v)
		p.handlers = append(p.handlers, h)
	}
	for _, m := range s.mentions {
		m.fn, m.v, m.op = m.fn+funcs, variable(m.v), index(m.op, p.opFile[file])
		if m.name >= 0 {
			m.name = names[m.name]
		}
		p.mentions = append(p.mentions, m)
	}
	for _, a := range s.asks {
		a.fn, a.v, a.text = a.fn+funcs, variable(a.v), names[a.text]
		if a.attr != none {
			a.attr = names[a.attr]
		}
		p.asksOf[a.fn] = append(p.asksOf[a.fn], int32(len(p.asks)))
		p.asks = append(p.asks, a)
	}
	// A container's number stands where others have a variable.
	for i := range s.ops {
		if o := &s.ops[i]; o.kind == opPut {
			q := &p.ops[int(p.opFile[file])+i]
			q.dst, q.a, q.b = o.dst+allocs, variable(o.a), field(o.b)
		}
	}
}

// fileOf gives the file of an op.
func (p *program) fileOf(o int32) int32 { return p.funcs[p.ops[o].fn].file }

// hierarchy finds the bases of all classes and puts each class's ancestors in order.
func (p *program) hierarchy() {
	byModel := map[int64]int32{}
	for i := range p.classes {
		if c := &p.classes[i]; c.model != none {
			byModel[int64(c.file)<<32|int64(c.model)] = int32(i)
		}
	}
	for i := range p.classes {
		c := &p.classes[i]
		if c.model == none {
			continue
		}
		f := p.files[c.file].model
		m := &f.Classes[c.model]
		for _, a := range f.Args[m.Bases : m.Bases+m.NBase] {
			p.base(c, int32(i), a.Value, byModel)
		}
	}
	state := make([]uint8, len(p.classes))
	for i := range p.classes {
		p.linearize(int32(i), state, 0)
	}
	for i := range p.classes {
		for _, b := range p.classes[i].bases {
			p.classes[b].subclasses = append(p.classes[b].subclasses, int32(i))
		}
		c := &p.classes[i]
		for _, k := range c.mro {
			for _, name := range p.classes[k].foreign {
				if !neutralBases[name] && !slices.Contains(c.outside, name) {
					c.outside = append(c.outside, name)
				}
			}
		}
	}
}

func (p *program) base(c *class, index int32, ref pyscope.Ref, byModel map[int64]int32) {
	if ref == pyscope.None {
		c.unknown = true
		return
	}
	f := p.files[c.file].model
	n := &f.Nodes[ref]
	switch n.Kind {
	case pyscope.IndexNode:
		p.base(c, index, pyscope.Ref(n.A), byModel)
		return
	case pyscope.CallNode:
		switch f.Callee(n) {
		case "with_metaclass":
			for _, a := range f.Args[n.B+min(1, n.N) : n.B+n.N] {
				p.base(c, index, a.Value, byModel)
			}
			return
		}
	}
	r := p.resolver.Eval(c.file, ref)
	if len(r.Values) == 0 {
		if n.Kind == pyscope.NameNode && p.builtin(f, n) {
			c.foreign = append(c.foreign, "builtins."+f.Names[n.A])
			return
		}
		c.unknown = true
	}
	for _, v := range r.Values {
		switch v.Kind {
		case resolve.Class:
			if b, ok := byModel[int64(v.File)<<32|int64(v.ID)]; ok && b != index && !slices.Contains(c.bases, b) {
				c.bases = append(c.bases, b)
			}
		case resolve.External:
			if !slices.Contains(c.foreign, v.Name) {
				c.foreign = append(c.foreign, v.Name)
			}
		default:
			c.unknown = true
		}
	}
}

func (p *program) builtin(f *pyscope.File, n *pyscope.Node) bool {
	return len(f.Stars) == 0 && f.Lookup(n.Scope, pyscope.Name(n.A), n.Start) == pyscope.None
}

// neutralBases say nothing of what a class can do.
var neutralBases = map[string]bool{
	"builtins.object": true, "typing.Generic": true, "typing.Protocol": true, "typing_extensions.Protocol": true,
	"typing_extensions.Generic": true, "abc.ABC": true, "builtins.type": true, "enum.Enum": true, "enum.IntEnum": true,
	"enum.Flag": true, "builtins.Exception": true, "builtins.BaseException": true,
}

// linearize puts a class and its ancestors in the order in which Python looks for attributes (C3), or, where there is
// no such order, depth first.
func (p *program) linearize(i int32, state []uint8, depth int) {
	if state[i] == 2 {
		return
	}
	c := &p.classes[i]
	if state[i] == 1 || depth > 200 {
		c.mro = []int32{i} // a circle
		return
	}
	state[i] = 1
	var lists [][]int32
	for _, b := range c.bases {
		p.linearize(b, state, depth+1)
		if m := p.classes[b].mro; len(m) > 0 {
			lists = append(lists, m)
		}
	}
	if len(c.bases) > 1 {
		lists = append(lists, c.bases)
	}
	c.mro = merge(i, lists)
	state[i] = 2
}

func merge(i int32, lists [][]int32) []int32 {
	out := []int32{i}
	if len(lists) == 1 {
		for _, k := range lists[0] {
			if k != i {
				out = append(out, k)
			}
		}
		return out
	}
	lists = slices.Clone(lists)
	for {
		found, left := int32(none), false
		for _, l := range lists {
			if len(l) == 0 {
				continue
			}
			left = true
			if found != none {
				continue
			}
			if !slices.ContainsFunc(lists, func(o []int32) bool { return len(o) > 1 && slices.Contains(o[1:], l[0]) }) {
				found = l[0]
			}
		}
		if !left {
			return out
		}
		if found == none { // inconsistent: take what is first
			for _, l := range lists {
				if len(l) > 0 {
					found = l[0]
					break
				}
			}
		}
		if !slices.Contains(out, found) {
			out = append(out, found)
		}
		for k, l := range lists {
			lists[k] = slices.DeleteFunc(slices.Clone(l), func(x int32) bool { return x == found })
		}
	}
}

// declares finds the first class in the order of a class's ancestors that has a name, none if there is none.
func (p *program) declares(c, name int32) int32 {
	for _, k := range p.classes[c].mro {
		if _, ok := p.classes[k].members[name]; ok {
			return k
		}
	}
	return none
}

// derives reports whether a class is another or derives from it.
func (p *program) derives(c, from int32) bool { return slices.Contains(p.classes[c].mro, from) }

// below calls f with all classes that derive from a class, at most limit.
func (p *program) below(c int32, limit int, f func(int32)) {
	seen := map[int32]bool{c: true}
	queue := []int32{c}
	for len(queue) > 0 && len(seen) <= limit {
		k := queue[0]
		queue = queue[1:]
		for _, s := range p.classes[k].subclasses {
			if !seen[s] {
				seen[s] = true
				f(s)
				queue = append(queue, s)
			}
		}
	}
}

// members gives where an attribute of a module comes from, as variables, modules and names outside the tree.
func (p *program) originsOf(found []resolve.Origin, variable func(int32), module func(pymodule.ID),
	outside func(string)) {
	for _, o := range found {
		switch o.Kind {
		case resolve.Variable:
			variable(p.varBase[o.File] + o.Symbol)
		case resolve.Submodule:
			module(o.Module)
		case resolve.Outside:
			outside(o.Name)
		}
	}
}

func lastPart(dotted string) string {
	for i := len(dotted) - 1; i >= 0; i-- {
		if dotted[i] == '.' {
			return dotted[i+1:]
		}
	}
	return dotted
}
