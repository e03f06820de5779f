package callgraph

import (
	"slices"
	"strings"
)

// A tracked object can leave the tree inside a container: in the arguments of a thread, in a list that a library is
// given. What it is put into is looked at here.

// maxNested bounds how deep containers are looked into.
const maxNested = 5

// findBearers finds the containers that have a tracked object, or a container that has one. They are few, and every
// store and argument of the tree asks for them.
func (t *tracer) findBearers() map[int32]bool {
	bearers := map[int32]bool{}
	bears := func(value int32) bool {
		return slices.ContainsFunc(t.fields[value].vars, func(f fieldVar) bool {
			return slices.ContainsFunc(t.valuesOf(f.variable), func(inner int32) bool {
				return bearers[inner] || t.origin(inner) >= 0
			})
		})
	}
	for range maxNested {
		before := len(bearers)
		for value := range t.fields {
			if bearers[value] || t.origin(value) >= 0 {
				continue
			}
			if _, ok := t.sortOf(value); ok && bears(value) {
				bearers[value] = true
			}
		}
		if len(bearers) == before {
			break
		}
	}
	return bearers
}

// contents gives the tracked objects in the containers that a variable has, and in those inside.
func (t *tracer) contents(v int32) []*Made {
	var found []*Made
	seen := map[int32]bool{}
	var look func(v int32, depth int)
	look = func(v int32, depth int) {
		for _, value := range t.valuesOf(v) {
			if !t.bearers[value] || seen[value] {
				continue
			}
			seen[value] = true
			for _, f := range t.fields[value].vars {
				inside, _ := t.in(f.variable)
				found = append(found, inside...)
				if depth < maxNested {
					look(f.variable, depth+1)
				}
			}
		}
	}
	look(v, 1)
	return found
}

// holds gives the tracked objects that a variable has, itself or in containers.
func (t *tracer) holds(v int32) []*Made {
	found, _ := t.in(v)
	return append(found[:len(found):len(found)], t.contents(v)...)
}

// looksInside reports whether something outside the tree may take an object out of a container that it is given.
// Builtins are followed, or only look.
func (t *tracer) looksInside(name string) bool {
	return !strings.HasPrefix(name, "builtins.") && !compares(name) && t.takes(name)
}

// compares reports whether a name is that of something in a test that compares what it is given.
func compares(name string) bool {
	return strings.HasPrefix(lastPart(name), "assert") || strings.HasSuffix("."+name, ".mock.call")
}

// outsider names what a variable has of things outside the tree, whose attributes and elements others may read.
func (t *tracer) outsider(v int32) (name string, ok bool) {
	for _, value := range t.valuesOf(v) {
		if t.origin(value) >= 0 {
			continue
		}
		switch o := t.get(value); o.kind {
		case kOutside, kForeign, kMember, kOpaque:
			if _, known := t.sortOf(value); !known {
				return t.outside[o.a], true
			}
		}
	}
	return "", false
}
