package scan

import (
	"slices"
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/pymodule"
)

// valueKind says what an expression can denote.
type valueKind uint8

const (
	external       valueKind = iota // a name outside the tree, below eventlet or in the table of implicit uses
	module                          // a module of the tree
	class                           // a class of the tree
	function                        // a function of the tree
	instance                        // an instance of a class of the tree
	objectExternal                  // an instance of a class of eventlet
)

// value is one thing that an expression can denote.
type value struct {
	kind     valueKind
	maybe    bool        // the name on the way had other values too
	inferred bool        // reached through an object or a call, not by names alone
	file     int32       // class, function, instance: the file that defines it
	id       int32       // module: its pymodule.ID; class, function, instance: index in the file
	via      pymodule.ID // module of the tree that re-exports the external name, None without one
	name     string      // external: dotted name; objectExternal: canonical name of the class
}

// denotes reports whether two values are the same thing, however reached.
func (v value) denotes(w value) bool {
	return v.kind == w.kind && v.file == w.file && v.id == w.id && v.name == w.name
}

// isEventlet reports whether v is a name of eventlet, not an object of one of its classes.
func (v value) isEventlet() bool { return v.kind == external && knowledge.Is(v.name) }

// result is what an expression can denote. other says that it can also be something of which nothing is known.
type result struct {
	values []value
	other  bool
}

var unknown = result{other: true}

// Slices of values are shared between results and memos: they are never written to, only replaced.

// add merges s into r. A value that both have is certain if either way is.
func (r *result) add(s result) {
	r.other = r.other || s.other
	if len(r.values) == 0 {
		r.values = s.values
		return
	}
	for _, v := range s.values {
		r.addValue(v)
	}
}

func (r *result) addValue(v value) {
	for i, w := range r.values {
		if w.denotes(v) {
			if w.maybe && !v.maybe || w.inferred && !v.inferred {
				r.values = slices.Clone(r.values)
				r.values[i].maybe = w.maybe && v.maybe
				r.values[i].inferred = w.inferred && v.inferred
			}
			return
		}
	}
	if len(r.values) == maxValues {
		r.other = true
		return
	}
	r.values = append(slices.Clip(r.values), v)
}

// maxValues bounds what a name can denote, and maxName the length of a dotted name in bytes. Real code stays below 5
// and 80; without a bound, a table of names made from each other takes time without end.
const (
	maxValues = 16
	maxName   = 300
)

// markMaybe marks the external names as possible only, if there are other values beside them: of eventlet, anything that is not; of
// others, anything of eventlet.
func (r *result) markMaybe() {
	ours, rest := 0, 0
	for _, v := range r.values {
		if v.isEventlet() {
			ours++
		} else {
			rest++
		}
	}
	if ours > 0 && (r.other || rest > 0) {
		r.each(func(v *value) { v.maybe = v.maybe || v.kind == external })
	}
}

// each changes a copy of the values.
func (r *result) each(f func(*value)) {
	r.values = slices.Clone(r.values)
	for i := range r.values {
		f(&r.values[i])
	}
}

// inferred marks all values as reached through an object or a call.
func (r result) inferred() result {
	for _, v := range r.values {
		if !v.inferred {
			r.each(func(v *value) { v.inferred = true })
			break
		}
	}
	return r
}

// interesting reports whether names below a top-level module outside the tree are worth following.
func interesting(dotted string) bool {
	top, _, _ := strings.Cut(dotted, ".")
	return top == knowledge.Root || knowledge.MayBeImplicit(top)
}

func externalValue(dotted string) result {
	if !interesting(dotted) {
		return unknown
	}
	return result{values: []value{{kind: external, via: pymodule.None, name: dotted}}}
}

func moduleValue(id pymodule.ID) value { return value{kind: module, id: int32(id), via: pymodule.None} }

func objectOf(class string) value {
	return value{kind: objectExternal, via: pymodule.None, name: class}
}
