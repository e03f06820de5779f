package plan

import (
	"cmp"
	"slices"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// Left is what is left to do before a program can go without monkey_patch.
type Left struct {
	Entry  string
	Loaded bool // see Program
	Files  int
	Must   int
	May    int
	Faces  int
	Calls  int // calls that are green only because of the patch
	Blocks []BlockedBy
}

// BlockedBy counts the calls of one name.
type BlockedBy struct {
	Name  string
	Calls int
}

// Left gives the state of each program, those that are loaded by name last.
func (p *Plan) Left() []Left {
	var list []Left
	for i := range p.Programs {
		program := &p.Programs[i]
		l := Left{Entry: p.named(program.Entry), Loaded: program.Loaded, Files: len(program.Files)}
		inside := func(id callgraph.FuncID) bool { return program.Files[p.Graph.Files[p.Graph.Funcs[id].File].Path] }
		for id, c := range p.Colours {
			if c == Stays || !inside(callgraph.FuncID(id)) {
				continue
			}
			switch c {
			case Must:
				l.Must++
			case May:
				l.May++
			case Face:
				l.Faces++
			}
		}
		byName := map[string]int{}
		for j := range p.Graph.Sites {
			s := &p.Graph.Sites[j]
			if !s.Awaited && inside(s.From) && !knowledge.Owns(s.Name) && p.index.judge(s) == blocks {
				byName[s.Name]++
				l.Calls++
			}
		}
		for name, n := range byName {
			l.Blocks = append(l.Blocks, BlockedBy{name, n})
		}
		slices.SortFunc(l.Blocks,
			func(a, b BlockedBy) int { return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Name, b.Name)) })
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b Left) int {
		if a.Loaded != b.Loaded {
			return map[bool]int{false: -1, true: 1}[a.Loaded]
		}
		return cmp.Compare(a.Entry, b.Entry)
	})
	return list
}
