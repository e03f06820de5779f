package callgraph

import "aiohub/internal/output/fault"

// FuncID is an index into Graph.Funcs.
type FuncID int32

// None is the absent FuncID, and the absent index in all other fields.
const None = -1

// Kind is the form of a function.
type Kind uint8

const (
	Plain      Kind = iota // a def statement
	Lambda                 // a lambda expression
	ModuleBody             // the code of a file outside functions, class bodies included
)

// Flags describe a function.
type Flags uint32

const (
	Async          Flags = 1 << iota // async def
	Generator                        // has a yield
	ContextManager                   // @contextlib.contextmanager or asynccontextmanager
	Property                         // read as an attribute
	Setter                           // of a property
	Deleter                          // of a property
	Static
	ClassMethod
	Decorated // by something that the tree does not define and that is not known to keep the function
	Abstract
	Overload // a typing.overload stub
	Test     // in a file of test code
	Stub     // has no code of its own: pass, ..., a docstring, raise NotImplementedError
)

// File is a Python file of the tree.
type File struct {
	Path   string // as in Input.Files
	Module string // the dotted name under which it is imported
	Test   bool
	Lines  int
}

// Func is a function, a method, a nested function, a lambda or the body of a module.
type Func struct {
	File   int32
	Module string
	// Qual is the name within the module: "f", "C.m", "f.g" for a nested function, "C.x@setter", "C.x@deleter",
	// "f.<lambda:12>" with the line, "<module>". A second function of the same name in the same scope is "f#2".
	Qual       string
	Kind       Kind
	Flags      Flags
	Class      int32  // the class whose method it is, or None
	Outer      FuncID // the function around it; for those at the top of a module its body; None for a body
	Start, End uint32 // bytes of the file, half open
	Line       int    // 1-based
	// Decorators are the dotted names, innermost last; functions of the tree by module and name. One that is no name is
	// "".
	Decorators []string
	Params     []string // names of the positional parameters, self and cls included
}

// Name is how functions are written everywhere: module, colon, qualified name.
func (f *Func) Name() string { return f.Module + ":" + f.Qual }

// Class is a class statement.
type Class struct {
	File    int32
	Module  string
	Qual    string
	Bases   []int32  // classes of the tree
	Foreign []string // dotted names of bases outside the tree
	Line    int
}

// EdgeKind says what in the code makes the call.
type EdgeKind uint8

const (
	Call         EdgeKind = iota // f()
	With                         // entering or leaving a with block
	Iterate                      // for, next, list and the like: __iter__, __next__, or driving a generator
	Operator                     // a dunder behind an operator, len, str and the like
	PropertyUse                  // reading, writing or deleting a property
	DecoratorUse                 // @f
	Construct                    // C() runs C.__init__ or C.__new__
)

// Reason says how the callee of a call was found.
type Reason uint8

const (
	Name       Reason = iota // a name of the module, a function, an import
	Self                     // self.m(), cls.m()
	Super                    // super().m()
	Attribute                // an object that an attribute or variable holds
	Parameter                // an argument that a caller in the tree passes
	Return                   // what a function of the tree returns
	Element                  // an element of a container
	Getattr                  // getattr with a constant name or prefix
	Annotation               // what an annotation says
	Registry                 // a name in a table of strings
	Passed                   // a function handed to a helper that calls it
	Protocol                 // with, for, an operator
	// what a decorator of the tree wraps: From has a colour only if all its callees of this kind have it
	Wrapped
	UniqueName // possible only: the one method of the tree with this name
	AmongNames // possible only: one of a few methods of the tree with this name
)

// Edge is a call of a function of the tree by another.
type Edge struct {
	From, To FuncID
	Kind     EdgeKind
	Certain  bool
	Awaited  bool
	// Indirect says that the callee is a value that a variable, an attribute or a container holds: with other callers,
	// it can be another.
	Indirect bool
	// Doubtful says that From runs it on a condition only: in a branch, or after a return.
	Doubtful bool
	Reason   Reason
	Pos, End uint32 // of the call in From's file; End is 0 for what is no call in the source
	Line     int
}

// Site is a call of something outside the tree.
type Site struct {
	From FuncID
	Kind EdgeKind
	// Certain is false if the callee can be something else as well.
	Certain  bool
	Awaited  bool
	Unused   bool // the call is a whole statement, and not awaited
	Doubtful bool // From runs it on a condition only, or it is a method of a library that a class of the tree changes
	// its object has come out of a container by the result of a function: with other callers, it can be another
	Borrowed bool
	// its arguments say that it does not wait: a lookup of what is a number already, a URL that holds its data
	Prompt bool
	Args   uint8 // how many arguments are given, at most 255
	Pos    uint32
	End    uint32 // where the call ends; 0 for what is no call in the source
	Line   int
	// Name is the dotted name as reached: "time.sleep", "socket.socket.recv" for a method of an instance,
	// "threading.Lock.__enter__" with Kind With for a with statement.
	Name   string
	Passed []FuncID // functions of the tree among the arguments
}

