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
	"aiohub/internal/program/scan"
)

// Component is what stage 2 turns into coroutines: functions of a call graph that has the tests too.
type Component struct {
	Graph *callgraph.Graph
	Funcs []callgraph.FuncID
}

// Stage2 makes the functions of a component async: their calls get an await in each other, and a bridge everywhere else, so that nobody else
// has to change. What blocks in them and is not rewritten goes on to work: on aiohub a coroutine may block, and only it waits.
//
// A function that something stands in the way of stays as it is, with those that share its name as overrides, and the places say what it is. The
// others need not wait for it: they call it as before, and it waits for them through a bridge.
func Stage2(t *Tree, c Component, options Options) (*Result, error) {
	chosen := useful(c.Graph, slices.Clone(c.Funcs))
	var manual []Place
	shared, err := newAtlas(t, c.Graph, chosen)
	if err != nil {
		return nil, err
	}
	for {
		p := newPainter(t, shared, chosen, options)
		p.checkFunctions()
		p.calls()
		p.starts()
		p.mentions()
		p.bodies()
		if len(p.blocked) == 0 {
			return p.result(manual), nil
		}
		for _, place := range p.places {
			if place.IsManual() && !slices.Contains(manual, place) {
				manual = append(manual, place)
			}
		}
		before := len(chosen)
		chosen = useful(c.Graph, slices.DeleteFunc(chosen, func(f callgraph.FuncID) bool { return p.blocked[f] }))
		if len(chosen) == before {
			return nil, fmt.Errorf("port: what stands in the way belongs to no function") // cannot happen: see refuse
		}
	}
}

// useful leaves out functions that would have nothing to wait for: they call neither what blocks nor a coroutine. Overrides stay or go together.
func useful(graph *callgraph.Graph, chosen []callgraph.FuncID) []callgraph.FuncID {
	groups := groupsOf(graph)
	waits := map[callgraph.FuncID]bool{}
	for i := range graph.Sites {
		if site := &graph.Sites[i]; plan.IsBlocking(site.Name) {
			waits[site.From] = true
		}
	}
	for {
		inside := map[callgraph.FuncID]bool{}
		for _, f := range chosen {
			inside[f] = true
		}
		calls := map[callgraph.FuncID]bool{}
		for i := range graph.Edges {
			e := &graph.Edges[i]
			if inside[e.To] || graph.Funcs[e.To].Flags&callgraph.Async != 0 {
				calls[e.From] = true
			}
		}
		needed := func(f callgraph.FuncID) bool { return waits[f] || calls[f] }
		before := len(chosen)
		chosen = slices.DeleteFunc(chosen, func(f callgraph.FuncID) bool {
			if group := groups[f]; len(group) > 0 {
				return !slices.ContainsFunc(group, needed)
			}
			return !needed(f)
		})
		if len(chosen) == before {
			return chosen
		}
	}
}

// result applies the edits of all files, or of none.
func (p *painter) result(manual []Place) *Result {
	out := &Result{Places: append(manual, p.places...)}
	for _, s := range p.sorted() {
		p.importFor(s)
		s.finish(out)
	}
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
	names   map[string]bool                  // last names of the chosen
	callees map[int32]map[pysyntax.Node]bool // calls that the graph knows to lead to a chosen function, or elsewhere for certain
	values  map[int32]map[pysyntax.Node]bool // references that are wrapped
	needs   map[*source]map[edit.Import]bool
	places  []Place
	blocked map[callgraph.FuncID]bool // that cannot become async
}

