package plan

import (
	"fmt"
	"strings"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/nearest"
	"aiohub/internal/program/callgraph"
)

// Assumption is a call that somebody supposes, to see what it would change.
type Assumption struct{ Caller, Callee string }

// assume puts supposed calls into the graph.
func (x *index) assume(list []Assumption, find func(string) ([]callgraph.FuncID, error)) error {
	for _, a := range list {
		from, err := find(a.Caller)
		if err != nil {
			return err
		}
		to, err := find(a.Callee)
		if err != nil {
			return err
		}
		for _, f := range from {
			for _, t := range to {
				at := int32(len(x.edges))
				x.edges = append(x.edges, callgraph.Edge{From: f, To: t, Certain: true, Line: x.g.Funcs[f].Line})
				x.out[f] = append(x.out[f], at)
				x.in[t] = append(x.in[t], at)
			}
		}
	}
	return nil
}

// limit takes the colour from what a narrower plan is not about.
func (p *Plan) limit(in *Input) error {
	if in.Within != nil {
		p.keep(func(id callgraph.FuncID) bool { return in.Within[p.Graph.Files[p.Graph.Funcs[id].File].Path] })
	}
	if in.Only != "" {
		ids, err := p.Find(in.Only)
		if err != nil {
			return err
		}
		p.keepNeeded(ids)
	}
	if in.Until != "" {
		ids, err := p.below(in.Until)
		if err != nil {
			return err
		}
		p.keepNeeded(ids)
	}
	return nil
}

func (p *Plan) keep(wanted func(callgraph.FuncID) bool) {
	for i := range p.Colours {
		if p.Colours[i] != Stays && !wanted(callgraph.FuncID(i)) {
			p.Colours[i], p.Causes[i], p.Depths[i] = Stays, Cause{}, -1
		}
	}
}

// keepNeeded keeps functions and all that has to be async before them.
func (p *Plan) keepNeeded(work []callgraph.FuncID) {
	needed := map[callgraph.FuncID]bool{}
	for len(work) > 0 {
		id := work[len(work)-1]
		work = work[:len(work)-1]
		if needed[id] {
			continue
		}
		needed[id] = true
		work = append(work, p.needs(id)...)
	}
	p.keep(func(id callgraph.FuncID) bool { return needed[id] })
}

// below gives the functions of a module and of those below it.
func (p *Plan) below(module string) ([]callgraph.FuncID, error) {
	var ids []callgraph.FuncID
	var modules []string
	for i := range p.Graph.Funcs {
		name := p.Graph.Funcs[i].Module
		if name == module || strings.HasPrefix(name, module+".") {
			ids = append(ids, callgraph.FuncID(i))
		}
	}
	if len(ids) > 0 {
		return ids, nil
	}
	for i := range p.Graph.Files {
		modules = append(modules, p.Graph.Files[i].Module)
	}
	hint := "modules are named with dots, as they are imported"
	if near := nearest.Word(module, modules); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return nil, fault.New(fmt.Sprintf("%q is no module of this tree", module), hint)
}