// Start is a function handed to something that runs it as a task or thread of its own: no call, so no edge.
type Start struct {
	From, To FuncID
	Pos      uint32
	Line     int
	Name     string // of the starter
}

// Escape is a function handed to code outside the tree that is not known to start it: a callback.
type Escape struct {
	From, To FuncID
	Pos      uint32
	Line     int
	Name     string // of what it is handed to
}

// Instance is a place where an object of a class of the tree is made.
type Instance struct {
	From  FuncID
	Class int32
	Pos   uint32
}

// Open is a call whose callee is not known for certain.
type Open struct {
	From FuncID
	Pos  uint32
	Line int
	Expr string // the callee as written
	Attr string // its last name
	// Candidates are the functions of the tree that the name can mean, at most a few, sorted.
	Candidates []FuncID
	// Callback says that the callee is a value that nothing in the tree is seen to provide: a handler of whoever uses
	// the library.
	Callback bool
	// Foreign says that the object is what code outside the tree returned: it can be one of the tree's that this code
	// was given.
	Foreign bool
	// Common says that the name is one of dict, list, str, files, loggers and the like, so that it hardly means one of
	// them.
	Common bool
}

// UseKind is what code does with a value.
type UseKind uint8

const (
	Dropped       UseKind = iota // the value of an expression statement
	Unread                       // assigned to a name of a function that nobody reads
	Tested                       // asked for its truth
	Compared                     // by an operator, or looked for with `in`
	Operand                      // of an arithmetic operator
	Formatted                    // put into a string
	Indexed                      // x[...]
	Key                          // ...[x]
	AttributeRead                // x.a; Name is the attribute
	Iterated                     // for, in, *x, comprehensions
	Delegated                    // yield from
	AsyncIterated                // async for
	Unpacked                     // a, b = x
	Entered                      // with
	AsyncEntered                 // async with
	Awaited                      // await
	Argument                     // of a call; Name is what is called
	Returned                     // by a function; Name is its name if it has to return a value
	Raised                       // raise
	Written                      // x.a = ...; Name is the attribute
)

// Nature is what a value is, as far as awaiting, iterating and entering go.
type Nature uint8

const (
	NoNature      Nature = iota
	Coroutine            // what calling a coroutine function gives: nothing has run yet
	AsyncIterator        // an async generator, or an object with nothing but __aiter__
	AsyncManager         // a context manager with nothing but __aenter__
	SyncIterator         // an iterator or iterable without __aiter__
	SyncManager          // a context manager without __aenter__
	NotAwaitable         // nothing that can be awaited
	Task                 // a task that only the loop knows
	NotCallable          // nothing that can be called, where something has to be
	ThreadLocal          // what holds other values in each thread, and the same ones for all coroutines of a thread
)

// Use is a place that does something with a value that is no good for it, or that is a coroutine.
type Use struct {
	From       FuncID
	Start, End uint32 // of the expression, in From's file
	Kind       UseKind
	Nature     Nature
	Certain    bool
	Of         FuncID // the function of the tree that gave the value, or None
	Source     string // the dotted name outside the tree that gave it, or ""
	Name       string // see UseKind
}

// Run is a coroutine function whose coroutine is handed to something that runs it: as a task beside others, or to its
// end.
type Run struct {
	From, To   FuncID
	Start, End uint32 // of the coroutine, in From's file
	Name       string // of what it is handed to
	Certain    bool
}

// Override is a method that overrides another which is called in another way: one of them is a coroutine function or an
// async generator, the other is not.
type Override struct{ Low, High FuncID }

// Handler is an except clause of a coroutine function.
type Handler struct {
	From       FuncID
	Start, End uint32   // of the exceptions, in From's file
	Names      []string // the dotted names of those from outside the tree
}

// Graph is who calls whom in a tree.
type Graph struct {
	Files   []File
	Funcs   []Func // sorted by the file's path and Start
	Classes []Class
	Edges   []Edge   // sorted by From, Pos, To
	Sites   []Site   // sorted by From, Pos, Name
	Starts  []Start  // sorted by From, Pos, To
	Escapes []Escape // sorted by From, Pos, To
	Opens   []Open   // sorted by From, Pos
	// Groups are methods that override one another and so share a colour; each has at least two members, sorted.
	Groups    [][]FuncID
	Instances []Instance // sorted by From, Pos, Class
	Made      []Made     // what Input.Track asks for, sorted by From, Pos
	Uses      []Use      // sorted by the file of From, Start, End
	Runs      []Run      // sorted by From, Start
	Overrides []Override // sorted by Low, High
	Handlers  []Handler  // sorted by From, Start
	Problems  []fault.Problem
}