func newPainter(t *Tree, shared *atlas, chosen []callgraph.FuncID, options Options) *painter {
	p := &painter{
		atlas: shared, tree: t, options: options, chosen: map[callgraph.FuncID]bool{}, names: map[string]bool{},
		callees: map[int32]map[pysyntax.Node]bool{}, values: map[int32]map[pysyntax.Node]bool{}, needs: map[*source]map[edit.Import]bool{},
		blocked: map[callgraph.FuncID]bool{},
	}
	for _, f := range chosen {
		p.chosen[f] = true
		p.names[lastName(p.graph.Funcs[f].Qual)] = true
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
		File: s.path, Line: where.Line, Column: where.Column, Start: int(at), End: int(at), Name: name, Test: s.test, Rule: rule, Note: note,
	})
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
	if s == nil || slices.ContainsFunc(p.places, func(o Place) bool { return o.File == s.path && o.Start == int(at) && o.Rule == rule }) {
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

// harmless are decorators that hand a coroutine function on as it is.
var harmless = map[string]bool{"staticmethod": true, "classmethod": true, "abc.abstractmethod": true, "typing.override": true, "typing.final": true, "functools.wraps": true}

// checkFunctions looks at each function that is to become async, and makes it so.
func (p *painter) checkFunctions() {
	for id := range p.graph.Funcs {
		f := &p.graph.Funcs[id]
		if !p.chosen[callgraph.FuncID(id)] {
			continue
		}
		s := p.files[f.File]
		if s == nil {
			p.blocked[callgraph.FuncID(id)] = true
			continue
		}
		definition := s.index.defs[f.Start]
		name := f.Name()
		switch {
		case f.Flags&callgraph.Async != 0:
			continue
		case f.Kind == callgraph.Lambda || definition == 0:
			p.refuse(f.File, f.Start, notAFunction, name, "", callgraph.FuncID(id))
			continue
		case f.Flags&(callgraph.Generator|callgraph.ContextManager) != 0:
			p.refuse(f.File, f.Start, isGenerator, name, "", callgraph.FuncID(id))
			continue
		case f.Flags&(callgraph.Property|callgraph.Setter|callgraph.Deleter) != 0 || strings.HasPrefix(lastName(f.Qual), "__"):
			p.refuse(f.File, f.Start, isSpecial, name, "", callgraph.FuncID(id))
			continue
		}
		for _, decorator := range f.Decorators {
			if !harmless[decorator] {
				shown := decorator
				if shown == "" {
					shown = "a decorator"
				}
				p.refuse(f.File, f.Start, isDecorated, name, shown, callgraph.FuncID(id))
			}
		}
		s.edits.Insert(p.keyword(s, definition), "async ")
		p.note(s, s.tree.Start(definition), becomesAsync, name, "")
	}
	for _, group := range p.graph.Groups {
		inside := 0
		for _, f := range group {
			if p.chosen[f] || p.graph.Funcs[f].Flags&callgraph.Async != 0 {
				inside++
			}
		}
		if inside > 0 && inside < len(group) {
			for _, f := range group {
				if !p.chosen[f] {
					p.refuse(p.graph.Funcs[f].File, p.graph.Funcs[f].Start, sharesName, p.graph.Funcs[f].Name(), "", group...)
				}
			}
		}
	}
}

// keyword is where the def of a function stands, behind its decorators.
func (p *painter) keyword(s *source, definition pysyntax.Node) int {
	name := s.tree.IdentRange(definition)
	i := s.tree.TokenAt(name.Start)
	return int(s.tree.Tokens[i-1].Start)
}

// inside reports whether the code of a function may await.
func (p *painter) inside(f callgraph.FuncID) bool {
	return p.chosen[f] || p.graph.Funcs[f].Flags&callgraph.Async != 0 && p.graph.Funcs[f].Kind == callgraph.Plain
}

// calls awaits the calls that lead to the component, and bridges those from outside.
func (p *painter) calls() {
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		file := p.graph.Funcs[e.From].File
		s := p.files[file]
		if s == nil {
			continue
		}
		if !p.chosen[e.To] {
			if e.Certain && e.Kind == callgraph.Call {
				if call := p.callAt(s, e.Pos, lastName(p.graph.Funcs[e.To].Qual)); call != 0 {
					p.callees[file][call] = true
				}
			}
			continue
		}
		to := &p.graph.Funcs[e.To]
		call := p.callAt(s, e.Pos, lastName(to.Qual))
		switch {
		case !e.Certain && s.test && call != 0 && e.Kind == callgraph.Call && p.onlyOne(e):
			if !p.callees[file][call] {
				p.callees[file][call] = true
				p.note(s, e.Pos, bridgesByName, to.Name(), "")
				p.need(s, importAiohub)
				s.edits.Insert(int(s.tree.Start(call)), "aiohub.wait(")
				s.edits.Insert(int(s.tree.End(call)), ")")
			}
		case !e.Certain:
			if call == 0 || !p.callees[file][call] {
				p.refuse(file, e.Pos, mayBeCalled, to.Name(), "", e.To)
			}
		case e.Kind != callgraph.Call || call == 0:
			p.refuse(file, e.Pos, calledIndirectly, to.Name(), "", e.To)
		case e.Awaited || p.callees[file][call]:
			p.callees[file][call] = true
		default:
			p.callees[file][call] = true
			p.await(s, call, e)
		}
	}
	for i := range p.graph.Opens {
		o := &p.graph.Opens[i]
		if o.Common || p.bridged(o) {
			continue
		}
		for _, candidate := range o.Candidates {
			if p.chosen[candidate] && p.graph.Funcs[candidate].Flags&callgraph.Async == 0 {
				p.refuse(p.graph.Funcs[o.From].File, o.Pos, mayBeCalled, p.graph.Funcs[candidate].Name(), "", candidate)
			}
		}
	}
}

