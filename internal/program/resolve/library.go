package resolve

// Library says what names outside the tree mean. The resolver knows Python and the tree; what it follows beyond them,
// and what the objects are that come from there, is up to whoever asks. Dotted names are as they were reached, unless
// Canon gave them.
type Library interface {
	// Owns reports whether a dotted name is one that the library is about. An owned name may be bound beside other
	// values without being lost among them: see Value.Maybe. Names below an owned one have to be owned too.
	Owns(dotted string) bool
	// Installed reports whether a distribution of that top-level name is known to be outside the tree, so that a module
	// of the tree that is called the same is hardly meant by an import.
	Installed(top string) bool
	// Follows reports whether names below a top-level module outside the tree are worth keeping. All others are
	// unknown.
	Follows(top string) bool
	// Canon gives the name under which the library documents a dotted name.
	Canon(dotted string) string
	// Star lists what `from module import *` binds.
	Star(module string) []string
	// Class gives the canonical name of the class that a dotted name is, "" if it is none.
	Class(dotted string) string
	// Returns gives the class of the object that a call of a function or method returns, "" if that is not known. Calls
	// of what Class knows need no entry.
	Returns(dotted string) string
	// Enters gives the class of what `with x as y` binds for an x of a class, "" if that is not known.
	Enters(class string) string
}

// Everything is a Library that follows every name and knows nothing about any.
type Everything struct{}

func (Everything) Owns(string) bool           { return false }
func (Everything) Installed(string) bool      { return false }
func (Everything) Follows(string) bool        { return true }
func (Everything) Canon(dotted string) string { return dotted }
func (Everything) Star(string) []string       { return nil }
func (Everything) Class(string) string        { return "" }
func (Everything) Returns(string) string      { return "" }
func (Everything) Enters(string) string       { return "" }
