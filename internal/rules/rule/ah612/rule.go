// Package ah612 is the rule AH612, blocking-loop-socket.
package ah612

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const sentence = "is in blocking mode, and is given to"

// Rule finds sockets in blocking mode that the loop is to work with.
var Rule = rule.Described(rule.Rule{
	Code:       "AH612",
	Label:      "the call runs at once and stops the event loop; in debug mode it raises ValueError",
	Sentences:  []string{sentence},
	CheckGraph: check,
})

// methods are those of a loop that take a socket first.
var methods = map[string]bool{
	"sock_recv": true, "sock_recv_into": true, "sock_recvfrom": true, "sock_recvfrom_into": true, "sock_sendall": true,
	"sock_sendto": true, "sock_connect": true, "sock_accept": true, "sock_sendfile": true,
}

// makers are what makes a socket in blocking mode.
var makers = map[string]bool{"socket": true, "create_connection": true, "create_server": true, "accept": true,
	"dup": true, "fromfd": true, "socketpair": true}

func check(p *rule.Pass) {
	ofSocket := func(s callgraph.Site) bool { return strings.HasPrefix(s.Name, "socket.") }
	if !slices.ContainsFunc(p.Program.SitesOf(p.File()), ofSocket) {
		return // nothing is followed where no socket is made
	}
	t := p.Tree
	for n := range t.All() {
		if t.Kind(n) != pysyntax.Call {
			continue
		}
		if t.Kind(t.Child(n)) == pysyntax.Attribute && methods[string(t.Ident(t.Child(n)))] {
			if sock := p.Arg(n, 0, "sock"); sock != 0 {
				report(p, sock, "`"+string(t.Ident(t.Child(n)))+"`")
			}
			continue
		}
		for arg := t.Next(t.Child(n)); arg != 0; arg = t.Next(arg) {
			value := arg
			if t.Kind(arg) == pysyntax.Keyword {
				value = t.Child(arg)
			}
			if scope := scopeOf(p, value); scope == 0 || !unprepared(p, scope, string(t.Text(value))) {
				continue
			}
			if method, _ := handedOn(p, n, value); method != "" {
				report(p, value, "`"+method+"` by `"+p.Text(t.Child(n))+"`")
			}
		}
	}
}

// report reports a socket if it is in blocking mode.
func report(p *rule.Pass, sock pysyntax.Node, to string) {
	if scope := scopeOf(p, sock); scope != 0 && unprepared(p, scope, string(p.Tree.Text(sock))) {
		p.Node(sock, "`"+p.Text(sock)+"` "+sentence+" "+to, "")
	}
}

// scopeOf gives the function in which a name is bound, or the class in which an attribute of self is.
func scopeOf(p *rule.Pass, sock pysyntax.Node) pysyntax.Node {
	t := p.Tree
	kind := pysyntax.FunctionDef
	switch t.Kind(sock) {
	case pysyntax.Name:
	case pysyntax.Attribute:
		if object := t.Child(sock); t.Kind(object) != pysyntax.Name || string(t.Ident(object)) != "self" {
			return 0
		}
		kind = pysyntax.ClassDef
	default:
		return 0
	}
	parents := t.Parents()
	for n := parents[sock]; n != 0; n = parents[n] {
		if t.Kind(n) == kind {
			return n
		}
	}
	return 0
}

// unprepared tells whether a socket is made in a scope under a name, and some function that makes it leaves it in
// blocking mode, as do all others in the scope. What a function does that makes a socket itself, it does to that one.
func unprepared(p *rule.Pass, scope pysyntax.Node, name string) bool {
	t := p.Tree
	made, prepared := map[pysyntax.Node]bool{}, map[pysyntax.Node]bool{}
	t.Walk(scope, func(n pysyntax.Node) bool {
		switch t.Kind(n) {
		case pysyntax.Assign:
			value := t.Last(n)
			for target := t.Child(n); target != value; target = t.Next(target) {
				if string(t.Text(target)) == name && makesSocket(p, value) {
					made[functionOf(p, n)] = true
				} else if string(t.Text(target)) == name && t.Kind(value) != pysyntax.Constant {
					prepared[functionOf(p, n)] = true // from somewhere else
				}
			}
		case pysyntax.Call:
			callee := t.Child(n)
			if t.Kind(callee) == pysyntax.Attribute && string(t.Text(t.Child(callee))) == name {
				if method := string(t.Ident(callee)); method == "setblocking" || method == "settimeout" {
					prepared[functionOf(p, n)] = true
				}
				return true
			}
			if t.Kind(callee) == pysyntax.Attribute && methods[string(t.Ident(callee))] ||
				t.Kind(callee) == pysyntax.Name && looks[string(t.Ident(callee))] {
				return true
			}
			for arg := t.Next(callee); arg != 0; arg = t.Next(arg) {
				value := arg
				if t.Kind(arg) == pysyntax.Keyword {
					value = t.Child(arg)
				}
				if string(t.Text(value)) != name {
					continue
				}
				if _, leaves := handedOn(p, n, value); !leaves {
					prepared[functionOf(p, n)] = true // who takes it may prepare it
				}
			}
		case pysyntax.WithItem:
			if target := t.Next(t.Child(n)); target != 0 && string(t.Text(target)) == name {
				if makesSocket(p, t.Child(n)) {
					made[functionOf(p, n)] = true
				} else {
					prepared[functionOf(p, n)] = true
				}
			}
		case pysyntax.Param:
			if string(t.Ident(n)) == name {
				prepared[functionOf(p, n)] = true
			}
		}
		return true
	}, nil)
	for function := range prepared {
		if !made[function] {
			return false // for all of them
		}
	}
	for function := range made {
		if !prepared[function] {
			return true
		}
	}
	return false
}

func functionOf(p *rule.Pass, n pysyntax.Node) pysyntax.Node {
	parents := p.Tree.Parents()
	for n = parents[n]; n != 0; n = parents[n] {
		if p.Tree.Kind(n) == pysyntax.FunctionDef {
			return n
		}
	}
	return 0
}

// returnsUnprepared tells whether a call is of a function of the file that makes a socket, and returns it in blocking
// mode.
func returnsUnprepared(p *rule.Pass, call pysyntax.Node) bool {
	t := p.Tree
	for _, e := range p.Program.EdgesOf(p.File()) {
		if e.Pos != t.Start(call) || e.End != t.End(call) || !e.Certain || e.Awaited || e.Indirect ||
			p.Func(e.To).File != p.File() || p.Func(e.To).Flags&(callgraph.Decorated|callgraph.Generator|callgraph.Async) != 0 {
			continue
		}
		def, ok := p.Defs()[e.To]
		if !ok {
			return false
		}
		last := t.Last(t.ChildOf(def, pysyntax.Block))
		value := t.Child(last)
		return t.Kind(last) == pysyntax.Return && value != 0 && t.Kind(value) == pysyntax.Name &&
			unprepared(p, def, p.Text(value))
	}
	return false
}

// makesSocket tells whether a value is a socket that is made here, in blocking mode.
func makesSocket(p *rule.Pass, value pysyntax.Node) bool {
	t := p.Tree
	if t.Kind(value) != pysyntax.Call || strings.Contains(string(t.Text(value)), "NONBLOCK") {
		return false
	}
	if returnsUnprepared(p, value) {
		return true
	}
	for _, s := range p.Program.SitesOf(p.File()) {
		if s.Pos == t.Start(value) && s.End == t.End(value) && s.Certain && strings.HasPrefix(s.Name, "socket.") &&
			makers[s.Name[strings.LastIndexByte(s.Name, '.')+1:]] {
			return true
		}
	}
	return false
}
