package plan

import (
	"aiohub/internal/program/callgraph"
)

// colour spreads the colours from the calls that block: breadth first, so that the first cause of a function is a
// shortest chain. Must spreads over calls that are certain alone; may starts from all that must and the possible calls,
// and spreads over both.
func (p *Plan) colour(s *settled) {
	p.index.patch(p.Programs)
	certain := &spread{Plan: p, settled: s, certain: true, colour: Must}
	certain.seed()
	certain.run()
	possible := &spread{Plan: p, settled: s, colour: May}
	for id, c := range p.Colours {
		if c == Must {
			possible.queue = append(possible.queue, callgraph.FuncID(id))
		}
	}
	possible.seed()
	possible.run()
}

// spread is one run over the graph.
type spread struct {
	*Plan
	settled *settled
	certain bool
	colour  Colour
	queue   []callgraph.FuncID
}

// seed colours the functions that block themselves.
func (s *spread) seed() {
	x := s.index
	for i := range x.g.Funcs {
		id := callgraph.FuncID(i)
		if s.settled.blocks[id] {
			s.take(id, Cause{Kind: Answered, To: callgraph.None, Name: "blocking in the configuration", Certain: true}, 0)
			continue
		}
		for _, j := range x.sites[id] {
			s.seedAt(&x.g.Sites[j])
		}
	}
	for i := range x.added {
		s.seedAt(&x.added[i])
	}
	if !s.certain && len(s.Programs) == 0 {
		s.seedCallbacks()
	}
}

// seedCallbacks colours the functions that call what nothing in the tree provides. In a library these are handlers of
// its users, and one that blocks today blocks as a coroutine. A tree with a program of its own has its users in it:
// what is not known there is a question.
func (s *spread) seedCallbacks() {
	x := s.index
	for i := range x.g.Opens {
		if o := &x.g.Opens[i]; o.Callback && !x.answered(o) {
			s.take(o.From, Cause{Kind: CallsBack, To: callgraph.None, Line: o.Line, Name: o.Expr}, 0)
		}
	}
}

func (s *spread) seedAt(site *callgraph.Site) {
	if s.certain && !site.Certain || site.Awaited || site.Prompt || s.index.judge(site) != blocks {
		return
	}
	s.take(site.From, Cause{
		Kind: Blocks, To: callgraph.None, EdgeKind: site.Kind, Line: site.Line, Name: site.Name, Certain: site.Certain,
	}, 0)
}

// take colours a function, unless it has a colour that is as strong, or a border keeps it.
func (s *spread) take(id callgraph.FuncID, cause Cause, depth int32) {
	if s.Colours[id] != Stays || s.Borders[id] == NeverBlocks || s.Borders[id] == ThreadBody {
		return
	}
	s.Causes[id], s.Depths[id] = cause, depth
	if s.Borders[id] != NoBorder {
		if s.certain {
			s.Colours[id] = Face
		} else {
			s.Depths[id] = -1 // whether it has to bridge is not known: nothing to say of it yet
			s.Causes[id] = Cause{}
		}
		return
	}
	s.Colours[id] = s.colour
	s.queue = append(s.queue, id)
}

func (s *spread) run() {
	x := s.index
	for len(s.queue) > 0 {
		id := s.queue[0]
		s.queue = s.queue[1:]
		s.share(id)
		for _, i := range x.in[id] {
			e := &x.edges[i]
			if s.certain && !e.Certain || e.Awaited || !x.transmits(e) || e.Reason == callgraph.Wrapped && !s.wrapsOnly(e.From) {
				continue
			}
			s.take(e.From, Cause{Kind: Calls, To: id, EdgeKind: e.Kind, Reason: e.Reason, Line: e.Line, Certain: e.Certain},
				s.Depths[id]+1)
		}
	}
}

// share gives the colour of a method to those that override it and that it overrides: a caller cannot tell them apart.
func (s *spread) share(id callgraph.FuncID) {
	group := s.index.groups[id]
	if group == callgraph.None {
		return
	}
	for _, other := range s.index.g.Groups[group] {
		s.take(other, Cause{Kind: SharesName, To: id, Certain: s.certain}, s.Depths[id]+1)
	}
}

// wrapsOnly reports whether all that a wrapper of a decorator calls for others has the colour. One that wraps functions
// of both kinds becomes a wrapper that knows both, and its callers wait for what it wraps for them, not for it.
func (s *spread) wrapsOnly(wrapper callgraph.FuncID) bool {
	for _, i := range s.index.out[wrapper] {
		if e := &s.index.edges[i]; (e.Certain || !s.certain) && e.Reason == callgraph.Wrapped && s.Colours[e.To] != Must &&
			(s.certain || s.Colours[e.To] != May) {
			return false
		}
	}
	return true
}
