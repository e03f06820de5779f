package port

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// group is objects that change together: one place can get any of them.
type group struct {
	kind *twin
	made []*callgraph.Made
}

// groupsOfMade joins the objects that share a use, and those of a pool with what it starts.
func groupsOfMade(graph *callgraph.Graph) []group {
	type place struct {
		file int32
		pos  uint32
		name string
	}
	parent := make([]int, len(graph.Made))
	for i := range parent {
		parent[i] = i
	}
	var root func(int) int
	root = func(i int) int {
		if parent[i] != i {
			parent[i] = root(parent[i])
		}
		return parent[i]
	}
	users := map[place]int{}
	join := func(at place, i int) {
		if other, ok := users[at]; ok {
			a, b := root(i), root(other)
			parent[max(a, b)] = min(a, b)
			return
		}
		users[at] = i
	}
	for i := range graph.Made {
		m := &graph.Made[i]
		if last := m.Name[strings.LastIndexByte(m.Name, '.')+1:]; threadMakers[knowledge.Canon(m.Name)] == "" {
			join(place{graph.Funcs[m.From].File, m.Pos, last}, i) // a method of a pool makes it
		}
		for _, u := range m.Uses {
			if u.Kind == callgraph.Member || u.Kind == callgraph.Unknown || u.Kind == callgraph.Replaced {
				continue
			}
			name := u.Name
			if u.Kind == callgraph.Handed {
				name = lastOf(name)
			}
			join(place{graph.Funcs[u.From].File, u.Pos, name}, i)
		}
	}
	index := map[int]int{}
	var groups []group
	for i := range graph.Made {
		r := root(i)
		k, ok := index[r]
		if !ok {
			k = len(groups)
			index[r] = k
			groups = append(groups, group{})
		}
		groups[k].made = append(groups[k].made, &graph.Made[i])
	}
	for i := range groups {
		groups[i].kind = kindOf(groups[i].made)
	}
	return groups
}

func lastOf(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// kindOf gives the primitive that all objects of a group are: a pool counts for what it starts. It is nil if they are
// several.
func kindOf(made []*callgraph.Made) *twin {
	var kind *twin
	for _, m := range made {
		k := primitiveOf(m.Name)
		switch {
		case kind == nil || kind == greenThread && k != nil && k.starts:
			kind = k
		case k == greenThread && kind.starts || kind == k || k != nil && kind.rule == k.rule:
		default:
			return nil
		}
	}
	return kind
}

// concerns reports whether a function of the component makes or uses one of the objects.
func (p *painter) concerns(g *group) bool {
	if p.could != nil {
		return true
	}
	for _, m := range g.made {
		if p.chosen[m.From] || slices.ContainsFunc(m.Uses, func(u callgraph.ObjectUse) bool { return p.chosen[u.From] }) {
			return true
		}
	}
	return false
}
