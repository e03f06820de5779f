package pysyntax

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"strconv"
)

// dumper prints a tree in the form of testdata/astdump.py.
type dumper struct {
	*Tree
	out []byte
	cut bool // no positions inside f-strings
	// Before 3.10 an alias had no position.
	bareAlias bool
}

func dump(t *Tree, cut, bareAlias bool, room []byte) []byte {
	d := dumper{Tree: t, out: room[:0], cut: cut, bareAlias: bareAlias}
	d.children(0, t.Root())
	return d.out
}

func (d *dumper) children(depth int, n Node) {
	for c := d.Child(n); c != 0; c = d.Next(c) {
		d.node(depth, c)
	}
}

func (d *dumper) begin(depth int, kind string) {
	d.out = strconv.AppendInt(d.out, int64(depth), 10)
	d.out = append(d.out, ' ')
	d.out = append(d.out, kind...)
}

func (d *dumper) span(start, end uint32) {
	d.out = append(d.out, ' ')
	d.out = strconv.AppendUint(d.out, uint64(start), 10)
	d.out = append(d.out, ' ')
	d.out = strconv.AppendUint(d.out, uint64(end), 10)
}

func (d *dumper) text(b []byte) {
	d.out = append(d.out, ' ')
	if len(b) == 0 {
		d.out = append(d.out, '-')
		return
	}
	for _, c := range b {
		if c >= 0x80 {
			d.out = append(d.out, '?')
			return
		}
	}
	d.out = append(d.out, b...)
}

func (d *dumper) word(s string) {
	d.out = append(d.out, ' ')
	d.out = append(d.out, s...)
}

func (d *dumper) end() { d.out = append(d.out, '\n') }

var kindNames = [NumKinds]string{
	Error: "Error", Module: "Module", Block: "body", ElseBlock: "else", FinallyBlock: "finally", Decorator: "decorator", Params: "params", WithItem: "item", MatchCase: "case",
	Comprehension: "comprehension", TypeParams: "typeparams", DictUnpack: "unpack", KeywordPattern: "kwd", Identifier: "Identifier",
	FunctionDef: "FunctionDef", ClassDef: "ClassDef", Return: "Return", Delete: "Delete", Assign: "Assign", TypeAlias: "TypeAlias", AugAssign: "AugAssign", AnnAssign: "AnnAssign",
	For: "For", While: "While", If: "If", With: "With", Match: "Match", Raise: "Raise", Try: "Try", Assert: "Assert", Import: "Import", ImportFrom: "ImportFrom", Global: "Global", Nonlocal: "Nonlocal",
	ExprStmt: "Expr", Pass: "Pass", Break: "Break", Continue: "Continue", ExceptHandler: "ExceptHandler", Alias: "alias", Param: "arg", Keyword: "keyword", TypeVar: "TypeVar", ParamSpec: "ParamSpec", TypeVarTuple: "TypeVarTuple",
	BoolOp: "BoolOp", NamedExpr: "NamedExpr", BinOp: "BinOp", UnaryOp: "UnaryOp", Lambda: "Lambda", IfExp: "IfExp", Dict: "Dict", Set: "Set", ListComp: "ListComp", SetComp: "SetComp", DictComp: "DictComp", GeneratorExp: "GeneratorExp",
	Await: "Await", Yield: "Yield", YieldFrom: "YieldFrom", Compare: "Compare", Call: "Call", FormattedValue: "FormattedValue", Interpolation: "Interpolation", JoinedStr: "JoinedStr", TemplateStr: "TemplateStr", Constant: "Constant",
	Attribute: "Attribute", Subscript: "Subscript", Starred: "Starred", Name: "Name", List: "List", Tuple: "Tuple", Slice: "Slice",
	MatchValue: "MatchValue", MatchSingleton: "MatchSingleton", MatchSequence: "MatchSequence", MatchMapping: "MatchMapping", MatchClass: "MatchClass", MatchStar: "MatchStar", MatchAs: "MatchAs", MatchOr: "MatchOr",
}

var opNames = [...]string{
	OpAdd: "Add", OpSub: "Sub", OpMult: "Mult", OpDiv: "Div", OpFloorDiv: "FloorDiv", OpMod: "Mod", OpMatMult: "MatMult", OpPow: "Pow", OpLShift: "LShift", OpRShift: "RShift",
	OpBitAnd: "BitAnd", OpBitOr: "BitOr", OpBitXor: "BitXor", OpInvert: "Invert", OpNot: "Not", OpUAdd: "UAdd", OpUSub: "USub", OpAnd: "And", OpOr: "Or",
	OpLt: "Lt", OpGt: "Gt", OpLtE: "LtE", OpGtE: "GtE", OpEq: "Eq", OpNotEq: "NotEq", OpIn: "In", OpNotIn: "NotIn", OpIs: "Is", OpIsNot: "IsNot",
}

var constNames = [...]string{ConstNone: "NoneType", ConstTrue: "bool", ConstFalse: "bool", ConstEllipsis: "ellipsis", ConstInt: "int", ConstFloat: "float", ConstComplex: "complex", ConstStr: "str", ConstBytes: "bytes"}

