package rule

import "aiohub/internal/language/pysyntax"

// RuledOut tells whether a range stands in a block that a constant of the module rules out, as in `_IS_SYNC = True` ...
// `if not _IS_SYNC:`. Code that is generated for two worlds has such blocks. Others can set the constant, so the block
// counts for the graph.
func (p *Pass) RuledOut(start, end uint32) bool {
	flags := p.moduleFlags()
	n := p.NodeAt(start, end)
	if n == 0 || len(flags) == 0 {
		return false
	}
	t := p.Tree
	parents := t.Parents()
	for child := n; child != 0; child = parents[child] {
		outer := parents[child]
		if outer == 0 || t.Kind(outer) != pysyntax.If {
			continue
		}
		test := t.Child(outer)
		truth, known := p.truth(test, flags)
		if known && child != test && truth != (child == t.Next(test)) {
			return true
		}
	}
	return false
}

// truth gives the value of a test that constants of the module decide.
func (p *Pass) truth(test pysyntax.Node, flags map[string]bool) (truth, known bool) {
	t := p.Tree
	switch t.Kind(test) {
	case pysyntax.Name:
		truth, known = flags[string(t.Ident(test))]
	case pysyntax.UnaryOp:
		if t.Op(test) == pysyntax.OpNot {
			truth, known = p.truth(t.Child(test), flags)
			return !truth, known
		}
	case pysyntax.BoolOp:
		decides := t.Op(test) == pysyntax.OpOr
		for c := range t.Children(test) {
			if value, ok := p.truth(c, flags); ok && value == decides {
				return decides, true
			}
		}
	}
	return truth, known
}

// moduleFlags gives the names that the module sets to True or False, once and nowhere else.
func (p *Pass) moduleFlags() map[string]bool {
	if p.flags != nil {
		return p.flags
	}
	t := p.Tree
	p.flags = map[string]bool{}
	times := map[string]int{}
	for n := range t.All() {
		switch t.Kind(n) {
		case pysyntax.Assign, pysyntax.AnnAssign, pysyntax.AugAssign:
			if target := t.Child(n); t.Kind(target) == pysyntax.Name {
				times[string(t.Ident(target))]++
			}
		}
	}
	for n := range t.Children(t.Root()) {
		target := t.Child(n)
		if t.Kind(n) != pysyntax.Assign || t.Kind(target) != pysyntax.Name || times[string(t.Ident(target))] != 1 {
			continue
		}
		if value := t.Next(target); t.Next(value) == 0 && t.Kind(value) == pysyntax.Constant &&
			(t.Op(value) == pysyntax.ConstTrue || t.Op(value) == pysyntax.ConstFalse) {
			p.flags[string(t.Ident(target))] = t.Op(value) == pysyntax.ConstTrue
		}
	}
	return p.flags
}
