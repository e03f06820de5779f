package callgraph

// borrowed tells whether an object has come out of a container by the result of a function: a cache or registry gives
// each caller what that one has put into it, and all of them share the code. results counts the functions on the way.
func (n *natures) borrowed(v int32, results, depth int) bool {
	const deepest = 12
	if v < nLiterals || v >= n.nvars || depth > deepest {
		return false
	}
	for _, i := range n.writersOf(v) {
		switch o := &n.ops[i]; o.kind {
		case opCopy, opNarrow, opFilter:
			if n.borrowed(o.a, results, depth+1) {
				return true
			}
		case opIndex, opIter:
			if results > 0 && n.isAttribute(o.a) {
				return true
			}
		case opCall:
			if n.borrowedFrom(o.a, results, depth) {
				return true
			}
		}
	}
	return false
}

// borrowedFrom tells it of what calling a variable gives.
func (n *natures) borrowedFrom(callee int32, results, depth int) bool {
	if callee < 0 {
		return false
	}
	for _, value := range n.solver.vars[callee].values {
		k := n.get(value)
		if k.kind == kBound {
			k = n.get(k.a)
		}
		switch k.kind {
		case kMethod:
			if results > 0 && takesElement[n.names[k.b]] {
				return true
			}
		case kFunc:
			fn := &n.funcs[k.a]
			if n.borrowed(n.varBase[fn.file]+fn.returned, results+1, depth+1) {
				return true
			}
		}
	}
	return false
}

var takesElement = map[string]bool{"get": true, "pop": true, "popitem": true, "popleft": true, "setdefault": true}

// isAttribute tells whether a variable takes an attribute of something.
func (n *natures) isAttribute(v int32) bool {
	if v < nLiterals || v >= n.nvars {
		return false
	}
	for _, i := range n.writersOf(v) {
		if n.ops[i].kind == opLoad {
			return true
		}
	}
	return false
}