// bridged reports whether an open call of a test is one that got a bridge.
func (p *painter) bridged(o *callgraph.Open) bool {
	file := p.graph.Funcs[o.From].File
	s := p.files[file]
	if s == nil || !s.test {
		return false
	}
	call := p.callAt(s, o.Pos, o.Attr)
	return call != 0 && p.callees[file][call]
}

// onlyOne reports whether everything in the tree that a possible call can lead to belongs to the component.
func (p *painter) onlyOne(e *callgraph.Edge) bool {
	name := lastName(p.graph.Funcs[e.To].Qual)
	for _, id := range p.byName[name] {
		if f := &p.graph.Funcs[id]; f.Class != callgraph.None && !p.chosen[id] && f.Flags&callgraph.Async == 0 {
			return false
		}
	}
	return e.Reason == callgraph.UniqueName || e.Reason == callgraph.AmongNames
}

// callAt finds the call at a position of the graph: of several that begin there, the one of a function with this name.
func (p *painter) callAt(s *source, pos uint32, name string) pysyntax.Node {
	found := pysyntax.Node(0)
	for _, n := range s.index.calls[pos] {
		callee := s.tree.Child(n)
		if string(s.tree.Ident(callee)) == name && (s.tree.Kind(callee) == pysyntax.Attribute || s.tree.Kind(callee) == pysyntax.Name) {
			if found != 0 {
				return 0
			}
			found = n
		}
	}
	return found
}

// await puts an await before a call, or a bridge around it.
func (p *painter) await(s *source, call pysyntax.Node, e *callgraph.Edge) {
	name := p.graph.Funcs[e.To].Name()
	start, end := int(s.tree.Start(call)), int(s.tree.End(call))
	if !p.inside(e.From) || p.inGenerator(s, call) {
		p.note(s, e.Pos, bridges, name, "")
		p.need(s, importAiohub)
		s.edits.Insert(start, "aiohub.wait(")
		s.edits.Insert(end, ")")
		return
	}
	p.note(s, e.Pos, awaits, name, "")
	if bridge := p.bridgeAround(s, call); bridge != 0 {
		p.unbridge(s, bridge, call)
		return
	}
	s.edits.Insert(start, p.opening(s, call)+"await ")
	if text := p.closing(s, call); text != "" {
		s.edits.Insert(end, text)
	}
}

// unbridge awaits what a caller that was outside until now waits for.
func (p *painter) unbridge(s *source, bridge, awaited pysyntax.Node) {
	s.replace(int(s.tree.Start(bridge)), int(s.tree.Start(awaited)), p.opening(s, bridge)+"await ")
	s.edits.Replace(int(s.tree.End(awaited)), int(s.tree.End(bridge)), p.closing(s, bridge))
}

// opening and closing are the parentheses that an await needs where something binds closer to its operand.
func (p *painter) opening(s *source, n pysyntax.Node) string {
	parent := s.tree.Parents()[n]
	if s.tree.Has(n, pysyntax.FlagParens) {
		return ""
	}
	switch s.tree.Kind(parent) {
	case pysyntax.Attribute, pysyntax.Subscript, pysyntax.Call:
		if s.tree.Child(parent) == n {
			return "("
		}
	case pysyntax.Await:
		return "("
	}
	return ""
}

func (p *painter) closing(s *source, n pysyntax.Node) string {
	if p.opening(s, n) == "" {
		return ""
	}
	return ")"
}

// bridgeAround gives the call aiohub.wait(call), if that is what is around.
func (p *painter) bridgeAround(s *source, call pysyntax.Node) pysyntax.Node {
	parent := s.tree.Parents()[call]
	if s.tree.Kind(parent) == pysyntax.Call && s.tree.Next(s.tree.Child(parent)) == call && s.tree.Next(call) == 0 &&
		string(s.tree.Text(s.tree.Child(parent))) == "aiohub.wait" {
		return parent
	}
	return 0
}

