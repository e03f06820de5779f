package scan

import "aiohub/internal/language/pyscope"

// Context says how the thing that a record is about is used. Of strings, and of attributes that a mock replaces, it is
// the name of the function that they are given to; of requirements the sort of file.
type Context string

// Contexts of expressions.
const (
	Other      Context = "other"
	Call       Context = "call"
	With       Context = "with"
	Except     Context = "except"
	Raise      Context = "raise"
	Base       Context = "base"
	Decorator  Context = "decorator"
	IsInstance Context = "isinstance"
	Argument   Context = "arg"
	Assigned   Context = "assign"
	Returned   Context = "return"
	Default    Context = "default"
	Stored     Context = "store"
	Compared   Context = "compare"
	Condition  Context = "cond"
	Attribute  Context = "attr"
	Annotation Context = "annotation"
)

// Contexts of imports.
const (
	Plain        Context = "plain"         // always runs
	Lazy         Context = "lazy"          // in a function
	Guarded      Context = "guarded"       // in a try whose handler takes an ImportError
	Conditional  Context = "conditional"   // under an if
	TypeChecking Context = "type_checking" // under if TYPE_CHECKING
	TryImport    Context = "try_import"    // a call of try_import
	Dynamic      Context = "dynamic"       // another call that imports by name
)

// Contexts in files that are not Python; a requirement in setup.py, setup.cfg, tox.ini and Pipfile has the file's name.
const (
	Command      Context = "command"
	Requirements Context = "requirements"
	Constraints  Context = "constraints"
	Pyproject    Context = "pyproject"
	YAML         Context = "yaml"
	Lock         Context = "lock"   // what was resolved, written by a tool
	System       Context = "system" // a package of an operating system
	Extra        Context = "extra"  // an extra of another distribution
)

var contexts = [...]Context{
	pyscope.Other: Other, pyscope.Call: Call, pyscope.With: With, pyscope.Except: Except, pyscope.Raise: Raise,
	pyscope.Base:      Base,
	pyscope.Decorator: Decorator, pyscope.IsInstance: IsInstance, pyscope.Argument: Argument, pyscope.Assigned: Assigned,
	pyscope.Returned: Returned, pyscope.Default: Default, pyscope.Stored: Stored, pyscope.Compared: Compared,
	pyscope.Condition: Condition,
	pyscope.Attribute: Attribute, pyscope.Annotation: Annotation,
	pyscope.Plain: Plain, pyscope.Lazy: Lazy, pyscope.Guarded: Guarded, pyscope.Conditional: Conditional,
	pyscope.TypeChecking: TypeChecking, pyscope.TryImport: TryImport, pyscope.Dynamic: Dynamic,
}

func contextOf(c pyscope.Context) Context { return contexts[c] }
