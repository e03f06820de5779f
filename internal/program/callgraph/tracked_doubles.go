package callgraph

import "slices"

// double notes that a test hands an object of a class of its own to a parameter where the code passes objects that hold
// tracked ones: what it has made under the same name is then used in their place.
func (t *tracer) double(given, param, op int32) {
	if given < 0 || param < 0 || len(t.held) == 0 {
		return
	}
	classes, _ := t.classesOf(param)
	doubles, _ := t.classesOf(given)
	if len(classes) == 0 || len(doubles) == 0 || !t.unrelated(param, given) {
		return
	}
	for _, own := range t.testHeld {
		if !t.isOneOf(own.of, doubles) {
			continue
		}
		for _, h := range t.held[own.name] {
			if h.made != own.made && t.isOneOf(h.of, classes) {
				t.note([]*Made{h.made}, Replaced, t.solver.names[own.name], op, true)
			}
		}
	}
}

// isOneOf reports whether a variable has an instance of one of some classes, or of what these derive from.
func (t *tracer) isOneOf(v int32, classes []int32) bool {
	of, _ := t.classesOf(v)
	return slices.ContainsFunc(classes, func(class int32) bool {
		return slices.ContainsFunc(of, func(o int32) bool { return slices.Contains(t.classes[class].mro, o) })
	})
}
