package port

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/plan"
)

// Component is what stage 2 turns into coroutines: functions of a call graph that has the tests too.
type Component struct {
	Graph *callgraph.Graph
	Funcs []callgraph.FuncID
}

// Stage2 makes the functions of a component async: their calls get an await in each other, and a bridge everywhere
// else, so that nobody else has to change. What blocks in them and is not rewritten goes on to work: on aiohub a
// coroutine may block, and only it waits.
//
// A function that something stands in the way of stays as it is, with those that share its name as overrides, and the
// places say what it is. The others need not wait for it: they call it as before, and it waits for them through a
// bridge.
func Stage2(t *Tree, c Component, options Options) (*Result, error) {
	chosen := useful(c.Graph, slices.Clone(c.Funcs), nil)
	var manual []Place
	shared, err := newAtlas(t, c.Graph, chosen, false)
	if err != nil {
		return nil, err
	}
	tails := shared.tailSites(chosen)
	if len(tails) > 0 {
		chosen = useful(c.Graph, chosen, tails)
	}
	for {
		p := newPainter(t, shared, chosen, options)
		p.unreadable()
		p.outsideLoop()
		p.checkFunctions()
		p.objects()
		p.timeouts()
		p.itemPools()
		p.calls()
		p.starts()
		p.mentions()
		p.bodies()
		if len(p.blocked) == 0 {
			p.endings()
			return p.result(manual), nil
		}
		for _, place := range p.places {
			if place.IsManual() && !slices.Contains(manual, place) {
				manual = append(manual, place)
			}
		}
		before := len(chosen)
		chosen = useful(c.Graph, slices.DeleteFunc(chosen, func(f callgraph.FuncID) bool { return p.blocked[f] }), tails)
		if len(chosen) == before {
			return nil, fmt.Errorf("port: what stands in the way belongs to no function") // cannot happen: see refuse
		}
	}
}

// useful leaves out functions that would have nothing to wait for: they call neither what blocks nor a coroutine, nor
// one of the others that does. Overrides stay or go together. The calls at the tails wait for nothing: see tailRunner.
func useful(
	graph *callgraph.Graph, chosen []callgraph.FuncID, tails map[siteKey]bool,
) []callgraph.FuncID {
	groups := groupsOf(graph)
	inside, needed := map[callgraph.FuncID]bool{}, map[callgraph.FuncID]bool{}
	for _, f := range chosen {
		inside[f] = true
	}
	var queue []callgraph.FuncID
	add := func(f callgraph.FuncID) {
		if !needed[f] {
			needed[f] = true
			queue = append(queue, f)
		}
	}
	ends := map[callgraph.FuncID]bool{}
	for i := range graph.Sites {
		site := &graph.Sites[i]
		if tails[siteKey{graph.Funcs[site.From].File, site.Pos}] {
			ends[site.From] = true
			continue
		}
		if plan.IsBlocking(site.Name) || knowledge.Canon(site.Name) == "aiohub.wait" {
			add(site.From)
		}
	}
	for i := range graph.Made {
		kind := primitiveOf(graph.Made[i].Name)
		for _, use := range graph.Made[i].Uses {
			if use.Kind != callgraph.Method || kind == nil {
				continue
			}
			if m, ok := kind.methodOf(use.Name); ok && m.waits {
				add(use.From) // a proxy's methods have no names of their own
			}
		}
	}
	callers := map[callgraph.FuncID][]callgraph.FuncID{}
	for i := range graph.Edges {
		e := &graph.Edges[i]
		callers[e.To] = append(callers[e.To], e.From)
		if graph.Funcs[e.To].Flags&callgraph.Async != 0 || ends[e.To] {
			add(e.From)
		}
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		for _, other := range groups[f] {
			add(other)
		}
		if inside[f] { // becomes a coroutine function
			for _, other := range callers[f] {
				add(other)
			}
		}
	}
	return slices.DeleteFunc(chosen, func(f callgraph.FuncID) bool { return !needed[f] })
}

// result applies the edits of all files, or of none.
func (p *painter) result(manual []Place) *Result {
	manual = slices.DeleteFunc(manual, func(place Place) bool { return slices.Contains(p.places, place) })
	out := &Result{Options: p.options, Places: append(manual, p.places...), Awaits: map[string][]int{}}
	for _, s := range p.sorted() {
		p.importFor(s)
		if at := s.edits.Bringing("await "); len(at) > 0 {
			out.Awaits[s.path] = at
		}
		s.finish(out)
	}
	out.compile()
	if len(out.Faults) > 0 {
		out.Files = nil // a component that changes in part is one that does not work
	}
	out.sort()
	return out
}

