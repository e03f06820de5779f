package plan

import (
	"fmt"

	"aiohub/internal/output/fault"
	"aiohub/internal/program/callgraph"
)

// Link is one function of a chain and what it does next.
type Link struct {
	Func  callgraph.FuncID
	Cause Cause
}

// Why gives the shortest chain from a function to a call that blocks; nil for a function that stays.
func (p *Plan) Why(id callgraph.FuncID) []Link {
	var chain []Link
	for at := id; at != callgraph.None && p.Causes[at].Kind != NoCause; at = p.Causes[at].To {
		chain = append(chain, Link{at, p.Causes[at]})
		if len(chain) > len(p.Colours) {
			break // cannot happen: depths fall along a chain
		}
	}
	return chain
}

// Pull is a function that would become async because another does.
type Pull struct {
	Func  callgraph.FuncID
	From  callgraph.FuncID // the one that pulls it: it calls From, or shares its name
	Edge  callgraph.Edge   // the call, if it is one
	Depth int
	Face  bool // colour stops here
}

// Who gives what would become async with a function if it did, nearest first, over certain calls alone.
func (p *Plan) Who(id callgraph.FuncID) []Pull {
	x := p.index
	seen := map[callgraph.FuncID]bool{id: true}
	var pulls []Pull
	queue := []Pull{{Func: id, From: callgraph.None}}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if at.Face {
			continue
		}
		add := func(next callgraph.FuncID, e callgraph.Edge) {
			if seen[next] || p.Borders[next] == NeverBlocks {
				return
			}
			seen[next] = true
			pull := Pull{Func: next, From: at.Func, Edge: e, Depth: at.Depth + 1, Face: p.Borders[next] != NoBorder}
			pulls = append(pulls, pull)
			queue = append(queue, pull)
		}
		if group := x.groups[at.Func]; group != callgraph.None {
			for _, other := range x.g.Groups[group] {
				add(other, callgraph.Edge{From: callgraph.None})
			}
		}
		for _, i := range x.in[at.Func] {
			if e := &x.edges[i]; e.Certain && x.transmits(e) {
				add(e.From, *e)
			}
		}
	}
	return pulls
}

// Find gives the functions that a user's words name: module:function, module.function, Class.method or a part of that
// at the end of a name if only one function ends so.
func (p *Plan) Find(words string) ([]callgraph.FuncID, error) {
	n := namesOf(p.Graph)
	if ids, ok := n.find(words); ok {
		return ids, nil
	}
	var ids []callgraph.FuncID
	for i := range p.Graph.Funcs {
		f := &p.Graph.Funcs[i]
		if endsWith(f.Name(), words) || endsWith(f.Module+"."+f.Qual, words) {
			ids = append(ids, callgraph.FuncID(i))
		}
	}
	switch {
	case len(ids) == 1:
		return ids, nil
	case len(ids) > 1:
		return nil, fault.New(fmt.Sprintf("%q names %d functions", words, len(ids)),
			fmt.Sprintf("one of them is %s", p.Graph.Funcs[ids[0]].Name()))
	}
	hint := "functions are named module:function or module:Class.method"
	if near := n.nearest(words, false); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return nil, fault.New(fmt.Sprintf("%q is no function of this tree", words), hint)
}

// endsWith reports whether a name ends with words that begin where a name begins.
func endsWith(name, words string) bool {
	if len(words) >= len(name) || name[len(name)-len(words):] != words {
		return false
	}
	before := name[len(name)-len(words)-1]
	return before == '.' || before == ':'
}
