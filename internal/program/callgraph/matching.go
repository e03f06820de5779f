package callgraph

import "aiohub/internal/language/pysyntax"

// match gives the names of patterns what the class of their pattern says, and narrows the subject in each case.
func (r *reducer) match(n node) {
	t := r.t
	subject := t.Child(n)
	v := r.mention(Compared, subject, r.expr(subject))
	before := r.narrowed
	for c := t.Next(subject); c != 0; c = t.Next(c) {
		if t.Kind(c) != pysyntax.MatchCase {
			r.statement(c)
			continue
		}
		pattern := t.Child(c)
		if inner := r.pattern(pattern, v); inner != none && inner != v && t.Kind(subject) == pysyntax.Name {
			if symbol := r.symbol(t.Ident(subject), t.Start(subject)); symbol != none {
				r.override(symbol, inner)
			}
		}
		r.perhaps(func() {
			for part := t.Next(pattern); part != 0; part = t.Next(part) {
				r.statement(part) // the guard is an expression
			}
		})
		r.narrowed = before
	}
}

// pattern binds the names of a pattern that a value is matched with, and gives what the value is if it fits.
func (r *reducer) pattern(n node, v int32) int32 {
	t := r.t
	switch t.Kind(n) {
	case pysyntax.MatchAs:
		if inner := t.Child(n); inner != 0 {
			v = r.pattern(inner, v)
		}
		r.bindName(n, t.Ident(n), v)
	case pysyntax.MatchOr:
		out := r.temp()
		for c := t.Child(n); c != 0; c = t.Next(c) {
			r.copy(c, out, r.pattern(c, v))
		}
		return out
	case pysyntax.MatchClass:
		kind := t.Child(n)
		out := r.temp()
		if v != none {
			r.op(n, op{kind: opNarrow, dst: out, a: v, b: r.expr(kind)})
		}
		for c := t.Next(kind); c != 0; c = t.Next(c) {
			if t.Kind(c) == pysyntax.KeywordPattern {
				r.pattern(t.Child(c), r.load(c, out, r.ident(c), Attribute))
			} else {
				r.pattern(c, none)
			}
		}
		return out
	case pysyntax.MatchSequence, pysyntax.MatchMapping:
		i := int32(0)
		for c := t.Child(n); c != 0; c = t.Next(c) {
			if t.Kind(c).IsExpr() {
				r.expr(c)
				continue
			}
			part := int32(none)
			if v >= 0 {
				part = r.temp()
				r.op(c, op{kind: opUnpack, dst: part, a: v, b: i})
			}
			r.pattern(c, part)
			i++
		}
	case pysyntax.MatchValue:
		r.expr(t.Child(n))
	}
	return v
}

func (r *reducer) bindName(n node, name []byte, v int32) {
	if name == nil || v == none {
		return
	}
	if symbol := r.target(name, r.scope); symbol != none {
		r.copy(n, symbol, v)
	}
}
