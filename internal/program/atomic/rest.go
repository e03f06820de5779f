package atomic

import (
	"slices"

	"aiohub/internal/program/callgraph"
)

// What a function does after it has started a task runs beside that task, and so does what its callers do when it has
// returned. For the names of modules and classes, which are the same for whoever comes, that is seen without a look at
// objects.

// maxUp is how many callers of a function that starts a task are looked at, one above the other.
const maxUp = 4

// rest is a function from a place on.
type rest struct {
	fn  callgraph.FuncID
	pos uint32
	up  int
}

// afterStarts finds which functions run beside a task because they, or their callers, have started it.
func (a *analysis) afterStarts() {
	var queue []callgraph.FuncID
	for i := range a.tasks {
		if k := &a.tasks[i]; k.from != callgraph.None {
			queue = a.fromHereOn(queue, rest{k.from, k.pos, 0})
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		from, partly := a.restFrom[at]
		for _, i := range a.out[at] {
			e := &a.g.Edges[i]
			if partly && e.Pos <= from || a.startsAt(e) || a.beginsTask(e) || !a.sure(i) || a.joined(at, e.Pos) {
				continue
			}
			_, part := a.restFrom[e.To]
			delete(a.restFrom, e.To) // from its beginning
			if a.beRest(e.To, step{node2{-1, at}, e.Line}) || part {
				queue = append(queue, e.To)
			}
		}
	}
}

// fromHereOn notes that the rest of the program is in a function from a place on, and in its callers when it has
// returned.
func (a *analysis) fromHereOn(queue []callgraph.FuncID, r rest) []callgraph.FuncID {
	if _, root := a.roots[r.fn]; root || a.fns[r.fn] == nil ||
		len(a.reach.tasks[node2{-1, r.fn}]) > 0 && !slices.Contains(a.reach.tasks[node2{-1, r.fn}], mainTask) {
		return queue // a task itself
	}
	if c := a.callAt(r.fn, r.pos); c != nil && c.Loop {
		r.pos = 0
	}
	if old, known := a.restFrom[r.fn]; known && old <= r.pos {
		return queue
	}
	if a.beRest(r.fn, step{by: node2{-2, 0}}) {
		queue = append(queue, r.fn)
	}
	a.restFrom[r.fn] = r.pos
	if r.up == maxUp {
		return queue
	}
	for _, i := range a.in[r.fn] {
		if e := &a.g.Edges[i]; e.Certain && e.Kind == callgraph.Call && a.g.Funcs[e.From].Flags&callgraph.Test == 0 &&
			a.g.Funcs[e.From].Kind != callgraph.ModuleBody {
			queue = a.fromHereOn(queue, rest{e.From, e.Pos, r.up + 1})
		}
	}
	return queue
}

// beRest notes that the rest of the program comes to a function, and tells whether that is new.
func (a *analysis) beRest(fn callgraph.FuncID, by step) bool {
	at := reached{node2{-1, fn}, mainTask}
	if _, root := a.roots[fn]; root || a.fns[fn] == nil || slices.Contains(a.reach.tasks[at.node2], mainTask) {
		return false
	}
	a.reach.tasks[at.node2] = append(a.reach.tasks[at.node2], mainTask)
	a.reach.from[at] = by
	return true
}