// inGenerator reports whether a call is in a generator expression, which an await would make one that nothing but `async for` takes.
func (p *painter) inGenerator(s *source, call pysyntax.Node) bool {
	parents := s.tree.Parents()
	for n := parents[call]; n != 0 && s.tree.Kind(n) != pysyntax.FunctionDef; n = parents[n] {
		if s.tree.Kind(n) == pysyntax.GeneratorExp && !p.inFirstIterable(s, n, call) {
			return true
		}
	}
	return false
}

// inFirstIterable reports whether a node is in the part of a generator expression that runs outside of it.
func (p *painter) inFirstIterable(s *source, generator, n pysyntax.Node) bool {
	first := s.tree.ChildOf(generator, pysyntax.Comprehension)
	iterable := s.tree.Next(s.tree.Child(first))
	return s.tree.Start(iterable) <= s.tree.Start(n) && s.tree.End(n) <= s.tree.End(iterable)
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
	for _, imp := range []edit.Import{{Module: "asyncio"}, importAiohub} {
		if p.needs[s][imp] {
			s.imports.AddTop(&s.edits, imp, pymodule.IsStdlib)
		}
	}
}

// starts wraps functions that are handed to something that runs them as a green thread or calls them later.
func (p *painter) starts() {
	wrap := func(from, to callgraph.FuncID, pos uint32, rule *Rule) {
		if !p.chosen[to] || p.graph.Funcs[to].Flags&callgraph.Async != 0 {
			return
		}
		file := p.graph.Funcs[from].File
		s := p.files[file]
		if s == nil {
			return
		}
		name := lastName(p.graph.Funcs[to].Qual)
		var found []pysyntax.Node
		for _, n := range s.index.calls[pos] {
			found = append(found, p.valuesIn(s, n, name)...)
		}
		found = slices.Compact(found)
		if len(found) != 1 {
			p.refuse(file, pos, passedOn, p.graph.Funcs[to].Name(), "", to)
			return
		}
		if p.values[file][found[0]] {
			return
		}
		p.values[file][found[0]] = true
		p.note(s, pos, rule, p.graph.Funcs[to].Name(), "")
		p.need(s, importAiohub)
		s.edits.Insert(int(s.tree.Start(found[0])), "aiohub.async_to_sync(")
		s.edits.Insert(int(s.tree.End(found[0])), ")")
	}
	for i := range p.graph.Starts {
		wrap(p.graph.Starts[i].From, p.graph.Starts[i].To, p.graph.Starts[i].Pos, startsSync)
	}
	for i := range p.graph.Escapes {
		e := &p.graph.Escapes[i]
		if callsAtOnce[e.Name[strings.LastIndexByte(e.Name, '.')+1:]] {
			wrap(e.From, e.To, e.Pos, calledAtOnce)
			continue
		}
		if knowledge.Is(e.Name) && !strings.HasPrefix(knowledge.Canon(e.Name), "eventlet.tpool.") {
			wrap(e.From, e.To, e.Pos, startsSync) // pools call it in green threads
			continue
		}
		if p.chosen[e.To] && !p.options.Unsafe {
			p.settle(e.From, e.To, e.Pos)
			p.refuse(p.graph.Funcs[e.From].File, e.Pos, passedOn, p.graph.Funcs[e.To].Name(), e.Name, e.To)
			continue
		}
		wrap(e.From, e.To, e.Pos, escapesSync)
	}
}

// settle notes the value that is reported already, so that it is not reported as one that nobody explains.
func (p *painter) settle(from, to callgraph.FuncID, pos uint32) {
	file := p.graph.Funcs[from].File
	s := p.files[file]
	if s == nil {
		return
	}
	for _, n := range s.index.calls[pos] {
		for _, value := range p.valuesIn(s, n, lastName(p.graph.Funcs[to].Qual)) {
			p.values[file][value] = true
		}
	}
}

// callsAtOnce are functions that call what they get while they run, and keep nothing of it.
var callsAtOnce = map[string]bool{
	"assertRaises": true, "assertRaisesRegex": true, "assertRaisesRegexp": true, "assertRaisesRegexMessage": true, "assertWarns": true,
	"assertWarnsRegex": true, "raises": true, "map": true, "filter": true, "sorted": true, "min": true, "max": true, "reduce": true,
}

