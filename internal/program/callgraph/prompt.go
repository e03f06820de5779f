package callgraph

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
)

// isPrompt tells whether the arguments of a call say that it does not wait, for all that its name does.
func (s *solver) isPrompt(name string, fn int32, args []arg) bool {
	switch {
	case name == "socket.getaddrinfo", name == "socket.getnameinfo":
		return s.asksIn(fn, askNumber) || slices.ContainsFunc(args, func(a arg) bool { return s.isNumericOnly(a.value, 0) })
	case name == "urllib.request.urlopen":
		return len(args) > 0 && s.asked(askInline, fn, args[0].value, none)
	case strings.HasPrefix(name, "http.client.HTTPResponse."):
		return s.asksIn(fn, askInline) // the answer is that of the URL
	}
	return false
}

// isNumericOnly tells whether a value is the flag that keeps a lookup from asking anybody, or has it among others.
func (s *solver) isNumericOnly(v int32, depth int) bool {
	if v < nLiterals || depth > 4 {
		return false
	}
	for _, value := range s.vars[v].values {
		if k := s.get(value); k.kind == kOutside &&
			(s.outside[k.a] == "socket.AI_NUMERICHOST" || s.outside[k.a] == "socket.NI_NUMERICHOST") {
			return true
		}
	}
	if len(s.vars[v].values) > 0 {
		return false
	}
	for i := range s.ops {
		o := &s.ops[i]
		if o.dst != v {
			continue
		}
		switch o.kind {
		case opCopy:
			if s.isNumericOnly(o.a, depth+1) {
				return true
			}
		case opBinary:
			if pysyntax.Op(o.c) == pysyntax.OpBitOr && (s.isNumericOnly(o.a, depth+1) || s.isNumericOnly(o.b, depth+1)) {
				return true
			}
		}
	}
	return false
}

// asksIn tells whether a function asks something of some value.
func (s *solver) asksIn(fn int32, kind askKind) bool {
	return slices.ContainsFunc(s.asksOf[fn], func(i int32) bool { return s.asks[i].kind == kind })
}
