package callgraph

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/program/resolve"
)

// emit turns the solution into a Graph.
func (s *solver) emit(g *Graph) {
	order := s.emitFuncs(g)
	s.findPatched()
	s.emitEdges(g, order)
	loads := s.loads
	s.emitMade(g, order)
	s.emitSites(g, order, loads)
	s.emitInstances(g, order)
	s.emitOpens(g, order)
	s.emitUses(g, order)
	s.emitAsync(g, order)
	for _, group := range s.groups() {
		var out []FuncID
		for _, f := range group {
			out = append(out, order[f])
		}
		slices.Sort(out)
		g.Groups = append(g.Groups, out)
	}
	slices.SortFunc(g.Groups, func(a, b []FuncID) int { return cmp.Compare(a[0], b[0]) })
}

// emitFuncs numbers the functions by file and place.
func (s *solver) emitFuncs(g *Graph) []FuncID {
	for i := range s.files {
		f := &s.resolver.Files[i]
		name := s.resolver.Tree.Name(f.Node)
		g.Files = append(g.Files, File{Path: f.Path, Module: name, Test: f.Test, Lines: len(s.files[i].lines)})
	}
	sorted := make([]int32, len(s.funcs))
	for i := range sorted {
		sorted[i] = int32(i)
	}
	slices.SortFunc(sorted, func(a, b int32) int {
		x, y := &s.funcs[a], &s.funcs[b]
		return cmp.Or(cmp.Compare(x.file, y.file), cmp.Compare(boolInt(y.kind == ModuleBody), boolInt(x.kind == ModuleBody)),
			cmp.Compare(x.start, y.start), cmp.Compare(a, b))
	})
	order := make([]FuncID, len(s.funcs))
	for i, f := range sorted {
		order[f] = FuncID(i)
	}
	decorated := s.decoratedOutside()
	for _, f := range sorted {
		fn := &s.funcs[f]
		out := Func{
			File: fn.file, Module: g.Files[fn.file].Module, Qual: fn.qual, Kind: fn.kind, Flags: fn.flags, Class: fn.class,
			Outer: None,
			Start: fn.start, End: fn.end, Line: s.line(fn.file, fn.start), Decorators: s.dottedNames(fn.file, fn.decorators),
		}
		if fn.outer != none {
			out.Outer = order[fn.outer]
		}
		if s.tests[fn.file] {
			out.Flags |= Test
		}
		if decorated[f] {
			out.Flags |= Decorated
		}
		for i := range fn.params {
			if p := &fn.params[i]; p.kind == paramPosOnly || p.kind == paramNormal {
				out.Params = append(out.Params, s.names[p.name])
			}
		}
		g.Funcs = append(g.Funcs, out)
	}
	for i := range s.classes {
		c := &s.classes[i]
		g.Classes = append(g.Classes, Class{
			File: c.file, Module: g.Files[c.file].Module, Qual: c.qual, Bases: c.bases, Foreign: c.foreign,
			Line: s.line(c.file, c.start),
		})
	}
	return order
}

// dottedNames gives what names of a module lead to, written with dots: those of its own with the module in front.
func (s *solver) dottedNames(file int32, names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = s.dottedName(file, name)
	}
	return out
}

func (s *solver) dottedName(file int32, name string) string {
	first, rest, more := strings.Cut(name, ".")
	if more {
		rest = "." + rest
	}
	f := s.files[file].model
	id := f.Find(first)
	if name == "" || id < 0 {
		return name
	}
	symbol := f.SymbolIn(0, id)
	if symbol == none {
		return name
	}
	b := f.Symbols[symbol].First
	if b == none {
		return name
	}
	switch bind := &f.Binds[b]; bind.Kind {
	case pyscope.BindImport, pyscope.BindFrom:
		for _, o := range s.resolver.ImportOrigins(file, &f.Imports[bind.A]) {
			switch o.Kind {
			case resolve.Outside:
				return o.Name + rest
			case resolve.Submodule:
				return s.resolver.Tree.Name(o.Module) + rest
			case resolve.Variable:
				g := s.files[o.File].model
				return s.resolver.Tree.Name(s.resolver.Files[o.File].Node) + "." + g.Names[g.Symbols[o.Symbol].Name] + rest
			}
		}
	case pyscope.BindDef, pyscope.BindClass, pyscope.BindExpr:
		return s.resolver.Tree.Name(s.resolver.Files[file].Node) + "." + name
	}
	return name
}