// valuesIn gives the arguments of a call that are a name or attribute with this last name, also inside a partial.
func (p *painter) valuesIn(s *source, call pysyntax.Node, name string) []pysyntax.Node {
	var found []pysyntax.Node
	for n := s.tree.Next(s.tree.Child(call)); n != 0; n = s.tree.Next(n) {
		value := n
		if s.tree.Kind(n) == pysyntax.Keyword {
			value = s.tree.Child(n)
		}
		switch s.tree.Kind(value) {
		case pysyntax.Name, pysyntax.Attribute:
			if string(s.tree.Ident(value)) == name {
				found = append(found, value)
			}
		case pysyntax.Call:
			if string(s.tree.Ident(s.tree.Child(value))) == "partial" {
				found = append(found, p.valuesIn(s, value, name)...)
			}
		}
	}
	return found
}

// mentions refuses the component if one of its functions is mentioned in a way that the graph does not explain: as a value, or called on
// something of which nothing is known.
func (p *painter) mentions() {
	for i := range p.graph.Files {
		file := int32(i)
		s := p.files[file]
		if s == nil {
			continue
		}
		parents := s.tree.Parents()
		bound := p.boundNames(s, file)
		for _, n := range s.index.mentions {
			name := string(s.tree.Ident(n))
			switch kind := s.tree.Kind(n); {
			case kind == pysyntax.Attribute && p.names[name] && !p.elsewhere(s, file, n, name):
			case kind == pysyntax.Name && p.names[name] && (bound[name] || p.nested(file, s.tree.Start(n), name)):
			case kind == pysyntax.Constant:
				p.replacedByName(file, s, n)
				continue
			default:
				continue
			}
			parent := parents[n]
			called := s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n
			switch {
			case p.values[file][n] || called:
			case s.tree.Has(n, pysyntax.FlagDel):
			case s.tree.Has(n, pysyntax.FlagStore):
				if s.tree.Kind(n) == pysyntax.Attribute {
					p.assigned(file, s, n, name)
				}
			case s.tree.Kind(n) == pysyntax.Attribute && p.looked(s, n):
				if !p.patched(s, name) {
					p.refuse(file, s.tree.Start(n), replaced, name, "by a mock of the object", p.called(name)...)
				}
			default:
				p.refuse(file, s.tree.Start(n), usedAsValue, name, "", p.called(name)...)
			}
		}
	}
}

// nested reports whether a name at a place is that of a function of the component defined inside the function around.
func (p *painter) nested(file int32, at uint32, name string) bool {
	for f := range p.chosen {
		fn := &p.graph.Funcs[f]
		if fn.File != file || lastName(fn.Qual) != name || fn.Outer == callgraph.None || fn.Class != callgraph.None {
			continue
		}
		if outer := &p.graph.Funcs[fn.Outer]; outer.Kind == callgraph.Plain && outer.Start <= at && at < outer.End {
			return true
		}
	}
	return false
}

// elsewhere reports whether an attribute is known to be none of the component's: of a module that the file imports, or of self in a class
// that has nothing to do with those of the component.
func (p *painter) elsewhere(s *source, file int32, n pysyntax.Node, name string) bool {
	object := s.tree.Child(n)
	if s.tree.Kind(object) != pysyntax.Name {
		return false
	}
	head := string(s.tree.Ident(object))
	for _, a := range s.aliases {
		imp := edit.Alias(s.tree, a.statement, a.node)
		if imp.Binds() != head {
			continue
		}
		module := imp.Module
		if imp.Name != "" {
			module += "." + imp.Name
		}
		if !p.hasModule(module) {
			return false
		}
		for f := range p.chosen {
			if fn := &p.graph.Funcs[f]; fn.Module == module && fn.Qual == name {
				return false
			}
		}
		return true
	}
	if head != "self" && head != "cls" {
		return false
	}
	class := p.classAt(file, s.tree.Start(n))
	if class == callgraph.None {
		return false
	}
	for f := range p.chosen {
		if fn := &p.graph.Funcs[f]; lastName(fn.Qual) == name && fn.Class != callgraph.None && (p.derives(fn.Class, class) || p.derives(class, fn.Class)) {
			return false
		}
	}
	return len(p.graph.Classes[class].Foreign) == 0 || !p.mixin(class)
}

