package pyscope

// Context says what is done with an expression, or where an import stands.
type Context uint8

const (
	Other Context = iota
	Call
	With
	Except
	Raise
	Base
	Decorator
	IsInstance
	Argument
	Assigned
	Returned
	Default
	Stored
	Compared
	Condition
	Attribute
	Annotation

	Plain        // an import that always runs
	Lazy         // in a function
	Guarded      // in a try whose handler takes an ImportError
	Conditional  // under an if
	TypeChecking // under if TYPE_CHECKING
	TryImport    // a call of try_import
	Dynamic      // another call that imports by name
)
