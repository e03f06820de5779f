package atomic

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// lockset is a sorted list of names of locks.
type lockset []string

// unknownLock stands for something that is held and of which nothing more is known: it may be any lock.
const unknownLock = "?"

func (a lockset) with(b ...string) lockset {
	if len(b) == 0 {
		return a
	}
	c := append(slices.Clone(a), b...)
	slices.Sort(c)
	return slices.Compact(c)
}

// excludes reports whether two things that are done with these locks held cannot be done at once, as far as is known.
func (a lockset) excludes(b lockset) bool {
	for _, x := range a {
		if x == unknownLock && len(b) > 0 || slices.Contains(b, x) {
			return true
		}
	}
	return len(a) > 0 && slices.Contains(b, unknownLock)
}

var lockWords = regexp.MustCompile(
	`(?i)lock|mutex|cond\b|_cv\b|condition|semaphore|\bsem\b|_sem\b|synchron|guard|critical|exclusive|serializ`)

// soundsLikeLock tells whether a name has a word of locks in it. Few names are asked for, each once for each call.
func (p *program) soundsLikeLock(name string) bool {
	found, known := p.lockish[name]
	if !known {
		found = lockWords.MatchString(name)
		p.lockish[name] = found
	}
	return found
}

// keys gives the locks that something entered holds, none if it is no lock.
func (p *program) keys(fn callgraph.FuncID, l *Lock, depth int) []string {
	names := p.sitesAt(fn, l.Pos)
	for _, name := range names {
		if strings.HasSuffix(name, "lockutils.lock") || strings.HasSuffix(name, "lockutils.external_lock") ||
			strings.HasSuffix(name, "lockutils.internal_lock") {
			return []string{"name:" + cmp.Or(l.Arg, unknownLock)}
		}
	}
	if l.Name == "" || l.Ref.Kind != NoRef {
		if s := p.state(fn, l.Ref); s.Kind != NoRef {
			if k := p.kindOf(s); k.lock || p.soundsLikeLock(s.Name) {
				return []string{p.lockKey(s)}
			}
		}
	}
	for _, name := range names {
		class := strings.TrimSuffix(name, ".__enter__")
		if lockNames[class[strings.LastIndexByte(class, '.')+1:]] {
			return []string{"text:" + l.Text}
		}
	}
	if keys := p.managed(fn, l, depth); keys != nil {
		return keys
	}
	if p.soundsLikeLock(l.Text) {
		if l.Ref.Kind == NoRef && l.Name != "" {
			return []string{unknownLock}
		}
		return []string{"text:" + l.Text}
	}
	return nil
}

// managed gives the locks that a context manager of the tree holds while the block runs.
func (p *program) managed(fn callgraph.FuncID, l *Lock, depth int) []string {
	if depth > 3 {
		return nil
	}
	var keys []string
	for _, e := range p.calleesAt(fn, l.Pos) {
		f := p.fns[e.To]
		if f == nil {
			continue
		}
		if len(f.Awaits) > 0 {
			for i := range f.Locks {
				if in := &f.Locks[i]; slices.ContainsFunc(f.Awaits,
					func(w Await) bool { return w.At >= in.Start && w.At < in.End }) {
					keys = append(keys, p.keys(e.To, in, depth+1)...)
				}
			}
		}
		if f.Name == "__enter__" || f.Name == "__aenter__" {
			for i := range f.Calls {
				if c := &f.Calls[i]; c.Method == "acquire" || c.Method == "__enter__" {
					keys = append(keys, p.keys(e.To, &Lock{Pos: c.Start, Ref: c.Recv, Text: c.Text}, depth+1)...)
				}
			}
		}
	}
	return keys
}

// lockKey names the lock that a state holds. A condition that is made of a lock is that lock.
func (p *program) lockKey(s State) string {
	k := p.kindOf(s)
	for _, at := range k.makers {
		v := p.valueOf(at)
		if !strings.HasSuffix(v.Name, "Condition") {
			continue
		}
		for i := range p.fns[at.fn].Calls {
			if c := &p.fns[at.fn].Calls[i]; c.Start == v.Call && c.First.Kind != NoRef {
				if under := p.state(at.fn, c.First); under.Kind != NoRef && under != s {
					return p.lockKey(under)
				}
			}
		}
	}
	return p.show(s) + " of " + p.home(s)
}

// home says whose a state is.
func (p *program) home(s State) string {
	switch s.Kind {
	case SelfAttr:
		c := &p.g.Classes[s.Owner]
		return c.Module + ":" + c.Qual
	case Global:
		return p.g.Files[s.Owner].Module
	case Closure:
		return p.g.Funcs[s.Owner].Name()
	}
	return ""
}

