package resolve

import (
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
)

// Kind says what an expression can denote.
type Kind uint8

const (
	External       Kind = iota // a name outside the tree that the Library follows
	Module                     // a module of the tree
	Class                      // a class of the tree
	Function                   // a function of the tree
	Instance                   // an instance of a class of the tree
	ExternalObject             // an instance of a class outside the tree that the Library knows
)

// Value is one thing that an expression can denote.
type Value struct {
	Kind     Kind
	Maybe    bool        // the name on the way had other values too
	Own      bool        // External: the Library owns the name
	Inferred bool        // reached through an object or a call, not by names alone
	File     int32       // Class, Function, Instance: the file that defines it
	ID       int32       // Module: its pymodule.ID; Class, Function, Instance: index in the file
	Via      pymodule.ID // module of the tree that re-exports the external name, None without one
	Name     string      // External: dotted name; ExternalObject: canonical name of the class
}

// denotes reports whether two values are the same thing, however reached.
func (v Value) denotes(w Value) bool {
	return v.Kind == w.Kind && v.File == w.File && v.ID == w.ID && v.Name == w.Name
}

// Result is what an expression can denote. Other says that it can also be something of which nothing is known.
type Result struct {
	Values []Value
	Other  bool
}

var unknown = Result{Other: true}

// Slices of values are shared between results and memos: they are never written to, only replaced.

// add merges s into r. A value that both have is certain if either way is.
func (r *Result) add(s Result) {
	r.Other = r.Other || s.Other
	if len(r.Values) == 0 {
		r.Values = s.Values
		return
	}
	for _, v := range s.Values {
		r.addValue(v)
	}
}

func (r *Result) addValue(v Value) {
	for i, w := range r.Values {
		if w.denotes(v) {
			if w.Maybe && !v.Maybe || w.Inferred && !v.Inferred {
				r.Values = slices.Clone(r.Values)
				r.Values[i].Maybe = w.Maybe && v.Maybe
				r.Values[i].Inferred = w.Inferred && v.Inferred
			}
			return
		}
	}
	if len(r.Values) == MaxValues {
		r.Other = true
		return
	}
	r.Values = append(slices.Clip(r.Values), v)
}

// MaxValues bounds what a name can denote, and maxName the length of a dotted name in bytes. Real code stays below 5
// and 80; without a bound, a table of names made from each other takes time without end.
const (
	MaxValues = 16
	maxName   = 300
)

// markMaybe marks the external names as possible only, if there are other values beside them: of an owned name,
// anything that is not; of others, anything that is.
func (r *Result) markMaybe() {
	ours, rest := 0, 0
	for _, v := range r.Values {
		if v.Own {
			ours++
		} else {
			rest++
		}
	}
	if ours > 0 && (r.Other || rest > 0) {
		r.each(func(v *Value) { v.Maybe = v.Maybe || v.Kind == External })
	}
}

// each changes a copy of the values.
func (r *Result) each(f func(*Value)) {
	r.Values = slices.Clone(r.Values)
	for i := range r.Values {
		f(&r.Values[i])
	}
}

// inferred marks all values as reached through an object or a call.
func (r Result) inferred() Result {
	for _, v := range r.Values {
		if !v.Inferred {
			r.each(func(v *Value) { v.Inferred = true })
			break
		}
	}
	return r
}

// external gives a name outside the tree, if the Library follows it.
func (p *Program) external(dotted string) Result {
	if top, _, _ := strings.Cut(dotted, "."); !p.Library.Follows(top) {
		return unknown
	}
	return Result{Values: []Value{p.ExternalValue(dotted)}}
}

// ExternalValue is a name outside the tree.
func (p *Program) ExternalValue(dotted string) Value {
	return Value{Kind: External, Via: pymodule.None, Name: dotted, Own: p.Library.Owns(dotted)}
}

// ModuleValue is a module of the tree.
func ModuleValue(id pymodule.ID) Value { return Value{Kind: Module, ID: int32(id), Via: pymodule.None} }

func objectOf(class string) Value {
	return Value{Kind: ExternalObject, Via: pymodule.None, Name: class}
}
