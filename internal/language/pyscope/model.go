// Package pyscope reduces a Python file to what name resolution needs: scopes, symbols, what each symbol is bound to,
// and the expressions that can denote something.
//
// A File is made once from a syntax tree and never changed, so that the tree can go while the File stays: it is about a
// tenth of it. Everything is in slices, linked by indices. Nothing here knows other files or eventlet.
//
// What a File says of an expression or statement carries the number of its node in the tree (Syntax). The numbers hold
// for every tree that is made of the same bytes.
package pyscope

import "aiohub/internal/language/pysyntax"

// Name is an index into File.Names.
type Name int32

// Ref is an index into File.Nodes; None is an expression of which nothing is known.
type Ref int32

// None is the absent Ref, and the absent index in all other fields.
const None = -1

// Kind is the form of a Node.
type Kind uint8

const (
	NameNode   Kind = iota // A: name, N: the call whose function this is + 1
	AttrNode               // A: object, B: name of the attribute, N: as for a name
	CallNode               // A: function; Args[B:B+N]: arguments
	StringNode             // A: value, as a name; B: name of the function whose call is around it, or None
	SeqNode                // list, tuple or set: Args[B:B+N]: elements
	MapNode                // dict: Args[B:B+N]: values, with the key as the name if that is an identifier in quotes
	ChoiceNode             // a or b, a and b, a if c else b: Args[B:B+N]: possible values
	IndexNode              // A: container, B: index
	CompNode               // list, set, generator comprehension: A: element
	// a string that is put together, and can be a dotted path: A: as B of a StringNode; Args[B:B+N]: the parts, which are
	// values of expressions, what a mapping has for a name, or text, which is a name without a value
	JoinNode
)

// Flags of a Node.
const (
	FlagStore uint8 = 1 << iota // target of an assignment
	FlagDel                     // target of del
	FlagBase                    // the object of the attribute that is the next AttrNode with A == this
	FlagStmt                    // of a call: a whole statement
	FlagExact                   // of a ChoiceNode: a conditional expression with two values, each of them only possible
)

// Node is an expression. Start and End are byte offsets, half open, in the file as read.
type Node struct {
	Kind       Kind
	Ctx        Context
	Flags      uint8
	Scope      int32
	A, B, N    int32
	Start, End uint32
	Syntax     pysyntax.Node
}

// Arg is an argument of a call or an element of a collection.
type Arg struct {
	Value Ref
	Name  Name // of a keyword argument; None for a positional one, Star for *x, DoubleStar for **x
	// Const is the source range of the value if it is a constant.
	ConstStart, ConstEnd uint32
	Start                uint32 // of the argument, a keyword's name included
	Truth                Truth
}

// Truth is what is known of the truth of an argument.
type Truth uint8

const (
	TruthUnknown Truth = iota
	TruthTrue          // the constant True
	TruthFalse         // the constants False and None
)

// Names that no identifier can have.
const (
	Star       Name = -2
	DoubleStar Name = -3
)

// ScopeKind is the kind of a scope.
type ScopeKind uint8

const (
	ModuleScope ScopeKind = iota
	FunctionScope
	LambdaScope
	ComprehensionScope
	ClassScope
	TypeParamScope
)

// Scope is a region of names.
type Scope struct {
	Kind   ScopeKind
	Parent int32  // None for the module
	Name   Name   // of the function or class, None for others
	Class  int32  // class whose body this is, or that the function around belongs to; None outside classes
	Func   int32  // function whose body this is, None for others
	Pos    uint32 // where the statement or expression starts
}

// Symbol is a name in a scope.
type Symbol struct {
	Scope    int32
	Name     Name
	First    int32 // first binding, None without one
	last     int32
	Redirect int32 // the symbol that global or nonlocal lead to, None without such a statement
	declared uint8
}

// BindKind says how a symbol gets a value.
type BindKind uint8

const (
	BindImport    BindKind = iota // A: import
	BindFrom                      // A: import
	BindExpr                      // A: value
	BindWith                      // A: context manager; B: 0 for one of async with, None otherwise
	BindElem                      // A: iterable
	BindExcept                    // A: exception type, or a tuple of them
	BindDef                       // A: function
	BindClass                     // A: class
	BindParam                     // A: function, B: annotation; the first of a method is BindSelf
	BindSelf                      // A: function
	BindAnnotated                 // A: annotation, no value
	BindNone                      // None, True, False or ...: a placeholder
	BindOther                     // anything else
)

// Binding is one place where a symbol gets a value.
type Binding struct {
	Kind BindKind
	Next int32 // next binding of the symbol, None at the end
	A, B int32
	Pos  uint32
}

// Import is an alias of an import statement.
type Import struct {
	Syntax     pysyntax.Node // the alias
	Start, End uint32
	Scope      int32
	Level      int    // leading dots
	Module     string // as written, "" in "from . import x"
	Name       string // "*" for a star import; "" in "import x"
	As         string
	From       bool
	Ctx        Context
}

// Class is a class statement.
type Class struct {
	Syntax     pysyntax.Node
	Name       Name
	Scope      int32
	Outer      int32 // scope around it
	Bases      int32 // Args[Bases:Bases+NBase]
	NBase      int32
	NKeyword   int32 // the keywords, such as metaclass=x, follow the bases in Args
	Decorators int32 // Args[Decorators:Decorators+NDecorator], the outermost first
	NDecorator int32
	First      int32 // first of the attributes assigned in methods, index into Attrs
	Pos        uint32
}

// Attr is an attribute that a method assigns through its first parameter.
type Attr struct {
	Name Name
	Next int32
	Bind Binding
	Elem ElemKind
}

