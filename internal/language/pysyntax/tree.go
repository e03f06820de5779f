// Package pysyntax turns Python source into a syntax tree with byte positions, also when the source is broken.
//
// # Data and how long it lives
//
// A Tree is an arena: nodes are values in one slice, named by their index (Node), linked by first child and next
// sibling. A Parser owns the slices and uses them again: a Tree is valid until the next Parse of the same Parser. One
// Parser per worker; a Parser is not safe for concurrent use, a Tree may be read by many once Parse has returned
// (Parents builds its table on first use: call it before sharing). Take what must outlive the file out of it as
// strings; Text and Ident are slices of the source.
//
// # Shape
//
// Kinds, children and ranges are those of CPython's ast (3.13, with what later versions add), except that children are
// in the order of the source and that lists of ast (bodies, decorators, parameters) are nodes: see the Kind constants.
// Ranges are byte offsets into the file as read, half open; pysource.Lines turns them into lines and columns.
// Parentheses around an expression belong to no node.
//
//	var p pysyntax.Parser
//	t := p.Parse(src)
//	for n := range t.All() {
//		if t.Kind(n) == pysyntax.Call && t.Kind(t.Child(n)) == pysyntax.Name {
//			fmt.Printf("%d: call of %s\n", t.Start(n), t.Ident(t.Child(n)))
//		}
//	}
//
// # Broken files
//
// Parse always returns a tree. Faults are in Tree.Errors, sorted by position; what fits no rule is under nodes of kind
// Error, whose children are whole statements or expressions where any could be made out. Nesting deeper than MaxDepth
// is a fault like any other.
package pysyntax

import (
	"iter"
	"slices"

	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pytoken"
)

// Node names a node of a Tree. The zero Node is no node.
type Node int32

// node is one entry of the arena.
type node struct {
	start, end uint32
	tok        uint32
	child      Node
	next       Node
	kind       Kind
	op         Op
	rel        Op
	flags      uint8
}

// Tree is the syntax tree of one file, with its tokens, comments and faults.
type Tree struct {
	pytoken.Stream
	nodes   []node
	parents []Node
	root    Node
	enc     *pysource.Encoding
}

// Encoding is that of the file; one that takes any bytes if its own is unknown.
func (t *Tree) Encoding() *pysource.Encoding { return t.enc }

// Root is the Module.
func (t *Tree) Root() Node { return t.root }

// NumNodes is one more than the largest Node: the length of a table indexed by Node. Numbers need not be contiguous.
func (t *Tree) NumNodes() int { return len(t.nodes) }

// Kind is the form of n.
func (t *Tree) Kind(n Node) Kind { return t.nodes[n].kind }

// Op is the operator, constant type or parameter sort of n.
func (t *Tree) Op(n Node) Op { return t.nodes[n].op }

// Rel is, for a comparator of a Compare, the operator between it and its left neighbour.
func (t *Tree) Rel(n Node) Op { return t.nodes[n].rel }

// Has reports whether n carries all of flags.
func (t *Tree) Has(n Node, flags uint8) bool { return t.nodes[n].flags&flags == flags }

// Start is the offset of the first byte of n.
func (t *Tree) Start(n Node) uint32 { return t.nodes[n].start }

// End is the offset after the last byte of n.
func (t *Tree) End(n Node) uint32 { return t.nodes[n].end }

// Text is the source of n.
func (t *Tree) Text(n Node) []byte { return t.Src[t.nodes[n].start:t.nodes[n].end] }

// Child is the first child of n, or 0.
func (t *Tree) Child(n Node) Node { return t.nodes[n].child }

// Next is the next sibling of n, or 0.
func (t *Tree) Next(n Node) Node { return t.nodes[n].next }

// Last is the last child of n, or 0.
func (t *Tree) Last(n Node) Node {
	last := Node(0)
	for c := t.nodes[n].child; c != 0; c = t.nodes[c].next {
		last = c
	}
	return last
}

// ChildOf is the first child of n that is of kind k, or 0: t.ChildOf(n, Block) is the body of a statement.
func (t *Tree) ChildOf(n Node, k Kind) Node {
	for c := t.nodes[n].child; c != 0; c = t.nodes[c].next {
		if t.nodes[c].kind == k {
			return c
		}
	}
	return 0
}

// Children yields the children of n in order.
func (t *Tree) Children(n Node) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := t.nodes[n].child; c != 0; c = t.nodes[c].next {
			if !yield(c) {
				return
			}
		}
	}
}

// Tok is the index in Tokens of the token that the Kind's comment names, or 0.
func (t *Tree) Tok(n Node) int { return int(t.nodes[n].tok) }

// Ident is the text of the token that the Kind's comment names (the name of a function, attribute, parameter, keyword
// ...), nil if there is none. Two spellings that Python normalises to one name (NFKC) stay two.
func (t *Tree) Ident(n Node) []byte {
	i := t.nodes[n].tok
	if i == 0 {
		return nil
	}
	k := t.Tokens[i]
	return t.Src[k.Start:k.End]
}

// IdentRange is the range of Ident.
func (t *Tree) IdentRange(n Node) pytoken.Span {
	i := t.nodes[n].tok
	if i == 0 {
		return pytoken.Span{}
	}
	return pytoken.Span{Start: t.Tokens[i].Start, End: t.Tokens[i].End}
}

// Parents is a table of each node's parent, indexed by Node; the root and unused numbers have 0. It is built on the
// first call.
func (t *Tree) Parents() []Node {
	if len(t.parents) == len(t.nodes) {
		return t.parents
	}
	if cap(t.parents) < len(t.nodes) {
		t.parents = make([]Node, len(t.nodes), cap(t.nodes))
	} else {
		t.parents = t.parents[:len(t.nodes)]
		clear(t.parents)
	}
	for i := range t.nodes {
		for c := t.nodes[i].child; c != 0; c = t.nodes[c].next {
			t.parents[c] = Node(i)
		}
	}
	return t.parents
}

// Clone is a copy of t that outlives the next Parse, in as much memory as it needs. Src is shared.
func (t *Tree) Clone() *Tree {
	c := *t
	c.Tokens, c.Comments, c.Errors = slices.Clone(t.Tokens), slices.Clone(t.Comments), slices.Clone(t.Errors)
	c.nodes, c.parents = slices.Clone(t.nodes), slices.Clone(t.parents)
	return &c
}