// mixin reports whether something of the tree derives from a class together with others, so that self can be more than the class says.
func (p *painter) mixin(class int32) bool {
	return slices.ContainsFunc(p.graph.Classes, func(c callgraph.Class) bool { return len(c.Bases) > 1 && slices.Contains(c.Bases, class) })
}

func (p *painter) hasModule(name string) bool {
	return p.modules[name]
}

// classAt is the class of the method around a place, or None.
func (p *painter) classAt(file int32, at uint32) int32 {
	class, size := int32(callgraph.None), ^uint32(0)
	for _, id := range p.inFile[file] {
		f := &p.graph.Funcs[id]
		if f.Class != callgraph.None && f.Start <= at && at < f.End && f.End-f.Start < size {
			class, size = f.Class, f.End-f.Start
		}
	}
	return class
}

// derives reports whether a class is another or derives from it.
func (p *painter) derives(class, from int32) bool {
	if class == from {
		return true
	}
	return slices.ContainsFunc(p.graph.Classes[class].Bases, func(base int32) bool { return base != class && p.derives(base, from) })
}

// looked reports whether an attribute is only looked at by assertions of a mock: x.load.assert_called_once().
func (p *painter) looked(s *source, n pysyntax.Node) bool {
	parent := s.tree.Parents()[n]
	if s.tree.Kind(parent) != pysyntax.Attribute || s.tree.Child(parent) != n {
		return false
	}
	name := string(s.tree.Ident(parent))
	return strings.HasPrefix(name, "assert_") || strings.HasPrefix(name, "call_") || name == "called" || name == "mock_calls" ||
		name == "return_value" || name == "side_effect" || name == "reset_mock"
}

// patched reports whether a file replaces an attribute of this name by a patch, which makes a mock that can be awaited. One that is an attribute
// of a mock cannot.
func (p *painter) patched(s *source, name string) bool {
	return s.index.patched[name]
}

// boundNames is the names of the component that a file binds to one of its functions at the top: by a def, or by an import of it.
func (p *painter) boundNames(s *source, file int32) map[string]bool {
	bound := map[string]bool{}
	for f := range p.chosen {
		if fn := &p.graph.Funcs[f]; fn.File == file && !strings.Contains(fn.Qual, ".") {
			bound[fn.Qual] = true
		}
	}
	for _, a := range s.aliases {
		if imp := edit.Alias(s.tree, a.statement, a.node); imp.Name != "" && p.names[imp.Name] {
			bound[imp.Binds()] = true
		}
	}
	return bound
}

// assigned deals with a mock that is put in the place of a function: it has to be one that can be awaited.
func (p *painter) assigned(file int32, s *source, n pysyntax.Node, name string) {
	parent := s.tree.Parents()[n]
	value := s.tree.Last(parent)
	if s.tree.Kind(parent) != pysyntax.Assign || s.tree.Kind(value) != pysyntax.Call {
		p.refuse(file, s.tree.Start(n), replaced, name, "", p.called(name)...)
		return
	}
	callee := s.tree.Child(value)
	switch class := string(s.tree.Ident(callee)); {
	case class == "AsyncMock":
	case (class == "Mock" || class == "MagicMock") && s.tree.Kind(callee) == pysyntax.Attribute:
		at := s.tree.IdentRange(callee)
		s.edits.Replace(int(at.Start), int(at.End), "AsyncMock")
		p.note(s, s.tree.Start(n), mocksAsync, name, "")
	default:
		p.refuse(file, s.tree.Start(n), replaced, name, "", p.called(name)...)
	}
}

// replacedByName refuses what replaces a function by its path and brings a replacement of its own. mock.patch without one makes a mock that can
// be awaited by itself.
func (p *painter) replacedByName(file int32, s *source, n pysyntax.Node) {
	value, ok := s.tree.StringValue(n)
	if !ok || !p.names[value[strings.LastIndexByte(value, '.')+1:]] {
		return
	}
	parents := s.tree.Parents()
	call := parents[n]
	if s.tree.Kind(call) != pysyntax.Call {
		return
	}
	callee := string(s.tree.Ident(s.tree.Child(call)))
	if !targets[callee] && callee != "getattr" || callee == "dict" {
		return
	}
	for next := s.tree.Next(n); next != 0; next = s.tree.Next(next) {
		keyword := string(s.tree.Ident(next))
		if s.tree.Kind(next) != pysyntax.Keyword || keyword == "new" || keyword == "new_callable" || keyword == "spec" {
			p.refuse(file, s.tree.Start(n), replaced, value, "", p.called(value[strings.LastIndexByte(value, '.')+1:])...)
			return
		}
	}
	if callee == "getattr" {
		p.refuse(file, s.tree.Start(n), usedAsValue, value, "", p.called(value[strings.LastIndexByte(value, '.')+1:])...)
	}
}

