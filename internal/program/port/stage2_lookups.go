package port

import (
	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
)

const (
	lookupName    = "eventlet.green.socket.getaddrinfo"
	awaitableName = "eventlet.asyncio.spawn_for_awaitable"
)

// lookupKeywords are the parameters of socket.getaddrinfo behind host and port: the loop's takes them by keyword alone.
var lookupKeywords = []string{"family", "type", "proto", "flags"}

// lookup awaits the loop's getaddrinfo in place of the green one.
func (p *painter) lookup(s *source, site *callgraph.Site) {
	call := p.callNamed(s, site.Pos, site.Name)
	if call == 0 {
		return
	}
	callee, args := s.tree.Child(call), argsOf(s.tree, call)
	switch {
	case s.isTaken(int(s.tree.Start(callee))):
		return
	case !site.Certain || !s.names(callee, lookupName):
		p.decide(s, callee, callStays, lookupName, "it can be something else")
		return
	case !p.canAwait(s, call, site.From):
		p.decide(s, callee, callStays, lookupName, "it is outside of what can await")
		return
	case args.starred, len(args.positional) > 2+len(lookupKeywords):
		p.decide(s, callee, callStays, lookupName, "its arguments are not understood")
		return
	case p.isReplaced(s, callee, site.Name):
		p.decide(s, callee, testsFollow, lookupName, "tests replace it by this name")
	default:
		p.decide(s, callee, lookups, lookupName, "")
	}
	if !p.options.Unsafe {
		return
	}
	p.need(s, edit.Import{Module: "asyncio"})
	s.replace(int(s.tree.Start(callee)), int(s.tree.End(callee)), "asyncio.get_running_loop().getaddrinfo")
	for i := 2; i < len(args.positional); i++ {
		s.edits.Insert(int(s.tree.Start(args.positional[i])), lookupKeywords[i-2]+"=")
	}
	p.putAwait(s, call)
}

// awaitable awaits what a green thread of its own has waited for.
func (p *painter) awaitable(s *source, site *callgraph.Site) {
	call := p.callNamed(s, site.Pos, site.Name)
	if call == 0 || s.tree.Kind(call) != pysyntax.Call {
		return
	}
	callee, args := s.tree.Child(call), argsOf(s.tree, call)
	method := s.tree.Parents()[call]
	wait := s.tree.Parents()[method]
	if s.isTaken(int(s.tree.Start(callee))) || !site.Certain || !s.names(callee, awaitableName) ||
		args.starred || args.unpacked || len(args.positional) != 1 || len(args.keywords) > 0 ||
		s.tree.Kind(method) != pysyntax.Attribute || string(s.tree.Ident(method)) != "wait" ||
		s.tree.Kind(wait) != pysyntax.Call || s.tree.Child(wait) != method || s.tree.Next(method) != 0 ||
		!p.canAwait(s, wait, site.From) {
		return
	}
	value := args.positional[0]
	p.decide(s, callee, awaitables, awaitableName, "")
	p.decide(s, method, awaitables, "eventlet.greenthread.GreenThread.wait", "")
	if !p.options.Unsafe {
		return
	}
	head, tail := p.opening(s, wait)+"await ", p.closing(s, wait)
	switch s.tree.Kind(value) {
	case pysyntax.Call, pysyntax.Name, pysyntax.Attribute, pysyntax.Subscript:
	default:
		head, tail = head+"(", ")"+tail
	}
	open := s.tree.Tokens[s.tree.TokenAt(s.tree.End(callee))]
	if len(s.comments(int(s.tree.Start(call)), int(s.tree.End(wait)))) > 0 { // they stay in the parentheses
		s.replace(int(s.tree.Start(wait)), int(open.Start), p.opening(s, wait)+"await ")
		s.edits.Replace(int(s.tree.End(call)), int(s.tree.End(wait)), p.closing(s, wait))
		return
	}
	s.replace(int(s.tree.Start(wait)), int(s.tree.Start(value)), head)
	s.edits.Replace(int(s.tree.End(value)), int(s.tree.End(wait)), tail)
}
