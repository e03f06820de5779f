package knowledge

// Library tells the resolver of names what eventlet's mean: it is the resolve.Library of scan.
type Library struct{}

// Owns reports whether a dotted name is eventlet or below it.
func (Library) Owns(dotted string) bool { return Is(dotted) }

// Installed: eventlet is outside the tree, unless the tree is its own.
func (Library) Installed(top string) bool { return top == Root }

// Follows leaves out what neither is eventlet nor can be made green.
func (Library) Follows(top string) bool { return top == Root || MayBeImplicit(top) }

// Canon undoes eventlet's own re-exports.
func (Library) Canon(dotted string) string { return Canon(dotted) }

// Star lists what a star import of a module of eventlet binds.
func (Library) Star(module string) []string { return Star(module) }

// Class gives the canonical name of a class of eventlet.
func (Library) Class(dotted string) string {
	if !Is(dotted) {
		return ""
	}
	if canon := Canon(dotted); Constructs(canon) {
		return canon
	}
	return ""
}

// Returns gives the class of the object that a function or method of eventlet returns.
func (Library) Returns(dotted string) string {
	if !Is(dotted) {
		return ""
	}
	return Returns(Canon(dotted))
}

// Enters: eventlet's context managers return themselves.
func (Library) Enters(class string) string { return class }
