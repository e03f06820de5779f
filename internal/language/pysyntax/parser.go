package pysyntax

import (
	"bytes"
	"cmp"
	"slices"

	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pytoken"
)

// MaxDepth bounds how deep expressions and blocks nest. A Go stack overflow cannot be recovered from; CPython gives up
// at a similar depth.
const MaxDepth = 3000

// MaxSize is the largest source that Parse takes, in bytes.
const MaxSize = 1 << 30

// maxChain bounds what nests to the left without recursion here, like a.b.c and a + b + c, so that others may recurse
// over a tree. It counts within one statement; maxElif is the same for an if with its elifs.
const (
	maxChain = 100_000
	maxElif  = 10_000
)

// maxErrors bounds the faults that are kept of one file.
const maxErrors = 100

// Parser makes trees. The zero Parser is ready; one that is used again keeps its buffers.
type Parser struct {
	tree   Tree
	scan   pytoken.Scanner
	decode pytoken.Decoder // that of tree.enc: a method value allocates

	toks  []pytoken.Token
	nodes []node
	pos   int          // index of the current token
	k     pytoken.Kind // its kind
	last  uint32       // end of the last token of text before it

	depth  int
	chain  int
	fields int // f-string fields that are open
	stuck  int // token at which more last took a missing comma for forgotten
	failed int // token of the last fault: one fault at a place is enough
}

// Parse gives the tree of src, which must not change while the tree is in use. The tree is valid until the next call.
func (p *Parser) Parse(src []byte) *Tree {
	t := &p.tree
	var fault *pytoken.Error
	if len(src) > MaxSize {
		fault = &pytoken.Error{Msg: "file is larger than 1 GiB"}
		src = nil
	}
	enc, encFault := readEncoding(src)
	if encFault != nil {
		fault = encFault
	}
	if t.enc != enc || p.decode == nil {
		t.enc, p.decode = enc, enc.Rune
	}
	if cap(t.Tokens) == 0 {
		// Code has a token in 4.5 to 8 bytes and fewer nodes than tokens.
		t.Tokens = make([]pytoken.Token, 0, len(src)/5+16)
		t.nodes = make([]node, 0, len(src)/6+16)
	}
	p.scan.Scan(&t.Stream, src, enc.Shape(src), p.decode)
	if fault != nil {
		t.Errors = append(t.Errors, *fault)
	}
	t.parents = t.parents[:0]
	p.toks, p.nodes = t.Tokens, append(t.nodes[:0], node{})
	p.pos, p.k, p.last = 1, p.toks[1].Kind, 0
	p.depth, p.chain, p.fields, p.failed, p.stuck = 0, 0, 0, -1, -1
	t.root = p.module()
	t.nodes = p.nodes
	if len(t.Errors) > 0 {
		slices.SortStableFunc(t.Errors, func(a, b pytoken.Error) int { return cmp.Compare(a.Pos, b.Pos) })
		t.encloseChildren()
	}
	return t
}

// Parse gives the tree of src with a Parser of its own.
func Parse(src []byte) *Tree { return new(Parser).Parse(src) }

// readEncoding finds the encoding of src; where it cannot be used, it gives one that takes any bytes.
func readEncoding(src []byte) (*pysource.Encoding, *pytoken.Error) {
	enc, err := pysource.Detect(src)
	if err != nil {
		return pysource.Latin1, &pytoken.Error{Msg: err.Error()}
	}
	if pos, ok := enc.Check(src); !ok {
		return enc, &pytoken.Error{Pos: uint32(pos), Msg: "byte is not valid " + enc.Name}
	}
	if pos := bytes.IndexByte(src, 0); pos >= 0 {
		return enc, &pytoken.Error{Pos: uint32(pos), Msg: "source code cannot contain null bytes"}
	}
	return enc, nil
}

// encloseChildren makes every range of a broken tree hold those of its children; decorators stay outside.
func (t *Tree) encloseChildren() {
	t.Walk(t.root, func(Node) bool { return true }, func(n Node) {
		r := &t.nodes[n]
		r.end = max(r.start, r.end)
		for c := r.child; c != 0; c = t.nodes[c].next {
			if t.nodes[c].kind != Decorator {
				r.start = min(r.start, t.nodes[c].start)
				r.end = max(r.end, t.nodes[c].end)
			}
		}
	})
}