func (d *dumper) node(depth int, n Node) {
	kind := d.Kind(n)
	switch kind {
	case If:
		if d.Has(n, FlagElif) {
			d.begin(depth, "else")
			d.end()
			depth++
		}
	case TypeParams, Block, ElseBlock, FinallyBlock, Decorator, WithItem, MatchCase, DictUnpack, Params:
		d.begin(depth, kindNames[kind])
		d.end()
		d.children(depth+1, n)
		return
	case Comprehension:
		d.begin(depth, "comprehension")
		if d.Has(n, FlagAsync) {
			d.word("async")
		}
		d.end()
		d.children(depth+1, n)
		return
	case KeywordPattern:
		d.begin(depth, "kwd")
		d.text(d.Ident(n))
		d.end()
		d.children(depth+1, n)
		return
	}
	d.begin(depth, kindNames[kind])
	switch {
	case kind == Param:
		r := d.ArgRange(n)
		d.span(r.Start, r.End)
	case kind != Alias || !d.bareAlias:
		d.span(d.Start(n), d.End(n))
	}
	d.extra(n, kind)
	d.end()
	if kind == Global || kind == Nonlocal || d.cut && (kind == JoinedStr || kind == TemplateStr) {
		return
	}
	if kind == JoinedStr || kind == TemplateStr {
		for c := range d.Children(n) {
			if d.Kind(c) == Constant {
				d.begin(depth+1, "Constant")
				d.span(d.Start(c), d.End(c))
				d.word("text")
				d.end()
			} else {
				d.node(depth+1, c)
			}
		}
		return
	}
	d.children(depth+1, n)
}

func (d *dumper) extra(n Node, kind Kind) {
	switch kind {
	case FunctionDef:
		d.text(d.Ident(n))
		if d.Has(n, FlagAsync) {
			d.word("async")
		}
	case For, With:
		if d.Has(n, FlagAsync) {
			d.word("async")
		}
	case Try:
		if d.Has(n, FlagStar) {
			d.word("star")
		}
	case ClassDef, ExceptHandler, MatchStar, MatchAs, MatchMapping:
		d.text(d.Ident(n))
	case Keyword:
		if d.Has(n, FlagUnpack) {
			d.text(nil)
		} else {
			d.text(d.Ident(n))
		}
	case TypeVar, ParamSpec, TypeVarTuple:
		d.text(d.Ident(n))
		d.word("")
		d.letters(n, "B", FlagAnnotation, "D", FlagDefault)
	case Param:
		d.text(d.Ident(n))
		d.word("PNVKW"[d.Op(n) : d.Op(n)+1])
		d.letters(n, "A", FlagAnnotation, "D", FlagDefault)
	case AnnAssign:
		if d.Has(n, FlagSimple) {
			d.word("1")
		} else {
			d.word("0")
		}
	case AugAssign, BoolOp, BinOp, UnaryOp:
		d.word(opNames[d.Op(n)])
	case Compare:
		for c := d.Next(d.Child(n)); c != 0; c = d.Next(c) {
			d.word(opNames[d.Rel(c)])
		}
	case Import, ImportFrom:
		if kind == ImportFrom {
			level, name := d.ImportModule(n)
			d.word(strconv.Itoa(level))
			d.text(squeeze(d.Src[name.Start:name.End]))
		}
		if d.Has(n, FlagLazy) {
			d.word("lazy")
		}
	case Alias:
		name, asname := d.AliasName(n), d.AliasAsname(n)
		d.text(squeeze(d.Src[name.Start:name.End]))
		d.text(d.Src[asname.Start:asname.End])
	case Global, Nonlocal:
		for c := range d.Children(n) {
			d.text(d.Ident(c))
		}
	case FormattedValue, Interpolation:
		d.word(strconv.Itoa(int(d.Op(n))))
	case Constant:
		d.word(constNames[d.Op(n)])
		if d.Op(n) == ConstStr {
			if bytes.Contains(d.Text(n), []byte(`\N`)) {
				d.word("*")
			} else if s, ok := d.StringValue(n); ok {
				d.word(fmt.Sprint(crc32.ChecksumIEEE([]byte(s))))
			}
		}
	case MatchSingleton:
		d.word([...]string{ConstNone: "None", ConstTrue: "True", ConstFalse: "False"}[d.Op(n)])
	case Attribute, Name:
		d.text(d.Ident(n))
		d.ctx(n)
	case Subscript, Starred, List, Tuple:
		d.ctx(n)
	case Slice:
		d.word("")
		d.letters(n, "l", FlagLower, "u", FlagUpper)
		d.letters(n, "s", FlagStep, "", 0)
	}
}

func (d *dumper) letters(n Node, a string, fa uint8, b string, fb uint8) {
	if d.Has(n, fa) {
		d.out = append(d.out, a...)
	}
	if d.Has(n, fb) {
		d.out = append(d.out, b...)
	}
}

func (d *dumper) ctx(n Node) {
	switch {
	case d.Has(n, FlagStore):
		d.word("S")
	case d.Has(n, FlagDel):
		d.word("D")
	default:
		d.word("L")
	}
}

// squeeze takes the blanks out of a dotted name.
func squeeze(b []byte) []byte {
	return bytes.Join(bytes.FieldsFunc(b, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\\' || r == '\r' || r == '\f' }), nil)
}