// ElemKind tells a value from an element of a container.
type ElemKind uint8

const (
	Whole   ElemKind = iota // the value itself
	Added                   // append, add: an element when iterated over
	Indexed                 // x[k] = v: an element when indexed
)

// Elem is an element put into a container that a variable holds.
type Elem struct {
	Scope int32
	Name  Name
	Value Ref
	Kind  ElemKind
}

// FuncFlags describe a function. What decorators make of it goes by their last names.
type FuncFlags uint16

const (
	FuncAsync FuncFlags = 1 << iota
	FuncGenerator
	FuncStatic
	FuncClassMethod
	FuncProperty
	FuncDecorated      // by something that is none of static, class method, property, abstract method, override and final
	FuncSetter         // @x.setter
	FuncDeleter        // @x.deleter
	FuncAbstract       // @abstractmethod
	FuncOverload       // @overload
	FuncContextManager // @contextmanager, @asynccontextmanager
)

// Func is a def statement.
type Func struct {
	Syntax     pysyntax.Node
	Name       Name
	Scope      int32
	Outer      int32
	Class      int32 // class whose body contains the def directly, None otherwise
	Flags      FuncFlags
	Decorators int32 // Args[Decorators:Decorators+NDecorator], the outermost first
	NDecorator int32
	First      int32 // first return statement with a value that can denote something, index into Returns
	Result     Ref   // annotation of the result
	Pos        uint32
}

// Return is a return statement.
type Return struct {
	Value Ref
	Next  int32
}

// AllKind says what a part of __all__ is.
type AllKind uint8

const (
	AllName   AllKind = iota // A: a name that is exported
	AllOf                    // A: an expression whose value is a list of names, such as module.__all__
	AllRemove                // A: a name taken out
	AllOpaque                // something that cannot be told
)

// AllPart is a part of __all__, in the order of the file.
type AllPart struct {
	Kind AllKind
	A    int32
}

// File is what a Python file binds and says.
type File struct {
	Names   []string
	Nodes   []Node
	Args    []Arg
	Scopes  []Scope // the first is the module
	Symbols []Symbol
	Binds   []Binding
	Imports []Import
	Stars   []int32 // imports that are star imports
	Classes []Class
	Attrs   []Attr
	Elems   []Elem
	Funcs   []Func
	Returns []Return
	All     []AllPart
	// Prefixes are dotted paths that stand in strings to be completed later.
	Prefixes  []Name
	HasAll    bool
	Respelled bool // a name is written with characters that Python normalises (NFKC)

	symbols []int32 // open addressing: index of a symbol + 1
	ids     []int32 // open addressing: Name + 1
}

func hashSymbol(scope int32, name Name) uint32 {
	h := (uint32(scope)<<16 ^ uint32(name)) * 0x9E3779B1
	return h ^ h>>15
}

// hashName hashes eight bytes at once: most names have between four and sixteen, and each is hashed many times.
func hashName[T string | []byte](s T) uint32 {
	h := uint64(len(s))
	for ; len(s) >= 8; s = s[8:] {
		word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		h = mix(h ^ word)
	}
	rest := uint64(0)
	for i := range len(s) {
		rest = rest<<8 | uint64(s[i])
	}
	return uint32(mix(h ^ rest))
}

func mix(h uint64) uint64 {
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>32
}

// Find gives the Name of a string, None if the file does not contain it.
func (f *File) Find(s string) Name {
	if len(f.ids) == 0 {
		return None
	}
	mask := uint32(len(f.ids) - 1)
	for i := hashName(s) & mask; ; i = (i + 1) & mask {
		id := f.ids[i]
		if id == 0 {
			return None
		}
		if f.Names[id-1] == s {
			return Name(id - 1)
		}
	}
}

// SymbolIn gives the symbol of a name in a scope itself, None if the scope has none.
func (f *File) SymbolIn(scope int32, name Name) int32 {
	if len(f.symbols) == 0 {
		return None
	}
	mask := uint32(len(f.symbols) - 1)
	for i := hashSymbol(scope, name) & mask; ; i = (i + 1) & mask {
		s := f.symbols[i]
		if s == 0 {
			return None
		}
		if sym := &f.Symbols[s-1]; sym.Scope == scope && sym.Name == name {
			return s - 1
		}
	}
}

// Lookup gives the symbol that a name in a scope means, None for a builtin or a name that only a star import can bind.
// pos is where the name stands: in the body of a class a name that is bound only later is looked up outside.
func (f *File) Lookup(scope int32, name Name, pos uint32) int32 {
	for s, inner := scope, false; s != None; s, inner = f.Scopes[s].Parent, true {
		isClass := f.Scopes[s].Kind == ClassScope
		if isClass && inner {
			continue
		}
		sym := f.SymbolIn(s, name)
		if sym == None {
			continue
		}
		if r := f.Symbols[sym].Redirect; r != None {
			return r
		}
		if isClass && f.Symbols[sym].First != None && !f.boundBefore(sym, pos) {
			continue
		}
		return sym
	}
	return None
}

func (f *File) boundBefore(sym int32, pos uint32) bool {
	for b := f.Symbols[sym].First; b != None; b = f.Binds[b].Next {
		if f.Binds[b].Pos < pos {
			return true
		}
	}
	return false
}

// Qualified gives the dotted names of the functions and classes around and including a scope.
func (f *File) Qualified(scope int32) string {
	name := ""
	for s := scope; s != None; s = f.Scopes[s].Parent {
		if n := f.Scopes[s].Name; n != None {
			if name == "" {
				name = f.Names[n]
			} else {
				name = f.Names[n] + "." + name
			}
		}
	}
	return name
}