func (p *Parser) next() {
	if p.k >= pytoken.Name {
		p.last = p.toks[p.pos].End
	}
	if p.k == pytoken.EOF {
		return
	}
	p.pos++
	p.k = p.toks[p.pos].Kind
}

func (p *Parser) start() uint32 { return p.toks[p.pos].Start }

// peek is the kind of the i-th token after the current one.
func (p *Parser) peek(i int) pytoken.Kind {
	if p.pos+i < len(p.toks) {
		return p.toks[p.pos+i].Kind
	}
	return pytoken.EOF
}

// isWord reports whether the current token is the soft keyword w.
func (p *Parser) isWord(w string) bool {
	if p.k != pytoken.Name {
		return false
	}
	t := p.toks[p.pos]
	return string(p.tree.Src[t.Start:t.End]) == w
}

func (p *Parser) accept(k pytoken.Kind) bool {
	if p.k != k {
		return false
	}
	p.next()
	return true
}

func (p *Parser) expect(k pytoken.Kind) bool {
	if p.k == k {
		p.next()
		return true
	}
	p.fault("expected " + k.String())
	return false
}

// fault notes that the current token does not fit.
func (p *Parser) fault(msg string) {
	if p.failed != p.pos {
		p.failed = p.pos
		p.faultAt(p.start(), msg)
	}
}

func (p *Parser) faultAt(pos uint32, msg string) {
	if len(p.tree.Errors) < maxErrors {
		p.tree.Errors = append(p.tree.Errors, pytoken.Error{Pos: pos, Msg: msg})
	}
}

// enter counts a level of nesting. At the limit it notes the fault, gives up the rest of the line and reports false.
func (p *Parser) enter() bool {
	if p.depth >= MaxDepth {
		p.fault("too deeply nested")
		p.skipLine()
		return false
	}
	p.depth++
	return true
}

func (p *Parser) leave() { p.depth-- }

// link counts a step of nesting to the left.
func (p *Parser) link() bool {
	if p.chain++; p.chain <= maxChain {
		return true
	}
	p.fault("expression is too long")
	p.skipLine()
	return false
}

func (p *Parser) atLineEnd() bool { return p.k < pytoken.Bad }

func (p *Parser) skipLine() {
	for !p.atLineEnd() {
		p.next()
	}
}

// add makes a node that ends with the last token read.
func (p *Parser) add(k Kind, start uint32, child Node) Node {
	p.nodes = append(p.nodes, node{kind: k, start: start, end: p.last, child: child})
	return Node(len(p.nodes) - 1)
}

func (p *Parser) addOp(k Kind, op Op, start uint32, child Node) Node {
	p.nodes = append(p.nodes, node{kind: k, op: op, start: start, end: p.last, child: child})
	return Node(len(p.nodes) - 1)
}

func (p *Parser) addTok(k Kind, tok int, start uint32, child Node) Node {
	p.nodes = append(p.nodes, node{kind: k, tok: uint32(tok), start: start, end: p.last, child: child})
	return Node(len(p.nodes) - 1)
}

// leaf makes a node of the current token.
func (p *Parser) leaf(k Kind, op Op) Node {
	t := p.toks[p.pos]
	p.nodes = append(p.nodes, node{kind: k, op: op, tok: uint32(p.pos), start: t.Start, end: t.End})
	p.next()
	return Node(len(p.nodes) - 1)
}

// missing notes the fault and stands for what should have been here.
func (p *Parser) missing(msg string) Node {
	p.fault(msg)
	return p.add(Error, p.last, 0)
}

// pair links two nodes as siblings and gives the first.
func (p *Parser) pair(a, b Node) Node {
	p.nodes[a].next = b
	return a
}

// list gathers siblings.
type list struct{ first, last Node }

func (p *Parser) push(l *list, n Node) {
	if n == 0 {
		return
	}
	if l.last == 0 {
		l.first = n
	} else {
		p.nodes[l.last].next = n
	}
	l.last = n
}
