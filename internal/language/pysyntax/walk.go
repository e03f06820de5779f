package pysyntax

import "aiohub/internal/language/pytoken"

// Walk visits n and what is below it: enter before the children, which it skips where enter returns false, leave (nil
// for none) after them, also where they were skipped. It does not recurse, so depth is no danger.
func (t *Tree) Walk(n Node, enter func(Node) bool, leave func(Node)) {
	var room [64]Node
	stack := append(room[:0], n)
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		down := Node(0)
		if enter(n) {
			down = t.nodes[n].child
		}
		if down != 0 {
			stack = append(stack, down)
			continue
		}
		for len(stack) > 0 {
			n := stack[len(stack)-1]
			if leave != nil {
				leave(n)
			}
			stack = stack[:len(stack)-1]
			if next := t.nodes[n].next; next != 0 && len(stack) > 0 {
				stack = append(stack, next)
				break
			}
		}
	}
}

// All yields every node under the root, parents before children, children in order.
func (t *Tree) All() func(yield func(Node) bool) {
	return func(yield func(Node) bool) {
		var room [64]Node
		stack := room[:0]
		n := t.root
		for {
			if !yield(n) {
				return
			}
			if c := t.nodes[n].child; c != 0 {
				if next := t.nodes[n].next; next != 0 {
					stack = append(stack, next)
				}
				n = c
				continue
			}
			if n = t.nodes[n].next; n != 0 {
				continue
			}
			if len(stack) == 0 {
				return
			}
			n = stack[len(stack)-1]
			stack = stack[:len(stack)-1]
		}
	}
}

// TokenAt is the index of the first token that ends after offset: the one that covers it, if any does.
func (t *Tree) TokenAt(offset uint32) int {
	lo, hi := 0, len(t.Tokens)-1
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if t.Tokens[mid].End > offset {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// CommentsIn is the comments that start in [start, end).
func (t *Tree) CommentsIn(start, end uint32) []pytoken.Span {
	return t.Comments[t.commentAt(start):t.commentAt(end)]
}

func (t *Tree) commentAt(offset uint32) int {
	lo, hi := 0, len(t.Comments)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if t.Comments[mid].Start >= offset {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