// heldIn gives the locks that a function itself holds over a range.
func (p *program) heldIn(fn callgraph.FuncID, start, end uint32) lockset {
	var held lockset
	f := p.fns[fn]
	if f == nil {
		return nil
	}
	for i := range f.Locks {
		if l := &f.Locks[i]; l.Start <= start && end <= l.End {
			held = held.with(p.keys(fn, l, 0)...)
		}
	}
	return held.with(p.decorated(fn)...)
}

// decorated gives the locks that the decorators of a function hold around it.
func (p *program) decorated(fn callgraph.FuncID) []string {
	var keys []string
	for _, d := range p.fns[fn].Decorators {
		switch {
		case d.Arg != "" && p.soundsLikeLock(d.Name):
			keys = append(keys, "name:"+d.Arg)
		case p.soundsLikeLock(d.Name):
			keys = append(keys, unknownLock)
		}
	}
	return keys
}

// held gives the locks that are held over a range of a function, by itself or by all its callers.
func (p *program) held(fn callgraph.FuncID, start, end uint32) lockset {
	return p.heldIn(fn, start, end).with(p.entries[fn]...)
}

// entryLocks finds the locks that are held at each call of a function.
func (p *program) entryLocks() []lockset {
	n := len(p.g.Funcs)
	entries, known := make([]lockset, n), make([]bool, n)
	starts := make([]bool, n)
	for i := range p.g.Starts {
		starts[p.g.Starts[i].To] = true
	}
	for i := range p.g.Escapes {
		starts[p.g.Escapes[i].To] = true
	}
	// Only what is called from a place with a lock can have one, so the others are not looked at.
	var work []callgraph.FuncID
	for id := range p.g.Funcs {
		if len(p.in[id]) == 0 || starts[id] {
			known[id] = true
			work = append(work, callgraph.FuncID(id))
		}
	}
	inside := make(map[int32]lockset)
	at := func(i int32) lockset {
		e := &p.g.Edges[i]
		if f := p.fns[e.From]; f == nil || len(f.Locks) == 0 && len(f.Decorators) == 0 {
			return nil // nearly all
		}
		l, ok := inside[i]
		if !ok {
			l = p.heldAt(e.From, e.Pos)
			inside[i] = l
		}
		return l
	}
	wrapped := func(id callgraph.FuncID) bool {
		return slices.ContainsFunc(p.in[id], func(i int32) bool { return p.g.Edges[i].Reason == callgraph.Wrapped })
	}
	compute := func(id callgraph.FuncID) (lockset, bool) {
		var meet lockset
		first := true
		only := wrapped(id)
		for _, i := range p.in[id] {
			e := &p.g.Edges[i]
			if only && e.Reason != callgraph.Wrapped || !known[e.From] || p.unused(e.From, starts) {
				continue
			}
			l := at(i).with(entries[e.From]...)
			if first {
				meet, first = l, false
				continue
			}
			meet = slices.DeleteFunc(slices.Clone(meet), func(x string) bool { return !slices.Contains(l, x) })
		}
		return meet, !first
	}
	// What many call, or one calls a hundred times, is looked at once when all these are known: each look is at all
	// that call it.
	asked := make([]int, n)
	for round := 1; len(work) > 0 && round <= 40*n; round++ {
		var called []callgraph.FuncID
		for _, id := range work {
			for _, i := range p.callsOf(id) {
				if to := p.g.Edges[i].To; !starts[to] && asked[to] < round {
					asked[to] = round
					called = append(called, to)
				}
			}
		}
		work = work[:0]
		for _, to := range called {
			l, ok := compute(to)
			if !ok || known[to] && slices.Equal(l, entries[to]) {
				continue
			}
			known[to], entries[to] = true, l
			work = append(work, to)
		}
	}
	return entries
}

// unused reports whether a function is a private one that nothing calls or is handed: one for tests, or a remnant.
func (p *program) unused(fn callgraph.FuncID, starts []bool) bool {
	f := &p.g.Funcs[fn]
	if f.Kind != callgraph.Plain || len(p.in[fn]) > 0 || starts[fn] || len(f.Decorators) > 0 {
		return false
	}
	name := lastName(f)
	return strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "__")
}

// heldAt gives the locks that a function itself holds at a place.
func (p *program) heldAt(fn callgraph.FuncID, pos uint32) lockset { return p.heldIn(fn, pos, pos) }

// callsOf gives all edges from a function, certain or not.
func (p *program) callsOf(fn callgraph.FuncID) []int32 {
	lo, _ := slices.BinarySearchFunc(p.g.Edges, fn,
		func(e callgraph.Edge, fn callgraph.FuncID) int { return int(e.From - fn) })
	var list []int32
	for i := lo; i < len(p.g.Edges) && p.g.Edges[i].From == fn; i++ {
		list = append(list, int32(i))
	}
	return list
}
