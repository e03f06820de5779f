package port

import (
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// asksForClass are assertions that look at the class of what they are given first, next to isinstance.
var asksForClass = map[string]bool{"assertIsInstance": true, "assertNotIsInstance": true}

// askedForClass decides about an object that is asked whether it is of a class: where that is its own, by its plain
// name, it is asked for the twin.
func (x *exchange) askedForClass(s *source, m *callgraph.Made, u *callgraph.ObjectUse, class string) {
	call := x.callAt(s, u.Pos, lastOf(u.Name))
	args := arguments{}
	if call != 0 {
		args = argsOf(s.tree, call)
	}
	asked := args.at(1, "")
	switch {
	case asked == 0:
		x.stays(s, s.exprAt(u.Pos), class, "is asked for its class in a way that is not understood")
	case !s.namesPrimitive(asked):
	case !s.names(asked, class) || !x.allAre(class):
		x.stays(s, asked, class, "is asked for its class, and for others")
	default:
		x.becomes(s, asked, class, x.kind.rule, func() { x.replaceName(s, asked, x.module, x.class) })
	}
}

// namesPrimitive reports whether a class of primitives is named in an expression.
func (s *source) namesPrimitive(n pysyntax.Node) bool {
	for i := range s.records {
		r := &s.records[i]
		if r.Start >= int(s.tree.Start(n)) && r.End <= int(s.tree.End(n)) &&
			(primitives[r.Canon] != nil || r.Canon == "eventlet.greenthread.GreenThread") {
			return true
		}
	}
	return false
}

// allAre reports whether all objects of the group are made by one class.
func (x *exchange) allAre(class string) bool {
	for _, m := range x.group.made {
		if knowledge.Canon(m.Name) != class {
			return false
		}
	}
	return true
}