// bodies rewrites what blocks in the functions, where it is proved to be the same.
func (p *painter) bodies() {
	mocked := map[string]bool{}
	for i := range p.tree.Records {
		if r := &p.tree.Records[i]; r.Kind == scan.Patch || r.Kind == scan.String {
			mocked[r.Canon] = true
		}
	}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if !p.chosen[site.From] {
			continue
		}
		if isLocal(site.Name) {
			f := &p.graph.Funcs[site.From]
			p.refuse(f.File, site.Pos, greenLocal, f.Name(), site.Name, site.From)
			continue
		}
		if site.Kind != callgraph.Call || !site.Certain {
			continue
		}
		s := p.files[p.graph.Funcs[site.From].File]
		if s == nil {
			continue
		}
		switch knowledge.Canon(site.Name) {
		case sleepName:
			p.sleep(s, site, mocked[sleepName])
		case "aiohub.wait":
			p.bridge(s, site)
		}
	}
}

// bridge awaits what a function of the component waited for so far.
func (p *painter) bridge(s *source, site *callgraph.Site) {
	for _, n := range s.index.calls[site.Pos] {
		if string(s.tree.Text(s.tree.Child(n))) != "aiohub.wait" {
			continue
		}
		awaited := s.tree.Next(s.tree.Child(n))
		switch {
		case s.isTaken(int(site.Pos)):
		case awaited == 0 || s.tree.Next(awaited) != 0 || s.tree.Kind(awaited) != pysyntax.Call && s.tree.Kind(awaited) != pysyntax.Name && s.tree.Kind(awaited) != pysyntax.Attribute:
		default:
			p.note(s, site.Pos, awaits, "aiohub.wait", "")
			p.unbridge(s, n, awaited)
		}
		return
	}
}

// isLocal reports whether a name belongs to a library that keeps state by thread, which is by green thread where that is patched.
func isLocal(name string) bool {
	for _, library := range []string{"sqlalchemy", "oslo_db", "flask", "threading.local", "eventlet.corolocal", "_thread._local"} {
		if name == library || strings.HasPrefix(knowledge.Canon(name), library+".") {
			return true
		}
	}
	return false
}

const sleepName = "eventlet.greenthread.sleep"

// sleep awaits asyncio.sleep in place of eventlet.sleep.
func (p *painter) sleep(s *source, site *callgraph.Site, mocked bool) {
	calls := s.index.calls[site.Pos]
	if len(calls) == 0 {
		return
	}
	call := calls[0] // the outermost; sleep gives nothing that could be called
	argument := s.tree.Next(s.tree.Child(call))
	parents := s.tree.Parents()
	switch {
	case s.tree.Kind(parents[call]) != pysyntax.ExprStmt:
		p.note(s, site.Pos, sleepStays, sleepName, "its value is used")
		return
	case mocked:
		p.note(s, site.Pos, sleepStays, sleepName, "tests mock it by this name")
		return
	case argument != 0 && (s.tree.Next(argument) != 0 || s.tree.Kind(argument) == pysyntax.Starred):
		p.note(s, site.Pos, sleepStays, sleepName, "")
		return
	}
	callee := s.tree.Child(call)
	start, end := int(s.tree.Start(callee)), int(s.tree.End(callee))
	p.note(s, site.Pos, sleeps, sleepName, "")
	p.need(s, edit.Import{Module: "asyncio"})
	s.replace(start, end, "await asyncio.sleep")
	switch {
	case argument == 0:
		close := s.tree.TokenAt(uint32(end))
		s.edits.Insert(int(s.tree.Tokens[close].End), "0")
	case s.tree.Kind(argument) == pysyntax.Keyword:
		at := s.tree.IdentRange(argument)
		s.edits.Replace(int(at.Start), int(at.End), "delay")
	}
}
