package callgraph

import (
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
)

// altersBase tells whether what a variable has is an object of a class that changes one of a library: what a method
// does that it inherits is not what that does in the library.
func (s *solver) altersBase(v int32) bool {
	if v < 0 {
		return false
	}
	for _, value := range s.vars[v].values {
		k := s.get(value)
		if k.kind != kInstance ||
			!slices.ContainsFunc(s.classes[k.a].outside, func(base string) bool { return !pymodule.IsStdlib(topName(base)) }) {
			continue
		}
		for _, c := range s.classes[k.a].mro {
			for name, m := range s.classes[c].members {
				if hook := s.names[name]; m.variable != none && strings.HasPrefix(hook, "_") && !strings.HasPrefix(hook, "__") &&
					len(s.functionsIn(m.variable, 0)) > 0 {
					return true
				}
			}
		}
	}
	return false
}

func topName(dotted string) string {
	top, _, _ := strings.Cut(dotted, ".")
	return top
}
