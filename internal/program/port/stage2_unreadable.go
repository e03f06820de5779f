package port

import (
	"aiohub/internal/language/edit"
	"aiohub/internal/program/callgraph"
)

// unreadable refuses functions of the component that are in a file which cannot be rewritten, or that are used there:
// such a use could not follow. The others of the component need not wait for that file.
func (p *painter) unreadable() {
	left := map[int32]string{}
	for file, s := range p.files {
		if why := s.whyLeft(); why != "" {
			left[file] = why
		}
	}
	if len(left) == 0 {
		return
	}
	touches := func(from, to callgraph.FuncID, at uint32) {
		file := p.graph.Funcs[from].File
		why := left[file]
		if why != "" && p.chosen[to] {
			p.refuse(file, at, inUnreadable, p.graph.Funcs[to].Name(), why, to)
		}
	}
	for f := range p.chosen {
		touches(f, f, p.graph.Funcs[f].Start)
	}
	for i := range p.graph.Edges {
		e := &p.graph.Edges[i]
		touches(e.From, e.To, e.Pos)
	}
	for i := range p.graph.Starts {
		start := &p.graph.Starts[i]
		touches(start.From, start.To, start.Pos)
	}
	for i := range p.graph.Escapes {
		escape := &p.graph.Escapes[i]
		touches(escape.From, escape.To, escape.Pos)
	}
}

// whyLeft says why a file is left alone whatever is to be changed in it, or gives "".
func (s *source) whyLeft() string {
	if edit.Unmerged(s.src) {
		return "the file has marks of a merge that was not finished"
	}
	if s.tree != nil {
		if _, broken := s.tree.FirstError(); broken {
			return "the file does not parse"
		}
	}
	return ""
}