// painter colours one component.
type painter struct {
	*atlas
	tree    *Tree
	options Options
	chosen  map[callgraph.FuncID]bool
	names   map[string]bool // last names of the chosen
	// calls that the graph knows to lead to a chosen function, or elsewhere for certain
	callees    map[int32]map[pysyntax.Node]bool
	values     map[int32]map[pysyntax.Node]bool // references that are wrapped
	needs      map[*source]map[edit.Import]bool
	places     []Place
	blocked    map[callgraph.FuncID]bool     // that cannot become async
	expiring   map[spotKey]bool              // handlers that take aio.Expired by now
	classes    map[string][]callgraph.FuncID // by the last name of a class, its methods in the component
	faced      map[callgraph.FuncID]bool     // decorated functions of the component, which keep a blocking face
	native     map[spotKey]bool              // calls that start a coroutine function as it is
	decided    map[decidedKey]int            // index in places
	siteLists  map[string][]int              // see callsOf
	patching   map[string]patcher            // see helper
	retargeted map[spotKey]bool              // targets of mocks that have followed
	early      map[callgraph.FuncID]bool     // what runs before a loop, if that matters: see bindsEarly
	could      func(
		callgraph.FuncID) bool // what may await if nothing but its own form is in the way; nil outside of statistics
}

func newPainter(t *Tree, shared *atlas, chosen []callgraph.FuncID, options Options) *painter {
	p := &painter{
		atlas: shared, tree: t, options: options, chosen: map[callgraph.FuncID]bool{}, names: map[string]bool{},
		callees: map[int32]map[pysyntax.Node]bool{}, values: map[int32]map[pysyntax.Node]bool{}, needs: map[*source]map[edit.Import]bool{},
		blocked: map[callgraph.FuncID]bool{}, native: map[spotKey]bool{}, retargeted: map[spotKey]bool{}, expiring: map[spotKey]bool{}, decided: map[decidedKey]int{},
		siteLists: map[string][]int{}, patching: map[string]patcher{},
	}
	p.faced = map[callgraph.FuncID]bool{}
	for _, f := range chosen {
		p.chosen[f] = true
		if options.Unsafe && p.keepsFace(f) {
			p.faced[f] = true
			continue
		}
		p.names[lastName(p.graph.Funcs[f].Qual)] = true
	}
	p.classes = shared.classesOf(chosen)
	if bindsEarly(t.Root) {
		p.early = beforeLoop(p.graph, func(file int32) *source { return p.files[file] },
			func(f callgraph.FuncID) bool { return p.chosen[f] })
	}
	for file, s := range p.files {
		s.reset()
		p.callees[file], p.values[file] = map[pysyntax.Node]bool{}, map[pysyntax.Node]bool{}
	}
	return p
}

// lastName is the name by which a function is called.
func lastName(qual string) string {
	qual, _, _ = strings.Cut(qual[strings.LastIndexByte(qual, '.')+1:], "@")
	qual, _, _ = strings.Cut(qual, "#")
	return qual
}

func (p *painter) sorted() []*source {
	var list []*source
	for _, s := range p.files {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *source) int { return strings.Compare(a.path, b.path) })
	return list
}

func (p *painter) note(s *source, at uint32, rule *Rule, name, note string) {
	where := s.lines.Place(s.path, int(at), int(at))
	p.places = append(p.places, Place{
		File: s.path, Line: where.Line, Column: where.Column, Start: int(at), End: int(at), Name: name, Test: s.test,
		Rule: rule, Note: note,
	})
}

// decidedKey is the end of a name in a file.
type decidedKey struct {
	s   *source
	end uint32
}

// decide notes what becomes of a name, once: what is decided later holds.
func (p *painter) decide(s *source, n pysyntax.Node, rule *Rule, name, note string) {
	start, end := s.tree.Start(n), s.tree.End(n)
	where := s.lines.Place(s.path, int(start), int(start))
	place := Place{
		File: s.path, Line: where.Line, Column: where.Column, Start: int(start), End: int(end), Name: name, Test: s.test,
		Rule: rule, Note: note,
	}
	key := decidedKey{s, end}
	if i, ok := p.decided[key]; ok {
		p.places[i] = place
		return
	}
	p.decided[key] = len(p.places)
	p.places = append(p.places, place)
}

// refuse reports what stands in the way of functions.
func (p *painter) refuse(file int32, at uint32, rule *Rule, name, note string, functions ...callgraph.FuncID) {
	for _, f := range functions {
		p.blocked[f] = true
		for _, other := range p.groups[f] {
			p.blocked[other] = true
		}
	}
	s := p.files[file]
	if s == nil ||
		slices.ContainsFunc(p.places,
			func(o Place) bool { return o.File == s.path && o.Start == int(at) && o.Rule == rule }) {
		return
	}
	p.note(s, at, rule, name, note)
}

// called gives the functions of the component with a last name.
func (p *painter) called(name string) []callgraph.FuncID {
	var found []callgraph.FuncID
	for f := range p.chosen {
		if lastName(p.graph.Funcs[f].Qual) == name {
			found = append(found, f)
		}
	}
	return found
}

func (p *painter) need(s *source, imp edit.Import) {
	if p.needs[s] == nil {
		p.needs[s] = map[edit.Import]bool{}
	}
	p.needs[s][imp] = true
}

// importFor imports what a file needs now, and drops what it needs no more.
func (p *painter) importFor(s *source) {
	s.dropUnused(reexported([]*source{s}))
	s.imports.Close = true
	s.imports.More = p.needs[s][importAiohub] || p.needs[s][importAio]
	for _, imp := range []edit.Import{{Module: "asyncio"}, {Module: "queue"}, importAiohub, importAio} {
		if p.needs[s][imp] {
			s.imports.AddTop(&s.edits, imp, pymodule.IsStdlib)
		}
	}
}