// decoratedOutside finds the functions with a decorator of which nothing is known.
func (s *solver) decoratedOutside() map[int32]bool {
	found := map[int32]bool{}
	for i := range s.ops {
		o := &s.ops[i]
		if o.kind != opDecorate {
			continue
		}
		known := false
		for _, value := range s.vars[o.a].values {
			switch s.get(value).kind {
			case kFunc, kBound, kWrapped, kClass, kInstance, kPartial:
				known = true
			case kOpaque:
				known = known || strings.HasPrefix(s.outside[s.get(value).a], "functools.")
			}
		}
		if !known {
			for _, f := range s.functionsIn(o.b, 0) {
				found[f] = true
			}
		}
	}
	return found
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// line gives the line of a position in a file.
func (s *solver) line(file int32, pos uint32) int {
	lines := s.files[file].lines
	lo, hi := 0, len(lines)
	for lo < hi {
		mid := (lo + hi) / 2
		if lines[mid] <= pos {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (s *solver) emitEdges(g *Graph, order []FuncID) {
	g.Edges = make([]Edge, 0, len(s.edges))
	for _, e := range s.edges {
		o := &s.ops[e.op]
		if e.kind == Operator && !s.coherent(e.op) {
			continue // anything at all is added to anything: that says nothing
		}
		reason := e.reason
		if r, ok := s.guessed[e.op]; ok && !e.certain {
			reason = r
		}
		indirect := s.backwards != nil && o.kind == opCall && e.kind == Call && !s.backwards.knownCallee(o.a, 0)
		g.Edges = append(g.Edges, Edge{
			Indirect: indirect, Doubtful: o.doubtful,
			From: order[o.fn], To: order[e.to], Kind: e.kind, Certain: e.certain && !s.inPatched(o.fn) && s.coherent(e.op),
			Awaited: o.flags&opAwaited != 0, Reason: reason,
			Pos: o.pos, End: s.ends[e.op], Line: s.line(s.fileOf(e.op), o.pos),
		})
	}
	slices.SortStableFunc(g.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(boolInt(b.Certain), boolInt(a.Certain)), cmp.Compare(a.Reason, b.Reason))
	})
	g.Edges = slices.CompactFunc(g.Edges,
		func(a, b Edge) bool { return a.From == b.From && a.Pos == b.Pos && a.To == b.To && a.Kind == b.Kind })
}

// findPatched finds the functions that are put in the place of methods at run time. They have to keep what the callers
// of the method expect: their colour follows that of the method, so nothing that they call is certain to change it.
func (s *solver) findPatched() {
	s.patching = map[int32][]int32{}
	for _, p := range s.patches {
		own := s.methodsOf(p.class, p.name)
		for _, f := range s.functionsIn(s.ops[p.op].a, 0) {
			if !slices.Contains(own, f) && (len(own) > 0 || s.declares(p.class, p.name) == none) {
				s.patching[f] = append(s.patching[f], own...)
			}
		}
	}
}

// methodsOf gives the functions that a class and those below it define under a name.
func (s *solver) methodsOf(c, name int32) []int32 {
	var out []int32
	find := func(k int32) {
		if m, ok := s.classes[k].members[name]; ok && m.variable != none {
			for _, f := range s.functionsIn(m.variable, 0) {
				if s.funcs[f].class == k {
					out = append(out, f)
				}
			}
		}
	}
	for _, k := range s.classes[c].mro {
		find(k)
	}
	s.below(c, maxSubclasses, find)
	return out
}

func (s *solver) inPatched(f int32) bool {
	_, ok := s.patching[f]
	return ok
}

// functionsIn gives the functions of the tree that calling what a variable has would run.
func (s *solver) functionsIn(v int32, depth int) []int32 {
	if v < 0 || depth > 5 {
		return nil
	}
	var out []int32
	for _, value := range s.vars[v].values {
		o := s.get(value)
		switch o.kind {
		case kFunc:
			out = append(out, o.a)
		case kBound:
			if f := s.innermost(o.a); f != none {
				out = append(out, f)
			}
		case kWrapped:
			if f := s.innermost(value); f != none {
				out = append(out, f)
			}
		case kPartial:
			if args := s.sites[o.a].args; len(args) > 0 {
				out = append(out, s.functionsIn(args[0].value, depth+1)...)
			}
		}
	}
	return out
}

func (s *solver) emitSites(g *Graph, order []FuncID, loads map[int32]int32) {
	for _, r := range s.outsideCalls {
		t := &s.sites[r.site]
		o := &s.ops[t.op]
		name := s.outside[r.name]
		line := s.line(s.fileOf(t.op), o.pos)
		out := Site{From: order[o.fn], Kind: r.kind, Certain: r.certain && !s.inPatched(o.fn) && s.coherent(t.op),
			Awaited: o.flags&opAwaited != 0, Doubtful: o.doubtful, Pos: o.pos, End: s.ends[t.op], Line: line, Name: name}
		if o.kind == opCall {
			out.Args = uint8(min(len(t.args), 255))
			out.Prompt = s.isPrompt(name, o.fn, t.args)
			if l, ok := loads[o.a]; ok {
				out.Doubtful = out.Doubtful || s.altersBase(s.ops[l].a)
				out.Borrowed = s.backwards != nil && s.backwards.borrowed(s.ops[l].a, 0, 0)
			}
		}
		out.Unused = o.kind == opCall && o.flags&(opStmt|opAwaited) == opStmt
		_, calls := tables().calls[name]
		starts := tables().starters[name] || tables().lastStart[lastPart(name)]
		if o.kind == opCall || r.kind == Construct {
			for _, a := range t.args {
				for _, f := range s.functionsIn(a.value, 0) {
					out.Passed = append(out.Passed, order[f])
					switch {
					case starts:
						g.Starts = append(g.Starts, Start{From: out.From, To: order[f], Pos: o.pos, Line: line, Name: name})
					case calls && !strings.HasPrefix(name, "atexit."), strings.HasPrefix(name, "functools."):
					default:
						g.Escapes = append(g.Escapes, Escape{From: out.From, To: order[f], Pos: o.pos, Line: line, Name: name})
					}
				}
			}
			if l, ok := loads[o.a]; ok && o.kind == opCall && strings.HasSuffix(name, ".start") {
				s.emitThread(g, order, l, out)
			}
		}
		slices.Sort(out.Passed)
		out.Passed = slices.Compact(out.Passed)
		g.Sites = append(g.Sites, out)
	}
	slices.SortStableFunc(g.Sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Kind, b.Kind))
	})
	g.Sites = slices.CompactFunc(g.Sites, func(a, b Site) bool {
		return a.From == b.From && a.Pos == b.Pos && a.Name == b.Name && a.Kind == b.Kind
	})
	sortStarts(g)
}

