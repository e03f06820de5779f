package pysyntax

// Leaves reports whether a block ends with a jump: what follows the block is not reached through its end.
func (t *Tree) Leaves(block Node) bool {
	last := t.Last(block)
	if last == 0 {
		return false
	}
	switch t.Kind(last) {
	case Return, Raise, Continue, Break:
		return true
	}
	return false
}
