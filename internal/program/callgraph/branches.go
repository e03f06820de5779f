package callgraph

import (
	"maps"

	"aiohub/internal/language/pysyntax"
)

func (r *reducer) ifStatement(n node) {
	test := r.t.Child(n)
	r.test(test)
	r.branch(r.t.Next(test), test)
}

// test reads an expression that is asked for its truth.
func (r *reducer) test(n node) { r.mention(Tested, n, r.expr(n)) }

// branch reads the blocks after a test: in the first it holds, in the others it does not. After a block that leaves,
// the opposite holds.
func (r *reducer) branch(first, test node) {
	t := r.t
	if first == 0 {
		return
	}
	before := r.narrowed
	if truth, constant := r.constantTruth(test); constant && !truth {
		r.unreached(first)
		for c := t.Next(first); c != 0; c = t.Next(c) {
			r.statement(c)
		}
		return
	} else if constant {
		r.statements(first)
		if other := t.Next(first); other != 0 {
			r.unreached(other)
		}
		return
	}
	r.narrow(test, true)
	r.perhaps(func() { r.statements(first) })
	r.narrowed = before
	for c := t.Next(first); c != 0; c = t.Next(c) {
		r.narrow(test, false)
		r.perhaps(func() { r.statement(c) })
		r.narrowed = before
	}
	if r.t.Leaves(first) && t.Next(first) == 0 {
		r.narrow(test, false)
	}
}

// constantTruth gives the truth of a test that is True or False: the block that it rules out never runs. Code that is
// made for two worlds has such tests.
func (r *reducer) constantTruth(test node) (truth, constant bool) {
	if r.t.Kind(test) == pysyntax.BoolOp && r.t.Op(test) == pysyntax.OpAnd {
		for c := r.t.Child(test); c != 0; c = r.t.Next(c) {
			if truth, constant = r.constantTruth(c); constant && !truth {
				return false, true
			}
		}
		return false, false
	}
	if r.t.Kind(test) != pysyntax.Constant {
		return false, false
	}
	op := r.t.Op(test)
	return op == pysyntax.ConstTrue, op == pysyntax.ConstTrue || op == pysyntax.ConstFalse
}

// unreached reads a block that never runs: for its definitions, which others can name, and for nothing else.
func (r *reducer) unreached(block node) {
	r.yields(block)
	if !r.defines(block) {
		return
	}
	r.dead++
	r.statement(block)
	r.dead--
}

// yields makes the function a generator if a block of it has a yield: that holds whether the block runs or not.
func (r *reducer) yields(block node) {
	r.t.Walk(block, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Lambda:
			return false
		case pysyntax.Yield, pysyntax.YieldFrom:
			r.s.funcs[r.fn].flags |= Generator
		}
		return true
	}, nil)
}

// defines tells whether a block has definitions or imports: their names are there, whether the block runs or not.
func (r *reducer) defines(block node) bool {
	found := false
	r.t.Walk(block, func(n node) bool {
		switch r.t.Kind(n) {
		case pysyntax.FunctionDef, pysyntax.ClassDef, pysyntax.Import, pysyntax.ImportFrom, pysyntax.Lambda:
			found = true
		}
		return !found
	}, nil)
	return found
}

// narrow notes what a test says of names: isinstance(x, C), parts of `and`, `not`.
func (r *reducer) narrow(test node, holds bool) {
	t := r.t
	switch t.Kind(test) {
	case pysyntax.UnaryOp:
		if t.Op(test) == pysyntax.OpNot {
			r.narrow(t.Child(test), !holds)
		}
	case pysyntax.BoolOp:
		if (t.Op(test) == pysyntax.OpAnd) == holds {
			for c := t.Child(test); c != 0; c = t.Next(c) {
				r.narrow(c, holds)
			}
		}
	case pysyntax.Call:
		callee := t.Child(test)
		if !holds || t.Kind(callee) != pysyntax.Name || string(t.Ident(callee)) != "isinstance" {
			return
		}
		object := t.Next(callee)
		if object == 0 || t.Kind(object) != pysyntax.Name || t.Next(object) == 0 {
			return
		}
		classes := t.Next(object)
		symbol := r.symbol(t.Ident(object), t.Start(object))
		if symbol == none {
			return
		}
		kinds := r.temp()
		if t.Kind(classes) == pysyntax.Tuple {
			for c := t.Child(classes); c != 0; c = t.Next(c) {
				r.copy(c, kinds, r.expr(c))
			}
		} else {
			r.copy(classes, kinds, r.expr(classes))
		}
		inner := r.temp()
		r.op(test, op{kind: opNarrow, dst: inner, a: r.read(symbol), b: kinds})
		r.override(symbol, inner)
	}
}

// override makes a name mean another variable until the end of the block.
func (r *reducer) override(symbol, variable int32) {
	next := maps.Clone(r.narrowed)
	if next == nil {
		next = map[int32]int32{}
	}
	next[symbol] = variable
	r.narrowed = next
}

// read gives the variable to read a symbol from.
func (r *reducer) read(symbol int32) int32 {
	if len(r.narrowed) > 0 {
		if v, ok := r.narrowed[symbol]; ok {
			return v
		}
	}
	return symbol
}

// widen ends what is known of a symbol that is bound anew.
func (r *reducer) widen(symbol int32) {
	if _, ok := r.narrowed[symbol]; ok {
		next := maps.Clone(r.narrowed)
		delete(next, symbol)
		r.narrowed = next
	}
}
