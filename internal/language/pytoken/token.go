// Package pytoken turns Python source into tokens.
//
// A Stream holds the tokens and the comments of one file in two slices that are reused for the next file. Tokens are
// values of 12 bytes, positions are byte offsets into the source as read, half open. Between two tokens there is
// nothing but blanks, line ends, backslash continuations and comments, so tokens, comments and gaps together give back
// the file.
//
// f-strings and t-strings are not one token: their quotes, literal text and replacement fields are tokens of their own,
// as in CPython since 3.12, whatever version the file was written for.
package pytoken

// Kind is the class of a token. Operators that the grammar treats alike still have kinds of their own, so that a tree
// needs no look at the text to tell them apart.
type Kind uint8

const (
	EOF     Kind = iota
	Newline      // end of a logical line; empty at the end of a file that lacks one
	Indent       // empty, at the first token of the block
	Dedent       // empty, at the first token after the block
	Bad          // bytes no token starts with

	// From here on a token is a piece of text.
	Name
	Number
	String    // a literal with prefix and quotes, unless it is an f-string or a t-string
	FStart    // prefix and opening quotes of an f-string
	TStart    // prefix and opening quotes of a t-string
	FMiddle   // literal text of either, also inside a format specification; never empty
	FEnd      // closing quotes of either; empty if they are missing
	LPar      // (
	RPar      // )
	LSqb      // [
	RSqb      // ]
	LBrace    // {
	RBrace    // }
	Colon     // :
	Comma     // ,
	Semi      // ;
	Dot       // .
	Ellipsis  // ...
	Arrow     // ->
	Excl      // ! of a conversion
	Tilde     // ~
	Walrus    // :=
	Assign    // =
	Plus      // +
	Minus     // -
	Star      // *
	Slash     // /
	DSlash    // //
	Percent   // %
	At        // @
	DStar     // **
	LShift    // <<
	RShift    // >>
	Amp       // &
	Pipe      // |
	Caret     // ^
	PlusEq    // += and so on, in the order of the operators above
	MinusEq   // -=
	StarEq    // *=
	SlashEq   // /=
	DSlashEq  // //=
	PercentEq // %=
	AtEq      // @=
	DStarEq   // **=
	LShiftEq  // <<=
	RShiftEq  // >>=
	AmpEq     // &=
	PipeEq    // |=
	CaretEq   // ^=
	Less      // <
	Greater   // >
	LessEq    // <=
	GreaterEq // >=
	Equal     // ==
	NotEqual  // != and <>
	KwFalse   // the keywords; soft ones (match, case, type, lazy, _) are names
	KwNone
	KwTrue
	KwAnd
	KwAs
	KwAssert
	KwAsync
	KwAwait
	KwBreak
	KwClass
	KwContinue
	KwDef
	KwDel
	KwElif
	KwElse
	KwExcept
	KwFinally
	KwFor
	KwFrom
	KwGlobal
	KwIf
	KwImport
	KwIn
	KwIs
	KwLambda
	KwNonlocal
	KwNot
	KwOr
	KwPass
	KwRaise
	KwReturn
	KwTry
	KwWhile
	KwWith
	KwYield
	NumKinds
)

// Token is one token; its text is src[Start:End].
type Token struct {
	Start, End uint32
	Kind       Kind
	Form       Form
}

// Form tells literals of one kind apart.
type Form uint8

// Forms of a Number; the others are bits of a String, FStart or TStart.
const (
	Int Form = iota
	Float
	Complex
	Raw     Form = 1 << (iota - 3) // the prefix has an r
	Bytes                          // the prefix has a b
	Unicode                        // the prefix is a u
	Triple                         // three quotes
	Escaped                        // a String with a backslash in it
)

// Span is a half open byte range.
type Span struct{ Start, End uint32 }

// Error is a fault of the source at a byte offset. Messages are in the words of CPython where it has any.
type Error struct {
	Pos uint32
	Msg string
}

// Stream is a file as tokens. The first token is an empty Newline, so that index 0 can mean no token, the last is EOF.
// Bytes that no token covers are blank, comment, or a backslash before a line end.
type Stream struct {
	Src      []byte
	Tokens   []Token
	Comments []Span  // from '#' to the end of the line, line end excluded, in order
	Errors   []Error // in the order found
}

var names = [NumKinds]string{
	EOF: "end of file", Newline: "newline", Indent: "indent", Dedent: "dedent", Bad: "invalid character",
	Name: "name", Number: "number", String: "string", FStart: "f-string", TStart: "t-string", FMiddle: "f-string text",
	FEnd: "end of f-string",
	LPar: "'('", RPar: "')'", LSqb: "'['", RSqb: "']'", LBrace: "'{'", RBrace: "'}'", Colon: "':'", Comma: "','",
	Semi: "';'", Dot: "'.'",
	Ellipsis: "'...'", Arrow: "'->'", Excl: "'!'", Tilde: "'~'", Walrus: "':='", Assign: "'='",
	Plus: "'+'", Minus: "'-'", Star: "'*'", Slash: "'/'", DSlash: "'//'", Percent: "'%'", At: "'@'", DStar: "'**'",
	LShift: "'<<'", RShift: "'>>'", Amp: "'&'", Pipe: "'|'", Caret: "'^'",
	PlusEq: "'+='", MinusEq: "'-='", StarEq: "'*='", SlashEq: "'/='", DSlashEq: "'//='", PercentEq: "'%='", AtEq: "'@='",
	DStarEq: "'**='", LShiftEq: "'<<='", RShiftEq: "'>>='", AmpEq: "'&='", PipeEq: "'|='", CaretEq: "'^='",
	Less: "'<'", Greater: "'>'", LessEq: "'<='", GreaterEq: "'>='", Equal: "'=='", NotEqual: "'!='",
	KwFalse: "'False'", KwNone: "'None'", KwTrue: "'True'", KwAnd: "'and'", KwAs: "'as'", KwAssert: "'assert'",
	KwAsync: "'async'", KwAwait: "'await'", KwBreak: "'break'", KwClass: "'class'", KwContinue: "'continue'",
	KwDef: "'def'", KwDel: "'del'", KwElif: "'elif'", KwElse: "'else'", KwExcept: "'except'", KwFinally: "'finally'",
	KwFor: "'for'", KwFrom: "'from'", KwGlobal: "'global'", KwIf: "'if'", KwImport: "'import'", KwIn: "'in'",
	KwIs: "'is'", KwLambda: "'lambda'", KwNonlocal: "'nonlocal'", KwNot: "'not'", KwOr: "'or'", KwPass: "'pass'",
	KwRaise: "'raise'", KwReturn: "'return'", KwTry: "'try'", KwWhile: "'while'", KwWith: "'with'", KwYield: "'yield'",
}

// String is the kind as a message may quote it.
func (k Kind) String() string { return names[k] }
