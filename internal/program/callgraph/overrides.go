package callgraph

import (
	"slices"
	"strings"
)

// findOverrides finds the methods that override one which is called in another way.
func (n *natures) findOverrides() {
	s := n.solver
	methods := map[pair]int32{}
	for f := range s.funcs {
		fn := &s.funcs[f]
		if fn.class != none && fn.name != none && fn.flags&(Setter|Deleter|Overload|Property) == 0 {
			methods[pair{fn.class, s.nameOf(int32(f))}] = int32(f)
		}
	}
	for f := range s.funcs {
		low := int32(f)
		fn := &s.funcs[f]
		if fn.class == none || fn.name == none || n.decorated[low] || !n.standsAsWritten(low) ||
			fn.flags&(Setter|Deleter|Overload|Property|ContextManager) != 0 {
			continue
		}
		name := s.nameOf(low)
		if unshared[s.names[name]] || strings.HasPrefix(s.names[name], "__") && !strings.HasSuffix(s.names[name], "__") {
			continue
		}
		for _, k := range s.classes[fn.class].mro[1:] {
			high, ok := methods[pair{k, name}]
			if !ok {
				continue
			}
			if !n.decorated[high] && n.clash(low, high) {
				s.overrides = append(s.overrides, pair{low, high})
			}
			break
		}
	}
}

// standsAsWritten tells whether the name of a method means its own code: a decorator of the tree may have put another in
// its place, which serves both worlds.
func (n *natures) standsAsWritten(f int32) bool {
	m, ok := n.classes[n.funcs[f].class].members[n.nameOf(f)]
	return !ok || m.variable == none || !slices.ContainsFunc(n.solver.vars[m.variable].values, func(value int32) bool {
		v := n.get(value)
		return v.kind == kFunc && v.a != f && n.funcs[v.a].outer != n.funcs[f].outer || v.kind == kWrapped
	})
}

// clash tells whether who calls one of two methods rightly cannot call the other.
func (n *natures) clash(low, high int32) bool {
	l, h := &n.funcs[low], &n.funcs[high]
	if h.flags&ContextManager != 0 {
		return false
	}
	lowAsync, highAsync := l.flags&Async != 0, h.flags&Async != 0
	if lowAsync == highAsync {
		return false
	}
	if l.flags&Generator != 0 && h.flags&Generator != 0 {
		return true
	}
	if (l.flags|h.flags)&Generator != 0 {
		return false
	}
	if highAsync {
		return n.result(low).sort&(sCoroutine|sUnknown|sTask|sAsyncGenerator|sInstance|sCallable) == 0
	}
	return h.flags&(Stub|Abstract) == 0 &&
		n.result(high).sort&(sCoroutine|sUnknown|sTask|sAsyncGenerator|sInstance|sCallable) == 0
}
