package port

import (
	"bytes"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// maker finds the call that makes an object.
func (x *exchange) maker(m *callgraph.Made, then func(s *source, call pysyntax.Node)) {
	s := x.files[x.graph.Funcs[m.From].File]
	if s == nil {
		return
	}
	if call := x.callNamed(s, m.Pos, m.Name); call != 0 {
		then(s, call)
	}
}

// callNamed finds the call of a dotted name that begins at a place: under the name's last part, or under the one that
// an import gave it.
func (p *painter) callNamed(s *source, pos uint32, name string) pysyntax.Node {
	if call := p.callAt(s, pos, lastOf(name)); call != 0 {
		return call
	}
	calls := s.index.calls[pos]
	if len(calls) == 0 {
		return 0
	}
	return calls[len(calls)-1]
}

// size looks at the arguments with which an object is made.
func (x *exchange) size(m *callgraph.Made) {
	if kind := primitiveOf(m.Name); kind.rule != queues {
		return
	}
	x.maker(m, func(s *source, call pysyntax.Node) {
		args := argsOf(s.tree, call)
		switch size := args.first("maxsize"); {
		case size == 0 || s.isNoLimit(size):
		case string(s.tree.Text(size)) == "0":
			x.channel, x.bounded = true, true
		default:
			x.bounded = true
		}
	})
}

// isNoLimit reports whether the size of a queue says that it has none: None, or less than 0.
func (s *source) isNoLimit(size pysyntax.Node) bool {
	if s.tree.Kind(size) == pysyntax.UnaryOp {
		number := s.tree.Child(size)
		return s.tree.Op(size) == pysyntax.OpUSub && s.tree.Kind(number) == pysyntax.Constant &&
			s.tree.Op(number) == pysyntax.ConstInt && string(s.tree.Text(number)) != "0"
	}
	return string(s.tree.Text(size)) == "None"
}

// make decides about the call that makes an object.
func (x *exchange) make(s *source, call pysyntax.Node, m *callgraph.Made) {
	callee := s.tree.Child(call)
	canon := knowledge.Canon(m.Name)
	kind := primitiveOf(m.Name)
	args := argsOf(s.tree, call)
	chosen := s.isChosen(callee, canon)
	if _, byMethod := threadMakers[canon]; !(byMethod && threadMakers[canon] == "") && !s.names(callee, canon) && !chosen {
		x.stays(s, callee, canon, "what makes it can be something else")
		return
	}
	if x.isReplaced(s, callee, m.Name) {
		x.changes = append(x.changes,
			change{source: s, node: callee, name: canon, rule: testsFollow, note: "tests replace it by this name"})
	}
	if kind == greenThread {
		x.makeThread(s, call, canon, args, m)
		return
	}
	if args.starred || args.unpacked {
		x.stays(s, callee, canon, "is made with `*`")
		return
	}
	if kind.any && (len(args.positional) != 1 || len(args.keywords) > 0) {
		x.stays(s, callee, canon, "it also wraps what methods return")
		return
	}
	class, module, rule := kind.asyncio, "asyncio", kind.rule
	if x.own || class == "" {
		class, module = kind.own, "aio"
	}
	if chosen {
		rule = branchChosen
	}
	drop := false
	if kind.rule == queues {
		size := args.first("maxsize")
		switch {
		case x.channel && (size == 0 || string(s.tree.Text(size)) != "0"):
			x.stays(s, callee, canon, "shares its uses with a queue of size 0, which is a meeting of both sides")
			return
		case x.channel && canon != "eventlet.queue.Queue" && canon != "eventlet.queue.LightQueue":
			x.stays(s, callee, canon, "has size 0 and an order")
			return
		case x.channel:
			class, module, drop = "Channel", "aio", true
		case size != 0 && s.isNoLimit(size):
			drop = true
		case size != 0 && (s.tree.Kind(size) != pysyntax.Constant || s.tree.Op(size) != pysyntax.ConstInt):
			rule, class, module = queueSizes, kind.own, "aio"
		}
	}
	if early := x.madeEarly(m.From, module+"."+class); early != "" {
		x.stays(s, callee, canon, early)
		return
	}
	x.module, x.class = module, class
	x.becomes(s, callee, canon, rule, func() {
		x.replaceName(s, callee, module, class)
		if first := s.tree.Next(callee); drop && first != 0 {
			s.edits.Delete(int(s.tree.Start(first)), int(s.tree.End(s.tree.Last(call))))
		}
	})
}

// makeThread decides about what starts a green thread.
func (x *exchange) makeThread(s *source, call pysyntax.Node, canon string, args arguments, m *callgraph.Made) {
	callee := s.tree.Child(call)
	to := threadMakers[canon]
	if to == "" {
		return // a method of a pool, which is decided about there
	}
	rule := greenThreads
	if !x.inside(m.From) {
		rule = spawnsPlain
	}
	if canon == "eventlet.greenthread.spawn_after_local" {
		rule = outlives
	}
	function := 0
	if to == "spawn_after" {
		function = 1
	}
	x.starting = append(x.starting, func() { x.passNative(s, call, function) })
	x.becomes(s, callee, canon, rule, func() {
		x.replaceName(s, callee, "aio", to)
		if to == "spawn" {
			x.callInside(s, call, m)
		}
	})
}

// callInside turns the function and the arguments of a spawn into a call: of the function, if it is a coroutine
// function for certain, or of aio.call.
func (x *exchange) callInside(s *source, call pysyntax.Node, m *callgraph.Made) {
	t := s.tree
	function := t.Next(t.Child(call))
	end := int(t.End(call)) - 1
	if inner := s.bridged(function); inner != 0 && t.Next(function) == 0 {
		s.replace(int(t.Start(function)), int(t.Start(inner)), "")
		s.edits.Replace(int(t.End(inner)), int(t.End(function)), "()")
		return
	}
	if kind := t.Kind(function); kind != pysyntax.Name && kind != pysyntax.Attribute || !x.startsCoroutine(m) {
		open := t.Tokens[t.TokenAt(t.End(t.Child(call)))]
		s.edits.Insert(int(open.End), "aio.call(")
		s.edits.Insert(end, ")")
		return
	}
	comma := t.TokenAt(t.End(function) - 1)
	for comma++; s.src[t.Tokens[comma].Start] == ')' &&
		int(t.Tokens[comma].Start) < end; comma++ { // parentheses around the function
	}
	switch at := t.Tokens[comma]; {
	case t.Next(function) != 0:
		s.edits.Replace(int(at.Start), int(at.End), "(")
		after := int(at.End)
		if next := int(t.Start(t.Next(function))); len(bytes.Trim(s.src[after:next], " ")) == 0 {
			s.edits.Delete(after, next)
		}
		s.edits.Insert(end, ")")
	case s.src[at.Start] == ',':
		s.edits.Replace(int(at.Start), int(at.End), "()")
	default:
		s.edits.Insert(int(t.End(function)), "()")
	}
}

// bridged is the coroutine function that an earlier step has given a blocking face: f in aiohub.async_to_sync(f). 0 for
// anything else.
func (s *source) bridged(n pysyntax.Node) pysyntax.Node {
	t := s.tree
	if t.Kind(n) != pysyntax.Call || string(t.Text(t.Child(n))) != "aiohub.async_to_sync" {
		return 0
	}
	inner := t.Next(t.Child(n))
	if inner == 0 || t.Next(inner) != 0 || t.Kind(inner) != pysyntax.Name && t.Kind(inner) != pysyntax.Attribute {
		return 0
	}
	return inner
}

// startsCoroutine reports whether all that a call can start are coroutine functions.
func (x *exchange) startsCoroutine(m *callgraph.Made) bool {
	found := false
	for i := range x.graph.Starts {
		if st := &x.graph.Starts[i]; st.From == m.From && st.Pos == m.Pos {
			if !x.inside(st.To) {
				return false
			}
			found = true
		}
	}
	return found
}

// replaceName puts a name of asyncio or of aiohub.aio in the place of another.
func (p *painter) replaceName(s *source, callee pysyntax.Node, module, name string) {
	if module == "asyncio" {
		p.need(s, edit.Import{Module: "asyncio"})
	} else {
		p.need(s, importAio)
	}
	s.replace(int(s.tree.Start(callee)), int(s.tree.End(callee)), module+"."+name)
}
