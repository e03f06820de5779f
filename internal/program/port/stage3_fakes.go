package port

import (
	"aiohub/internal/program/callgraph"
)

// fake is what a call in the code leads to in a test alone: a function of the tests, or something outside the tree, as
// io.BytesIO.read.
type fake struct {
	from callgraph.FuncID
	to   callgraph.FuncID // or None
	name string           // the last one of what is called
}

// findFakes looks for calls in the code that lead elsewhere in a test.
func (p *pure) findFakes(doubles *callgraph.Graph) {
	p.fakes = map[siteKey][]fake{}
	if doubles == nil {
		return
	}
	for i := range doubles.Edges {
		e := &doubles.Edges[i]
		from, to := &doubles.Funcs[e.From], &doubles.Funcs[e.To]
		if e.Kind != callgraph.Call || doubles.Files[from.File].Test || !doubles.Files[to.File].Test {
			continue
		}
		key := siteKey{from.File, e.Pos}
		p.fakes[key] = append(p.fakes[key], fake{e.From, e.To, lastName(to.Qual)})
	}
	known := map[siteKey]map[string]bool{}
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		key := siteKey{p.graph.Funcs[site.From].File, site.Pos}
		if known[key] == nil {
			known[key] = map[string]bool{}
		}
		known[key][site.Name] = true
	}
	for i := range doubles.Sites {
		site := &doubles.Sites[i]
		key := siteKey{doubles.Funcs[site.From].File, site.Pos}
		if site.Kind == callgraph.Call && !doubles.Files[key.file].Test && !known[key][site.Name] {
			p.fakes[key] = append(p.fakes[key], fake{site.From, callgraph.None, lastOf(site.Name)})
		}
	}
}

// fakesOf gives what a call of a function of the tree, or of something outside it, by this name leads to in tests.
func (p *pure) fakesOf(from callgraph.FuncID, pos uint32, name string) []fake {
	var found []fake
	for _, f := range p.fakes[siteKey{p.graph.Funcs[from].File, pos}] {
		if f.from == from && f.name == name {
			found = append(found, f)
		}
	}
	return found
}

// faked gives the functions that a call leads to in the code, each with one that it leads to in a test: both wait, or
// none.
func (p *pure) faked() [][]callgraph.FuncID {
	var sets [][]callgraph.FuncID
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		if e.Kind != callgraph.Call || !e.Certain {
			continue
		}
		for _, f := range p.fakesOf(e.From, e.Pos, calledAs(&p.graph.Funcs[e.To], e.Kind)) {
			if f.to != callgraph.None && p.graph.Funcs[f.to].Class != callgraph.None {
				sets = append(sets, []callgraph.FuncID{e.To, f.to})
			}
		}
	}
	return sets
}
