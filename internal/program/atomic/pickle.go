package atomic

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// picklers are calls that pickle or copy their first argument.
var picklers = map[string]bool{
	"pickle.dumps": true, "pickle.dump": true, "_pickle.dumps": true, "cPickle.dumps": true, "copy.deepcopy": true,
	"pickle.Pickler.dump": true, "multiprocessing.Queue.put": true, "multiprocessing.queues.Queue.put": true,
	"multiprocessing.connection.Connection.send": true, "shelve.Shelf.__setitem__": true,
}

// submitting are methods of pools of processes that pickle the function they are given and its arguments.
var submitting = map[string]bool{
	"submit": true, "map": true, "apply": true, "apply_async": true, "map_async": true, "imap": true,
	"imap_unordered": true, "starmap": true, "starmap_async": true,
}

// picklesFunctions reports whether a call pickles the functions that it is given: a method of the pool itself does, one
// of what that gave does not.
func picklesFunctions(name string) bool {
	of, method := name[:max(strings.LastIndexByte(name, '.'), 0)], name[strings.LastIndexByte(name, '.')+1:]
	of = strings.TrimSuffix(of, "()")
	return submitting[method] &&
		(strings.HasSuffix(of, "ProcessPoolExecutor") ||
			strings.HasPrefix(of, "multiprocessing.") && strings.HasSuffix(of, "Pool") && !strings.HasSuffix(of, "ThreadPool"))
}

// unpicklable are classes whose objects cannot be pickled or copied deeply.
var unpicklable = map[string]bool{
	"Lock": true, "RLock": true, "Condition": true, "Semaphore": true, "BoundedSemaphore": true, "Event": true,
	"Queue": true, "SimpleQueue": true, "LifoQueue": true, "PriorityQueue": true, "Thread": true, "Timer": true,
	"ThreadPoolExecutor": true, "local": true, "socket": true, "Barrier": true, "allocate_lock": true,
}

// pickled looks for objects with a lock, thread or executor that are pickled or copied.
func (a *analysis) pickled() {
	for id, f := range a.fns {
		if f == nil {
			continue
		}
		fn := callgraph.FuncID(id)
		for i := range f.Calls {
			c := &f.Calls[i]
			for _, name := range a.sitesAt(fn, c.Start) {
				switch {
				case picklers[name]:
					a.pickledAt(fn, c, name, a.classGiven(fn, c))
				case picklesFunctions(name) && a.givesMethod(fn, c):
					a.pickledAt(fn, c, name, a.around(fn))
				}
			}
		}
	}
}

// givesMethod reports whether a method of the object itself is among the arguments of a call: with it goes the object.
// An attribute goes alone.
func (a *analysis) givesMethod(fn callgraph.FuncID, c *Call) bool {
	class := a.around(fn)
	return class >= 0 && slices.ContainsFunc(c.Self, func(name string) bool {
		m := a.method(class, name)
		return m != callgraph.None && a.g.Funcs[m].Flags&(callgraph.Property|callgraph.Static) == 0
	})
}

// classGiven gives the class of the first argument of a call, -1 if it is not known.
func (a *analysis) classGiven(fn callgraph.FuncID, c *Call) int32 {
	switch {
	case c.Made == "self":
		return a.around(fn)
	case c.Made != "":
		return a.classNamed(fn, c.Made)
	case c.First.Kind != NoRef:
		s := a.state(fn, c.First)
		if k := a.kindOf(s); len(k.makers) == 1 && !k.other {
			at := k.makers[0]
			return a.classNamed(at.fn, a.valueOf(at).Name)
		}
	}
	return -1
}

// classNamed gives the class that a dotted name means in the file of a function, -1 for none of the tree.
func (a *analysis) classNamed(fn callgraph.FuncID, name string) int32 {
	module := a.g.Funcs[fn].Module
	found := int32(-1)
	for c := range a.g.Classes {
		k := &a.g.Classes[c]
		if k.Module+"."+k.Qual == name || k.Module == module && k.Qual == name {
			found = int32(c)
		}
	}
	return found
}

// pickledAt looks whether an object that is pickled or copied has something in it that cannot be.
func (a *analysis) pickledAt(fn callgraph.FuncID, c *Call, name string, class int32) {
	in, s, made := a.unpicklableIn(class, name, 0)
	if in < 0 {
		return
	}
	what := "its " + a.show(s)
	if in != class {
		what = fmt.Sprintf("%s of the `%s` in it", a.show(s), a.g.Classes[in].Qual)
	}
	a.report(Finding{
		Code: Pickled, Fn: fn, Start: c.Start, End: min(c.End, a.endOfLine(fn, c.Start)), Certain: true,
		Message: fmt.Sprintf(
			"`%s` pickles or copies a `%s`, and %s is a `%s`, which cannot be",
			name,
			a.g.Classes[class].Qual,
			what,
			made,
		),
		Help: "leave it out in `__getstate__` and make a new one in `__setstate__`, or keep it outside the object",
	})
}

// unpicklableIn finds what cannot be pickled or copied in the objects of a class, or in those that their attributes
// hold: whose attribute it is (-1 if there is none), and what made it.
func (a *analysis) unpicklableIn(class int32, name string, depth int) (in int32, s State, made string) {
	const most = 3
	if class < 0 || depth > most {
		return -1, State{}, ""
	}
	for _, k := range a.mro(class) {
		if f := a.facts[k]; f != nil &&
			slices.ContainsFunc(
				f.Slots,
				func(slot string) bool { return slot != "__deepcopy__" && slot != "__copy__" || name == "copy.deepcopy" },
			) {
			return -1, State{}, ""
		}
	}
	attributes := a.attributes(class)
	for _, s := range attributes {
		k := a.kindOf(s)
		for _, made := range k.made {
			if last := made[strings.LastIndexByte(made, '.')+1:]; unpicklable[last] && k.bySelf {
				return class, s, made
			}
		}
	}
	for _, s := range attributes {
		if k := a.kindOf(s); k.bySelf && len(k.makers) == 1 && !k.other && !k.none && !k.container {
			at := k.makers[0]
			if in, s, made := a.unpicklableIn(a.classNamed(at.fn, a.valueOf(at).Name), name, depth+1); in >= 0 {
				return in, s, made
			}
		}
	}
	return -1, State{}, ""
}

// attributes gives the attributes of a class and those above it, by name.
func (a *analysis) attributes(class int32) []State {
	var list []State
	above := a.mro(class)
	for s := range a.spots {
		if s.Kind == SelfAttr && slices.Contains(above, s.Owner) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(x, y State) int { return strings.Compare(x.Name, y.Name) })
	return list
}
