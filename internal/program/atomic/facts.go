package atomic

// RefKind says where a state lives.
type RefKind uint8

const (
	NoRef     RefKind = iota
	SelfAttr          // an attribute of the object whose method it is; Of: class
	ClassAttr         // an attribute of a class, named through the class; Of: class
	Global            // a name of the module
	Closure           // a variable of a function that functions in it use too; Of: function
	Imported          // a name of another module of the tree: Name is "module.name"
)

// Ref names a state as one file sees it. Of is an index into the file's Classes or Funcs.
type Ref struct {
	Kind RefKind
	Of   int32
	Name string
}

// Act says what an access does with a state.
type Act uint8

const (
	Load       Act = iota // reads it
	Use                   // reads an attribute of it or calls a method of which nothing is known; Method
	Test                  // asks whether it is true, None, empty, set
	Has                   // asks whether something is in it, or gets it with a default
	Item                  // takes an element, and fails if it is not there
	View                  // takes a copy or a view of all elements
	Iterate               // goes through the elements while code of the loop runs
	Store                 // binds it anew; Value
	Change                // x += 1
	Delete                // del x
	SetItem               // x[k] = v
	ChangeItem            // x[k] += 1
	DelItem               // del x[k]
	Add                   // append, add, update and the like; Method
	Remove                // pop, remove and the like; Method
	Clear                 // x.clear()
	Raise                 // x.set() of an event
)

// writes reports whether an act changes the state.
func (a Act) writes() bool { return a >= Store }

// changesElements reports whether an act changes what is in a container.
func (a Act) changesElements() bool { return a >= SetItem && a <= Clear }

// ValueKind says what is stored.
type ValueKind uint8

const (
	Other    ValueKind = iota
	Nothing            // None
	Constant           // a number, a string, True
	Dict
	List
	Set
	Made // what a call gives; Value.Call and Value.Name say which
)

// Value is what a store stores.
type Value struct {
	Kind       ValueKind
	Call       uint32 // where the call begins
	Name       string // its callee as written, imports resolved
	Start, End uint32 // of the whole value
	Empty      bool   // a container without elements
	Bare       bool   // a call without arguments
	Rest       bool   // what is left of the state itself behind its front: x = x[n:]
}

// nothingIn reports whether a value is an empty container.
func (v *Value) nothingIn() bool {
	return v.Empty && (v.Kind == Dict || v.Kind == List || v.Kind == Set)
}

// Access is one thing that a function does with a state.
type Access struct {
	Ref        Ref
	Act        Act
	Method     string
	Start, End uint32
	Value      int32 // index into File.Values, -1 for none
	Deep       bool  // an element of it, not the state itself
	Caught     bool  // a handler around takes the error that there is no such element
	Awaits     bool  // it iterates in a loop that awaits each element
	ended      bool  // it iterates in a comprehension that comes to its end by itself
}

// Check is a test and what is done on its result, or a read and the write that it leads to.
type Check struct {
	Test, Act int32 // indices into Func.Accesses
	Form      Form
	Guard     bool // the test leaves the block
	Loop      bool // the test is that of a while loop
}

// Form is the shape of a Check.
type Form uint8

const (
	TestThenAct Form = iota
	ReadThenWrite
	ClearThenFill
	AddThenTest // a container is added to, then a flag of the same object tested: Act is the test
	TryThenAct  // an element is taken, and made if it is not there
)

// Lock is a range of a function in which something is entered or held.
type Lock struct {
	Start, End uint32
	Pos        uint32 // of the expression that is entered
	Ref        Ref
	Text       string // the expression as written
	Name       string // the callee, imports resolved, if it is a call
	Arg        string // its first argument, if that is a string
	Flags      lockFlags
}

type lockFlags uint8

const (
	lockFair lockFlags = 1 << iota
	lockWith           // a with statement, not acquire and release
	lockAsync
	lockBranch // entered in a branch
)

// Call is a call that matters: of a method of a state, of one that starts, waits or forks.
type Call struct {
	Start, End uint32
	Paren      uint32   // where the arguments begin
	Method     string   // last name of the callee
	Recv       Ref      // the state whose method is called
	Ctor       uint32   // where the call stands that made the receiver, 0 if that is not known
	RecvCall   uint32   // where the call stands whose result is the receiver: f().m()
	Self       []string // attributes of self among its arguments, not called
	Given      []string // functions of the file among its arguments, by name
	Refuses    bool     // False is among its arguments
	NonBlock   bool     // its first argument is False, or blocking=False
	Params     bool     // a parameter of the function is among its arguments
	SelfArg    bool     // self itself is
	Loop       bool     // it stands in a loop
	BlockEnd   uint32   // where the block ends that it stands in
	Text       string   // of the receiver
	Args       []string // names among its arguments, as written
	First      Ref      // the first argument or target=, if that is a state
	Made       string   // class whose instance the first argument is, as written
	Awaited    bool
	Iterated   bool   // its result is gone through by a loop or comprehension
	Branch     bool   // it stands in a branch
	Comp       uint32 // where the comprehension ends that it stands in, 0 for none
	Workers    bool   // it is given a number of workers that is not 1
	Assigned   Ref    // the state that its result goes to
	Local      string // the local variable that its result goes to
	Submits    Bound
}

// Bound is a method of an executor that a call is given as its first argument: helper(pool.submit, f).
type Bound struct {
	Method   string // "" for none
	Recv     Ref    // the executor, if it is a state
	RecvCall uint32 // where the call stands that gives it
}

// Decorator is a decorator of a function.
type Decorator struct {
	Name string // imports resolved
	Arg  string // its first argument, if that is a string
	Fair bool
	Pos  uint32
}

// Func is what a function does with states, in the order of the source.
type Func struct {
	Start      uint32 // as callgraph.Func.Start; a module body has Body
	End        uint32
	Body       bool
	Async      bool
	Class      int32 // whose method it is, -1
	Outer      int32 // -1 for the body
	Name       string
	Params     int32
	Decorators []Decorator
	Accesses   []Access
	Checks     []Check
	Locks      []Lock
	Calls      []Call
	Awaits     []Await
}

// Await is a place where a function can be suspended: await, async for, async with, yield.
type Await struct {
	At    uint32
	Until uint32 // the end of what can come after it: a branch that returns or raises ends there
	Call  uint32 // where the call begins whose result is awaited, if it is an await of a call; 0 if not
	Plain bool   // an await of a call
	Apart []Span // the other branches of the statements that it stands in: there it has not been
}

// Span is a range of a file.
type Span struct {
	Start, End uint32
}

// Class is a class of a file.
type Class struct {
	Start uint32
	Name  string
	Slots []string // special methods that it defines, those about copies and pickles
}

// File is what a file says of states. It refers to no syntax tree and to no other file.
type File struct {
	Path    string
	Funcs   []Func // the first is the body
	Classes []Class
	Values  []Value
	Lines   []uint32 // where each line starts
}
