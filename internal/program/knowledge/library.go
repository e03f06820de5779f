package knowledge

// Library tells the resolver of names what eventlet's mean: it is the resolve.Library of scan.
type Library struct{}

// Owns reports whether a dotted name is below eventlet or aiohub.
func (Library) Owns(dotted string) bool { return Owns(dotted) }

// Installed: both are outside the tree, unless the tree is their own.
func (Library) Installed(top string) bool { return Installed(top) }

// Follows leaves out what neither is theirs nor can be made green, nor hands on what is.
func (Library) Follows(top string) bool {
	return Installed(top) || MayBeImplicit(top) || top == "contextlib"
}

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

// Enters: most of eventlet's context managers return themselves.
func (Library) Enters(class string) string {
	if load().plain[class] {
		return ""
	}
	return class
}
