package callgraph

// coroutineDecorators make coroutines of generators: `yield from` in them is the await of their time.
var coroutineDecorators = map[string]bool{"types.coroutine": true, "asyncio.coroutine": true,
	"asyncio.coroutines.coroutine": true}

// generatorCoroutines gives the functions that such a decorator takes, directly or through a function of the tree that
// calls it.
func (s *solver) generatorCoroutines() map[int32]bool {
	makers := map[int32]bool{}
	for _, r := range s.outsideCalls {
		if coroutineDecorators[s.outside[r.name]] {
			makers[s.ops[s.sites[r.site].op].fn] = true
		}
	}
	found := map[int32]bool{}
	for i := range s.ops {
		o := &s.ops[i]
		if o.kind != opDecorate || !s.makesCoroutine(o.a, makers) {
			continue
		}
		for _, f := range s.functionsIn(o.b, 0) {
			found[f] = true
		}
	}
	for f := range s.funcs {
		for _, d := range s.funcs[f].decorators {
			if lastPart(d) == "coroutine" { // as every library calls its own
				found[int32(f)] = true
			}
		}
	}
	return found
}

// makesCoroutine tells whether a decorator can be one that makes coroutines. makers are the functions of the tree that
// call one.
func (s *solver) makesCoroutine(decorator int32, makers map[int32]bool) bool {
	if decorator < 0 {
		return false
	}
	for _, value := range s.vars[decorator].values {
		switch v := s.get(value); v.kind {
		case kOutside, kOpaque:
			if coroutineDecorators[s.outside[v.a]] {
				return true
			}
		case kFunc:
			if makers[v.a] {
				return true
			}
		}
	}
	return false
}
