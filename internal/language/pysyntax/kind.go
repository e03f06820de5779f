package pysyntax

// Kind is the syntactic form of a node. Names are those of CPython's ast where it has the node; a comment gives the
// children in order, `?` may be missing, `*` any number of times. Order is the order in the source, so IfExp has its
// value before its test.
type Kind uint8

const (
	// Error is source that fits no rule; its children are what could be made of it.
	Error Kind = iota

	// Parts that ast keeps as lists or objects without a position.
	Module         // statement*
	Block          // statement*: the body of a compound statement
	ElseBlock      // statement*: after else
	FinallyBlock   // statement*
	Decorator      // expression; the range starts at '@'
	Params         // Param*
	WithItem       // expression, target?
	MatchCase      // pattern, guard? (an expression), Block
	Comprehension  // target, iterable, condition*; FlagAsync
	TypeParams     // TypeVar | ParamSpec | TypeVarTuple, any number
	DictUnpack     // expression: `**x` in a dict display
	KeywordPattern // pattern: `name=pattern` in a class pattern; Tok is the name
	Identifier     // a name in global and nonlocal

	// Statements
	FunctionDef // Decorator*, TypeParams?, Params, returns? (an expression), Block; Tok is the name, FlagAsync
	ClassDef    // Decorator*, TypeParams?, (expression | Starred | Keyword)*, Block; Tok is the name
	Return      // expression?
	Delete      // target*
	Assign      // target+, value
	TypeAlias   // Name, TypeParams?, value
	AugAssign   // target, value; Op
	AnnAssign   // target, annotation, value?; FlagSimple
	For         // target, iterable, Block, ElseBlock?; FlagAsync
	While       // test, Block, ElseBlock?
	If          // test, Block, (If with FlagElif | ElseBlock)?
	With        // WithItem+, Block; FlagAsync
	Match       // subject, MatchCase+
	Raise       // (exception, cause?)?
	Try         // Block, ExceptHandler*, ElseBlock?, FinallyBlock?; FlagStar for except*
	Assert      // test, message?
	Import      // Alias+; FlagLazy
	ImportFrom  // Alias+; FlagLazy; see ImportModule
	Global      // Identifier+
	Nonlocal    // Identifier+
	ExprStmt    // expression
	Pass
	Break
	Continue

	// Parts with a position
	ExceptHandler // type?, Block; Tok is the name after `as`, or 0
	Alias         // see AliasName and AliasAsname
	// annotation? (FlagAnnotation), default? (FlagDefault); Tok is the name, Op a ParamKind. The range includes stars and
	// default, see ArgRange
	Param
	Keyword      // value; Tok is the name, or the `**` (FlagUnpack)
	TypeVar      // bound? (FlagAnnotation), default? (FlagDefault); Tok is the name
	ParamSpec    // default? (FlagDefault); Tok is the name
	TypeVarTuple // default? (FlagDefault); Tok is the name

	// Expressions
	BoolOp         // expression+; Op And or Or
	NamedExpr      // Name, value
	BinOp          // left, right; Op
	UnaryOp        // operand; Op
	Lambda         // Params, body
	IfExp          // value, test, other value
	Dict           // (key, value | DictUnpack)*
	Set            // expression+
	ListComp       // element, Comprehension+
	SetComp        // element, Comprehension+
	DictComp       // (key, value | DictUnpack), Comprehension+
	GeneratorExp   // element, Comprehension+
	Await          // expression
	Yield          // expression?
	YieldFrom      // expression
	Compare        // left, comparator+; a comparator's Rel is the operator before it
	Call           // callee, (expression | Starred | Keyword)*
	FormattedValue // expression, JoinedStr? (the format specification); Op is the conversion: 0, 's', 'r' or 'a'
	Interpolation  // the same in a t-string
	JoinedStr      // (Constant | FormattedValue)*
	TemplateStr    // (Constant | Interpolation)*
	Constant       // Op is a ConstKind
	Attribute      // expression; Tok is the name
	Subscript      // expression, index
	Starred        // expression
	Name           // Tok is the name
	List           // expression*
	Tuple          // expression*
	Slice          // lower? (FlagLower), upper? (FlagUpper), step? (FlagStep)

	// Patterns
	MatchValue     // expression
	MatchSingleton // Op ConstTrue, ConstFalse or ConstNone
	MatchSequence  // pattern*
	MatchMapping   // (key expression, pattern)*; Tok is the name after `**`, or 0
	MatchClass     // class expression, (pattern | KeywordPattern)*
	MatchStar      // Tok is the name, or 0 for `*_`
	MatchAs        // pattern?; Tok is the name, or 0 for `_`
	MatchOr        // pattern+
	NumKinds
)

// IsStatement reports whether k is a statement; Error is none.
func (k Kind) IsStatement() bool { return k >= FunctionDef && k <= Continue }

// IsExpr reports whether k is an expression; Error is none.
func (k Kind) IsExpr() bool { return k >= BoolOp && k <= Slice }

// Flags of a node.
const (
	FlagAsync      = 1 << iota // FunctionDef, For, With, Comprehension
	FlagStore                  // Name, Attribute, Subscript, Starred, List, Tuple: assigned to
	FlagDel                    // the same: deleted
	FlagAnnotation             // Param, TypeVar: the first child is the annotation or bound
	FlagDefault                // Param, TypeVar, ParamSpec, TypeVarTuple: the last child is the default
	FlagParens                 // an expression that stood in parentheses of its own; its range excludes them
	FlagElif                   // If
	FlagDebug                  // FormattedValue: {x=}
)

// Flags that share a bit with one that cannot occur on the same kind.
const (
	FlagLower  = FlagAsync      // Slice
	FlagUpper  = FlagStore      // Slice
	FlagStep   = FlagDel        // Slice
	FlagStar   = FlagAsync      // Try: except*
	FlagLazy   = FlagAsync      // Import, ImportFrom
	FlagUnpack = FlagAsync      // Keyword: **x
	FlagSimple = FlagAnnotation // AnnAssign: the target is a name without parentheses
)

// Op is what tells nodes of one kind apart: an operator, the type of a constant, the sort of a parameter.
type Op uint8

// Operators of BinOp and AugAssign, UnaryOp, BoolOp and Compare (as Rel of the right operand).
const (
	OpNone Op = iota
	OpAdd
	OpSub
	OpMult
	OpDiv
	OpFloorDiv
	OpMod
	OpMatMult
	OpPow
	OpLShift
	OpRShift
	OpBitAnd
	OpBitOr
	OpBitXor
	OpInvert
	OpNot
	OpUAdd
	OpUSub
	OpAnd
	OpOr
	OpLt
	OpGt
	OpLtE
	OpGtE
	OpEq
	OpNotEq
	OpIn
	OpNotIn
	OpIs
	OpIsNot
)

// Types of a Constant.
const (
	ConstNone Op = iota
	ConstTrue
	ConstFalse
	ConstEllipsis
	ConstInt
	ConstFloat
	ConstComplex
	ConstStr   // one or more literals side by side, or literal text in an f-string
	ConstBytes // the same
)

// Sorts of a Param, in the order ast lists them.
const (
	ParamPosOnly Op = iota
	ParamNormal
	ParamVarArgs // *args
	ParamKwOnly
	ParamKwArgs // **kwargs
)
