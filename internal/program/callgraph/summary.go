package callgraph

import "aiohub/internal/language/pyscope"

// A variable is a place where values can be: a symbol of a scope, or a temporary that holds the value of an expression.
// Within a file the symbols of its pyscope.File come first, under their index there; temporaries follow. Values of
// literals have numbers below none, which are the same in all files.
const (
	none      = -1
	litStr    = -2
	litBytes  = -3
	litInt    = -4
	litFloat  = -5
	litBool   = -6
	nLiterals = 5
)

// opKind says what a constraint does with values.
type opKind uint8

const (
	opCopy      opKind = iota // dst takes what a has
	opFunc                    // dst takes function a
	opClass                   // dst takes class a
	opAlloc                   // dst takes the container a, of kind b
	opPut                     // field b of container dst takes what a has
	opLoad                    // dst takes attribute b of what a has
	opStore                   // attribute b of what dst has takes what a has
	opDelete                  // attribute b of what a has is deleted
	opPrefix                  // dst takes all methods of what a has whose names start with b and end with c
	opIndex                   // dst takes field b of what a has; c is the variable of the index
	opSetIndex                // field b of what dst has takes what a has; c is the variable of the index
	opDelIndex                // del a[...]
	opIter                    // dst takes the elements of what a has
	opUnpack                  // dst takes element b of what a has
	opYieldFrom               // elements of a go to b, its result to dst
	opEnter                   // dst takes what entering a gives
	opCall                    // dst takes what calling a gives; args[b:b+c]
	opSuper                   // dst takes super() of class b for what a has
	opTypeOf                  // dst takes the classes of what a has
	opInstance                // dst takes instances of what a has: an annotation
	opNarrow                  // dst takes what a has and is an instance of what b has
	opBinary                  // dst takes a operator c b; flags: opReversed
	opUnary                   // operator c of a
	opContains                // a in b
	opDecorate                // dst takes what decorator a makes of b
	opStar                    // dst takes what the star imports of the file bind name a to
	opBuiltin                 // dst takes the builtin of name a
	opDotted                  // dst takes what the dotted path a in a string leads to; b: importForm
	opImport                  // dst takes what import a binds
	opTypeVar                 // dst takes the type variable a; its bounds are put into it
	opFilter                  // dst takes what a has and filter b lets pass
	opTypeArgs                // class a is used with the types args[b:b+c]
	opAsked                   // isinstance of what a has
)

// importForm says what a function that imports by a string gives.
type importForm uint8

const (
	noImport      importForm = iota
	importModule             // the module
	importBelow              // any module below the package, or whose name begins so
	importThing              // what stands there
	importCreated            // what calling it gives
)

// Flags of an op.
const (
	opAwaited   uint8 = 1 << iota // the result is awaited
	opAsync                       // async for, async with
	opSelfStore                   // opStore through the first parameter of a method
	opInherited                   // opCall: super().m()
	opWrapped                     // opCall of a parameter of a function around: what a decorator wraps
	opStmt                        // a call whose result is not used
	opReversed                    // opBinary: a is the right operand
	opPartial                     // opCopy: dst takes values of which nothing is known as well
)

// op is one constraint, at a place of a function. Which fields mean what is said at its kind.
type op struct {
	kind     opKind
	flags    uint8
	reason   Reason
	doubtful bool  // whoever calls the function may not come here
	fn       int32 // function that contains it
	dst      int32
	a, b     int32
	c        int32
	pos      uint32
}

// arg is an argument of a call.
type arg struct {
	value int32
	name  int32 // of a keyword argument, else none; argStar for *x, argDoubleStar for **x
}

const (
	argStar       = -2
	argDoubleStar = -3
)

// opSlice is the operator of an opBinary that takes a part of a container.
const opSlice = 250

// Fields of containers that are no names. A tuple has positions too, a dict its constant keys by their names.
const (
	fieldAny  = -1 // written under a key that is not known
	fieldAll  = -2 // all values, for reading under a key that is not known
	fieldKeys = -3
	// fieldPaths are the modules that the strings among the values name, of a dict that is written out.
	fieldPaths = -4
	fieldPos   = -10 // the first of a tuple, the next is one less
	maxFields  = 8   // positions of a tuple that are told apart
)

// containerKind is the sort of a container.
type containerKind uint8

const (
	listLike containerKind = iota // lists, sets, queues
	tupleLike
	dictLike
	managerLike // an annotation's context manager: entering gives its element
)

// param is a parameter of a function.
type param struct {
	variable int32
	input    int32 // what callers pass: the variable itself, or what the annotation's filter reads
	name     int32
	alloc    int32 // the container of *args and **kwargs
	kind     paramKind
	fallback bool // has a default
	lax      bool // its annotation lets awaitables in
}

type paramKind uint8

const (
	paramPosOnly paramKind = iota
	paramNormal
	paramVarArgs
	paramKwOnly
	paramKwArgs
)

// funcSummary is a function of a file. The first is the body of the module.
type funcSummary struct {
	name       int32
	kind       Kind
	flags      Flags
	class      int32
	outer      int32
	result     int32   // variable of what it returns
	yields     int32   // variable of what it yields
	passes     []int32 // parameters that it returns as they are
	returned   int32   // what its return statements say, before the annotation's filter
	yielded    int32
	params     []param
	decorators []string // as written
	gives      gives
	start, end uint32
	qual       string
}

// gives says what a function gives back beside the values of its result variable.
type gives uint8

const (
	givesNone      gives = 1 << iota // None: a bare return, or the end of the body
	givesUnknown                     // a value of which nothing is known
	givesAwaitable                   // what can be awaited, as its annotation says
)

// classSummary is a class of a file.
type classSummary struct {
	name    int32
	scope   int32 // of its body, in the pyscope.File
	model   int32 // its index in the pyscope.File
	fn      int32 // function around it
	start   uint32
	qual    string
	flags   classFlags
	fields  []int32  // of a dataclass or the like, names in order
	members []member // names that its body or its methods bind
	// typeParams are the variables of the names that can be its type variables, in order; generic says that Generic
	// lists them.
	typeParams []int32
	generic    bool
	filters    []filtered
}

type classFlags uint8

const (
	classFields classFlags = 1 << iota // constructed from its fields: a dataclass, a NamedTuple
)

// member is a name that a class has.
type member struct {
	name     int32
	variable int32 // symbol of the body, none if only methods assign it
	setter   bool
}

// filter is what an annotation lets pass: instances of classes and of those below them, and what the flags say.
type filter struct {
	classes []int32 // variables
	lets    lets
}

type lets uint8

const (
	letContainers lets = 1 << iota
	letCallables
	letClasses
	letManagers
	letAll
)

// filtered is an attribute of a class with an annotation.
type filtered struct{ name, filter int32 }

// summary is what a file contributes to the graph. It refers to no syntax tree.
type summary struct {
	names    []string
	funcs    []funcSummary
	classes  []classSummary
	ops      []op
	args     []arg
	allocs   []containerKind
	filters  []filter
	texts    []int32  // of call ops, in their order: the callee as written
	ends     []uint32 // of call ops, in their order: where the call ends
	mentions []mention
	asks     []ask
	nvars    int32
	lines    []uint32 // where each line starts
	model    *pyscope.File
	handlers []handler
}

// handler is an except clause.
type handler struct {
	fn, v      int32 // v: variable of what it catches
	start, end uint32
}
