package port

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

// colour finds out which functions are coroutine functions at the end: those that wait, and who calls them.
func (p *pure) colour() {
	for id := range p.graph.Funcs {
		p.async[id] = p.graph.Funcs[id].Flags&callgraph.Async != 0
	}
	for i := range p.graph.Sites {
		from := p.graph.Sites[i].From
		p.async[from] = p.async[from] || p.orders[i].waits
		p.needs[from] = p.needs[from] || p.orders[i].loops
	}
	together := slices.Concat(p.dispatched(), p.doubles(), p.faked())
	for p.spread(together) {
	}
	p.threads()
}

// spread goes once over all calls, and reports whether a colour has changed.
func (p *pure) spread(dispatched [][]callgraph.FuncID) bool {
	changed := false
	paint := func(colours []bool, f callgraph.FuncID) {
		if !colours[f] {
			colours[f], changed = true, true
		}
	}
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		if !e.Certain && !p.graph.Files[p.graph.Funcs[e.From].File].Test {
			continue
		}
		if p.async[e.To] && p.graph.Funcs[e.To].Flags&callgraph.Async == 0 &&
			p.graph.Funcs[e.From].Kind != callgraph.ModuleBody {
			paint(p.async, e.From)
		}
		if p.needs[e.To] && !p.async[e.To] {
			if p.graph.Funcs[e.From].Kind == callgraph.ModuleBody && e.Kind == callgraph.Call {
				paint(p.async, e.To) // asyncio.run runs it
			}
			paint(p.needs, e.From)
		}
	}
	for i := range p.handed {
		if h := &p.handed[i]; h.from != callgraph.None && p.handsCoroutine(h) {
			paint(p.async, h.from)
		}
	}
	for id := range p.graph.Funcs {
		if f := callgraph.FuncID(id); p.needs[f] && !p.async[f] && p.startsTest(f) {
			paint(p.async, f)
		}
	}
	for _, group := range p.graph.Groups {
		if slices.ContainsFunc(group, func(f callgraph.FuncID) bool { return p.async[f] }) {
			for _, f := range group {
				paint(p.async, f)
			}
		}
	}
	for _, together := range dispatched {
		if slices.ContainsFunc(together, func(f callgraph.FuncID) bool { return p.async[f] }) {
			for _, f := range together {
				paint(p.async, f)
			}
		}
	}
	return changed
}

// dispatched gives the sets of functions that one call may lead to, by a computed name or out of a table: they move
// together or not at all.
func (p *pure) dispatched() [][]callgraph.FuncID {
	sets := map[siteKey][]callgraph.FuncID{}
	var keys []siteKey
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		if e.Kind != callgraph.Call || !e.Certain {
			continue
		}
		key := siteKey{p.graph.Funcs[e.From].File, e.Pos}
		if call := p.callAt(e.From, e.Pos, lastName(p.graph.Funcs[e.To].Qual)); call == 0 ||
			p.nameOf(key.file, call) == lastName(p.graph.Funcs[e.To].Qual) {
			continue
		}
		if sets[key] == nil {
			keys = append(keys, key)
		}
		sets[key] = append(sets[key], e.To)
	}
	var list [][]callgraph.FuncID
	for _, key := range keys {
		if len(sets[key]) > 1 {
			list = append(list, sets[key])
		}
	}
	return list
}

// startsTest reports whether a function is one that a test runner calls, outside of a loop as long as it is a plain
// one.
func (p *pure) startsTest(id callgraph.FuncID) bool {
	f := &p.graph.Funcs[id]
	if !p.graph.Files[f.File].Test || f.Kind != callgraph.Plain {
		return false
	}
	name := lastName(f.Qual)
	if strings.HasPrefix(name, "test") {
		return f.Class != callgraph.None || !strings.Contains(f.Qual, ".")
	}
	return f.Class != callgraph.None && asyncHooks[name] != ""
}

// asyncHooks are the methods of unittest.TestCase that have an async twin.
var asyncHooks = map[string]string{"setUp": "asyncSetUp", "tearDown": "asyncTearDown"}

// threads finds test code that waits for the standard library only. Coroutines call it in a thread, so that what it
// waits for can run.
func (p *pure) threads() {
	if !p.patched {
		return
	}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if f := &p.graph.Funcs[site.From]; p.graph.Files[f.File].Test && !p.async[site.From] && f.Kind == callgraph.Plain &&
			isOutside(site.Name) {
			p.thread[site.From] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range p.graph.Edges {
			e := &p.graph.Edges[i]
			if p.thread[e.To] && !p.thread[e.From] && !p.async[e.From] && e.Certain &&
				p.graph.Files[p.graph.Funcs[e.From].File].Test {
				p.thread[e.From], changed = true, true
			}
		}
	}
}

// callAt finds the call at a place that leads to something of this name. One with another name is it only if no other
// call stands there.
func (p *pure) callAt(from callgraph.FuncID, pos uint32, name string) pysyntax.Node {
	file := p.graph.Funcs[from].File
	list := p.calls[file][pos]
	found := pysyntax.Node(0)
	for _, n := range list {
		if p.nameOf(file, n) == name {
			if found != 0 {
				return 0
			}
			found = n
		}
	}
	if found == 0 && len(list) == 1 {
		return list[0]
	}
	if found == 0 && len(list) > 1 {
		return list[len(list)-1] // the innermost is of the value that the place begins with
	}
	return found
}

// nameOf is the last name of what a call calls.
func (p *pure) nameOf(file int32, call pysyntax.Node) string {
	t := p.files[file].tree
	switch callee := t.Child(call); t.Kind(callee) {
	case pysyntax.Name, pysyntax.Attribute:
		return string(t.Ident(callee))
	}
	return ""
}

// calledAs is the name under which a function is called: of a constructor that of its class.
func calledAs(f *callgraph.Func, kind callgraph.EdgeKind) string {
	if kind == callgraph.Construct {
		class := f.Qual[:max(strings.LastIndexByte(f.Qual, '.'), 0)]
		return lastName(class)
	}
	return lastName(f.Qual)
}
