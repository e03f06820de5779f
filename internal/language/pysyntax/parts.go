package pysyntax

import "aiohub/internal/language/pytoken"

// Parts of nodes that are tokens rather than nodes.

// AliasName is the range of the name an Alias imports, dotted or `*`.
func (t *Tree) AliasName(n Node) pytoken.Span {
	i := t.dottedEnd(int(t.nodes[n].tok))
	return pytoken.Span{Start: t.nodes[n].start, End: t.Tokens[i-1].End}
}

// AliasAsname is the range of the name after `as`, empty if there is none.
func (t *Tree) AliasAsname(n Node) pytoken.Span {
	i := t.dottedEnd(int(t.nodes[n].tok))
	if t.Tokens[i].Kind != pytoken.KwAs || t.Tokens[i].Start >= t.nodes[n].end {
		return pytoken.Span{}
	}
	if k := t.Tokens[i+1]; k.Kind == pytoken.Name {
		return pytoken.Span{Start: k.Start, End: k.End}
	}
	return pytoken.Span{}
}

// dottedEnd is the index of the first token after the dotted name, or the star, that starts at token i.
func (t *Tree) dottedEnd(i int) int {
	i++
	for t.Tokens[i].Kind == pytoken.Dot && t.Tokens[i+1].Kind == pytoken.Name {
		i += 2
	}
	return i
}

// ImportModule is the number of leading dots of an ImportFrom and the range of the module's name, empty for `from .
// import x`.
func (t *Tree) ImportModule(n Node) (level int, name pytoken.Span) {
	i := int(t.nodes[n].tok) + 1
	for {
		switch t.Tokens[i].Kind {
		case pytoken.Dot:
			level++
		case pytoken.Ellipsis:
			level += 3
		case pytoken.Name:
			return level, pytoken.Span{Start: t.Tokens[i].Start, End: t.Tokens[t.dottedEnd(i)-1].End}
		default:
			return level, pytoken.Span{}
		}
		i++
	}
}

// ArgRange is the range that ast gives the arg of a Param: its name and annotation, without stars and default.
func (t *Tree) ArgRange(n Node) pytoken.Span {
	r := t.IdentRange(n)
	if t.nodes[n].flags&FlagAnnotation != 0 {
		r.End = t.nodes[t.nodes[n].child].end
		// A closing parenthesis around the annotation belongs to the arg.
		for i := t.TokenAt(r.End); t.Tokens[i].Kind == pytoken.RPar && t.nodes[t.nodes[n].child].flags&FlagParens != 0 &&
			t.Tokens[i].End <= t.nodes[n].end; i++ {
			r.End = t.Tokens[i].End
		}
	}
	return r
}

// FirstError is the fault nearest to the start of the file.
func (t *Tree) FirstError() (pytoken.Error, bool) {
	if len(t.Errors) == 0 {
		return pytoken.Error{}, false
	}
	return t.Errors[0], true
}
