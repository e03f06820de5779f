package callgraph

// Whether a callee can be another one in another program.

// knownCallee tells whether the values of a callee are all that it can be: a name that is defined or imported, a method
// of an object that is known. What a parameter holds, an attribute that was assigned or an element of a container can
// be something else in another program.
func (n *natures) knownCallee(v int32, depth int) bool {
	if v < nLiterals || v >= n.nvars || depth > 8 || n.parameters[v] {
		return false // a literal is no callee
	}
	if len(n.solver.vars[v].values) == 0 {
		return true // it is known by its name alone
	}
	if known, ok := n.callees[v]; ok {
		return known
	}
	n.callees[v] = false // for what leads back to it
	n.callees[v] = n.knownByWriters(v, depth)
	return n.callees[v]
}

// knownByWriters tells it by what writes the variable of the callee.
func (n *natures) knownByWriters(v int32, depth int) bool {
	writers := n.writersOf(v)
	if n.bindings(v) > len(writers) {
		return false
	}
	for _, i := range writers {
		switch o := &n.ops[i]; o.kind {
		case opFunc, opClass, opBuiltin, opImport, opStar, opDotted, opSuper, opDecorate:
		case opCopy:
			if o.flags&opPartial != 0 || !n.knownCallee(o.a, depth+1) {
				return false
			}
		case opLoad:
			if !n.knownMethod(o) {
				return false
			}
		case opCall:
			if !n.isPartial(v) {
				return false
			}
		default:
			return false
		}
	}
	return len(writers) > 0
}

func (n *natures) isPartial(v int32) bool {
	for _, value := range n.solver.vars[v].values {
		k := n.get(value)
		if k.kind != kPartial {
			return false
		}
		if args := n.sites[k.a].args; len(args) == 0 || !n.knownCallee(args[0].value, 1) {
			return false
		}
	}
	return true
}

// knownMethod tells whether an attribute is a method, and not something that was put there.
func (n *natures) knownMethod(o *op) bool {
	for _, value := range n.solver.vars[o.a].values {
		switch k := n.get(value); k.kind {
		case kInstance, kClass:
			owner := n.declares(k.a, o.b)
			if owner == none {
				if n.has(k.a, "__getattr__") || n.has(k.a, "__getattribute__") {
					return false // it is chosen by the name, at run time
				}
				continue
			}
			m := n.classes[owner].members[o.b]
			if m.variable == none {
				return false
			}
			for _, i := range n.writersOf(m.variable) {
				switch w := &n.ops[i]; w.kind {
				case opFunc, opDecorate, opClass:
				case opCopy:
					if !n.knownCallee(w.a, 1) {
						return false
					}
				default:
					return false
				}
			}
			if n.assignedOutside(k.a, o.b) {
				return false
			}
		}
	}
	return true
}

// assignedOutside tells whether an attribute of a class or of those above it is assigned somewhere.
func (n *natures) assignedOutside(c, name int32) bool {
	for _, k := range n.classes[c].mro {
		if v, ok := n.attrs[pair{k, name}]; ok && len(n.solver.vars[v].values) > 0 {
			return true
		}
	}
	for _, i := range n.stores[name] {
		for _, value := range n.solver.vars[n.ops[i].dst].values {
			if k := n.get(value); (k.kind == kInstance || k.kind == kClass) && (n.derives(c, k.a) || n.derives(k.a, c)) {
				return true
			}
		}
	}
	return false
}
