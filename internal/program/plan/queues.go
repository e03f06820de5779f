package plan

import (
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// queueClasses are eventlet's. One that is made without an argument takes any number of things: its put never waits.
// With 0 a put waits for who gets.
var queueClasses = map[string]bool{
	"eventlet.queue.LightQueue": true, "eventlet.queue.Queue": true, "eventlet.queue.LifoQueue": true,
	"eventlet.queue.PriorityQueue": true,
}

// Tracked reports whether the plan has to know what becomes of the object that a call of a name outside the tree makes.
func Tracked(name string) bool { return queueClasses[knowledge.Canon(name)] }

// spot is a place in a function.
type spot struct {
	from callgraph.FuncID
	pos  uint32
}

// roomyPuts finds the puts that get queues without a bound, and nothing else.
func roomyPuts(g *callgraph.Graph) map[spot]bool {
	if len(g.Made) == 0 {
		return nil
	}
	plain := map[spot]bool{}
	for i := range g.Sites {
		if s := &g.Sites[i]; s.Args == 0 && Tracked(s.Name) {
			plain[spot{s.From, s.Pos}] = true
		}
	}
	puts := map[spot]bool{}
	for i := range g.Made {
		m := &g.Made[i]
		if !Tracked(m.Name) {
			continue
		}
		roomy := plain[spot{m.From, m.Pos}] && !getsBound(m)
		for k := range m.Uses {
			u := &m.Uses[k]
			if u.Kind != callgraph.Method || u.Name != "put" {
				continue
			}
			at := spot{u.From, u.Pos}
			before, seen := puts[at]
			puts[at] = roomy && !u.Mixed && (before || !seen)
		}
	}
	return puts
}

// getsBound reports whether a queue can get a bound later: by resize, or by an attribute that is set.
func getsBound(m *callgraph.Made) bool {
	for k := range m.Uses {
		if u := &m.Uses[k]; u.Kind == callgraph.Method && u.Name == "resize" ||
			u.Kind == callgraph.Other && u.Name == "an attribute is set" {
			return true
		}
	}
	return false
}

// hasRoom reports whether a call is a put that never waits.
func (x *index) hasRoom(site *callgraph.Site) bool {
	return x.roomy[spot{site.From, site.Pos}] && strings.HasSuffix(site.Name, ".put") && site.Kind == callgraph.Call
}
