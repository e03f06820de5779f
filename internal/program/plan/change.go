package plan

import (
	"slices"

	"aiohub/internal/program/callgraph"
)

// Change is what has become of a tree between two plans.
type Change struct {
	Before, After Counts
	Ported        []string // had to become async, and are
	Freed         []string // had to become async, and no longer block
	New           []string // must become async, and did not before
	Gone          []string // had to become async, and are no longer there
	NewFaces      []string
}

// Compare says what has changed from one plan to another.
func Compare(before, after *Plan) Change {
	c := Change{Before: before.Count(nil), After: after.Count(nil)}
	was, is := before.byName(), after.byName()
	for name, old := range was {
		if before.Colours[old] != Must {
			continue
		}
		now, there := is[name]
		switch {
		case !there:
			c.Gone = append(c.Gone, name)
		case after.Colours[now] == Must:
		case after.Graph.Funcs[now].Flags&callgraph.Async != 0:
			c.Ported = append(c.Ported, name)
		default:
			c.Freed = append(c.Freed, name)
		}
	}
	for name, now := range is {
		old, there := was[name]
		if after.Colours[now] == Must && (!there || before.Colours[old] != Must) {
			c.New = append(c.New, name)
		}
		if after.Colours[now] == Face && (!there || before.Colours[old] != Face) {
			c.NewFaces = append(c.NewFaces, name)
		}
	}
	for _, list := range [][]string{c.Ported, c.Freed, c.New, c.Gone, c.NewFaces} {
		slices.Sort(list)
	}
	return c
}

func (p *Plan) byName() map[string]int {
	names := make(map[string]int, len(p.Graph.Funcs))
	for i := range p.Graph.Funcs {
		names[p.Graph.Funcs[i].Name()] = i
	}
	return names
}