func sortStarts(g *Graph) {
	slices.SortStableFunc(g.Starts, func(a, b Start) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Name, b.Name))
	})
	g.Starts = slices.CompactFunc(g.Starts,
		func(a, b Start) bool { return a.From == b.From && a.Pos == b.Pos && a.To == b.To })
	slices.SortStableFunc(g.Escapes, func(a, b Escape) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.To, b.To),
			cmp.Compare(a.Name, b.Name))
	})
	g.Escapes = slices.CompactFunc(g.Escapes,
		func(a, b Escape) bool { return a.From == b.From && a.Pos == b.Pos && a.To == b.To })
}

// emitThread notes that start() of a thread class of the tree runs its run().
func (s *solver) emitThread(g *Graph, order []FuncID, load int32, site Site) {
	for _, value := range s.vars[s.ops[load].a].values {
		v := s.get(value)
		if v.kind != kInstance {
			continue
		}
		run := s.program.name("run")
		owner := s.declares(v.a, run)
		if owner == none {
			continue
		}
		for _, f := range s.functionsIn(s.classes[owner].members[run].variable, 0) {
			g.Starts = append(g.Starts, Start{From: site.From, To: order[f], Pos: site.Pos, Line: site.Line, Name: site.Name})
		}
	}
}

func (s *solver) emitOpens(g *Graph, order []FuncID) {
	for _, o := range s.opens {
		t := &s.sites[o.site]
		p := &s.ops[t.op]
		line := s.line(s.fileOf(t.op), p.pos)
		out := Open{From: order[p.fn], Pos: p.pos, Line: line, Common: o.common, Callback: o.callback, Foreign: o.foreign}
		if text := s.texts[t.op]; text != none {
			out.Expr = s.names[text]
		}
		out.Attr = lastPart(out.Expr)
		if o.name != none {
			out.Attr = s.names[o.name]
		}
		for _, f := range o.candidates {
			out.Candidates = append(out.Candidates, order[f])
		}
		slices.Sort(out.Candidates)
		g.Opens = append(g.Opens, out)
		if o.foreign {
			continue // what it is given has escaped already
		}
		starts := tables().lastStart[out.Attr]
		for _, a := range t.args {
			for _, f := range s.functionsIn(a.value, 0) {
				if starts {
					g.Starts = append(g.Starts, Start{From: out.From, To: order[f], Pos: p.pos, Line: line, Name: out.Expr})
				} else {
					g.Escapes = append(g.Escapes, Escape{From: out.From, To: order[f], Pos: p.pos, Line: line, Name: out.Expr})
				}
			}
		}
	}
	slices.SortStableFunc(g.Opens,
		func(a, b Open) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pos, b.Pos)) })
	sortStarts(g)
}
