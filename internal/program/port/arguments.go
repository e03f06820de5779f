package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/language/pytoken"
)

// opening is the token of the parenthesis that opens the arguments of a call.
func (s *source) opening(call pysyntax.Node) int {
	i := s.tree.TokenAt(s.tree.End(s.tree.Child(call)))
	for s.tree.Tokens[i].Kind == pytoken.RPar { // around the function
		i++
	}
	return i
}

// extent is where an argument of a call stands, with the parentheses around it.
func (s *source) extent(call, n pysyntax.Node) span {
	tokens, opening := s.tree.Tokens, s.opening(call)
	first, last := s.tree.TokenAt(s.tree.Start(n)), s.tree.TokenAt(s.tree.End(n)-1)
	for first-1 > opening && tokens[first-1].Kind == pytoken.LPar && tokens[last+1].Kind == pytoken.RPar {
		first, last = first-1, last+1
	}
	return span{int(tokens[first].Start), int(tokens[last].End)}
}

// comments are those of a range.
func (s *source) comments(start, end int) []pytoken.Span {
	var list []pytoken.Span
	for _, c := range s.tree.Comments {
		if start <= int(c.Start) && int(c.End) <= end {
			list = append(list, c)
		}
	}
	return list
}
