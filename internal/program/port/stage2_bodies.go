package port

import (
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// bodies rewrites what blocks in the functions, where it is proved to be the same.
func (p *painter) bodies() {
	for i := range p.graph.Sites {
		site := &p.graph.Sites[i]
		if !p.chosen[site.From] {
			continue
		}
		if p.could == nil && isLocal(site.Name) {
			f := &p.graph.Funcs[site.From]
			p.refuse(f.File, site.Pos, greenLocal, f.Name(), site.Name, site.From)
			continue
		}
		if site.Kind != callgraph.Call {
			continue
		}
		s := p.files[p.graph.Funcs[site.From].File]
		if s == nil {
			continue
		}
		switch name := knowledge.Canon(site.Name); name {
		case sleepName:
			p.sleep(s, site, sleeps, name)
		case "time.sleep":
			if p.isPatched(s, site.Pos) {
				p.sleep(s, site, timeSleeps, name)
			}
		case threadName:
			p.thread(s, site)
		case currentName:
			p.current(s, site)
		case lookupName:
			p.lookup(s, site)
		case awaitableName:
			p.awaitable(s, site)
		case "aiohub.wait":
			if site.Certain {
				p.bridge(s, site)
			}
		}
	}
	p.exits()
}

// isPatched reports whether a call is green because a program of the tree patches.
func (p *painter) isPatched(s *source, pos uint32) bool {
	for i := range s.records {
		if r := &s.records[i]; r.Kind == scan.Implicit && r.Start == int(pos) && len(r.Entries) > 0 {
			return true
		}
	}
	return false
}

// isLocal reports whether a name belongs to a library that keeps state by thread, which is by green thread where that
// is patched.
func isLocal(name string) bool {
	for _, library := range []string{"sqlalchemy", "oslo_db", "flask"} {
		if name == library || strings.HasPrefix(knowledge.Canon(name), library+".") {
			return true
		}
	}
	return false
}

const (
	sleepName   = "eventlet.greenthread.sleep"
	threadName  = "eventlet.tpool.execute"
	currentName = "eventlet.greenthread.getcurrent"
)

// sleep awaits asyncio.sleep in place of a call that sleeps.
func (p *painter) sleep(s *source, site *callgraph.Site, rule *Rule, name string) {
	calls := s.index.calls[site.Pos]
	if len(calls) == 0 {
		return
	}
	call := calls[0] // the outermost; sleep gives nothing that could be called
	callee := s.tree.Child(call)
	if s.isTaken(int(s.tree.Start(callee))) {
		return // under another of its names
	}
	if stays := p.sleepObstacle(s, site, call, name); stays != "" {
		p.decide(s, callee, sleepStays, name, stays)
		return
	}
	argument := s.tree.Next(callee)
	end := int(s.tree.End(callee))
	if p.isReplaced(s, callee, site.Name) && !(name == sleepName && p.follow(s, callee, mockedTwins[name], site.Name)) ||
		name == "time.sleep" && p.sleepless && !s.test {
		p.decide(s, callee, testsFollow, name, "tests replace it by this name")
		if !p.options.Unsafe {
			return
		}
	} else {
		if s.isChosen(callee, name) {
			rule = branchChosen
		}
		p.decide(s, callee, rule, name, "")
		if rule.IsUnsafe() && !p.options.Unsafe {
			return
		}
	}
	p.need(s, edit.Import{Module: "asyncio"})
	s.replace(int(s.tree.Start(callee)), end, "await asyncio.sleep")
	switch {
	case argument == 0:
		open := s.tree.TokenAt(uint32(end))
		s.edits.Insert(int(s.tree.Tokens[open].End), "0")
	case s.tree.Kind(argument) == pysyntax.Keyword:
		at := s.tree.IdentRange(argument)
		s.edits.Replace(int(at.Start), int(at.End), "delay")
	}
}

// sleepObstacle tells why a call that sleeps cannot be awaited, "" if it can.
func (p *painter) sleepObstacle(s *source, site *callgraph.Site, call pysyntax.Node, name string) string {
	callee := s.tree.Child(call)
	args := argsOf(s.tree, call)
	switch {
	case (!site.Certain || !s.names(callee, name)) && !s.isChosen(callee, name):
		return "it can be something else"
	case s.tree.Kind(s.tree.Parents()[call]) != pysyntax.ExprStmt:
		return "its value is used"
	case !p.canAwait(s, call, site.From):
		return "it is outside of what can await"
	case args.starred || args.unpacked || len(args.positional)+len(args.keywords) > 1:
		return "its arguments are not understood"
	}
	return ""
}

// thread awaits a thread of aiohub.aio in place of one of tpool.
func (p *painter) thread(s *source, site *callgraph.Site) {
	call := p.callNamed(s, site.Pos, site.Name)
	if call == 0 {
		return
	}
	callee := s.tree.Child(call)
	if stays := p.threadObstacle(s, site, call); stays != "" {
		p.decide(s, callee, callStays, threadName, stays)
		return
	}
	if p.isReplaced(s, callee, site.Name) && !p.follow(s, callee, mockedTwins[threadName], site.Name) {
		p.decide(s, callee, testsFollow, threadName, "tests replace it by this name")
		if !p.options.Unsafe {
			return
		}
	} else {
		p.decide(s, callee, threads, threadName, "")
	}
	p.replaceName(s, callee, "aio", "to_thread")
	p.putAwait(s, call)
}

// threadObstacle tells why a call of tpool.execute cannot be awaited, "" if it can.
func (p *painter) threadObstacle(s *source, site *callgraph.Site, call pysyntax.Node) string {
	switch {
	case !site.Certain || !s.names(s.tree.Child(call), threadName):
		return "it can be something else"
	case !p.canAwait(s, call, site.From):
		return "it is outside of what can await"
	}
	return ""
}

// current gives the task in place of the green thread.
func (p *painter) current(s *source, site *callgraph.Site) {
	call := p.callNamed(s, site.Pos, site.Name)
	if call == 0 || !p.canAwait(s, call, site.From) {
		return
	}
	callee := s.tree.Child(call)
	if s.isTaken(int(s.tree.Start(callee))) {
		return
	}
	chosen := s.isChosen(callee, currentName)
	switch {
	case (!site.Certain || !s.names(callee, currentName)) && !chosen:
		p.decide(s, callee, callStays, currentName, "it can be something else")
	case s.tree.Next(callee) != 0 || !p.onlyIdentity(s, call, site.From):
		p.decide(s, callee, callStays, currentName,
			"more is done with the green thread than to compare it, or to use it as a key")
	default:
		rule := currents
		if chosen {
			rule = branchChosen
		}
		p.decide(s, callee, rule, currentName, "")
		if p.options.Unsafe {
			p.replaceName(s, callee, "asyncio", "current_task")
		}
	}
}

// onlyIdentity reports whether all that is done with a value, or with the variable that gets it, is to compare it, to
// keep it or to hand it on: no attribute of it is read.
func (p *painter) onlyIdentity(s *source, value pysyntax.Node, f callgraph.FuncID) bool {
	parent := s.tree.Parents()[value]
	switch s.tree.Kind(parent) {
	case pysyntax.Attribute:
		return false
	case pysyntax.Call:
		return s.tree.Child(parent) != value
	case pysyntax.Assign:
		target := s.tree.Child(parent)
		if s.tree.Kind(target) != pysyntax.Name || s.tree.Next(target) != value {
			return false
		}
		fn := &p.graph.Funcs[f]
		for _, n := range s.index.names[string(s.tree.Ident(target))] {
			if at := s.tree.Start(n); at < fn.Start || at >= fn.End || n == target {
				continue
			}
			if s.tree.Kind(s.tree.Parents()[n]) == pysyntax.Assign || !p.onlyIdentity(s, n, f) {
				return false
			}
		}
	}
	return true
}

// exits finds handlers of the end of a green thread: a coroutine is cancelled instead.
func (p *painter) exits() {
	const name = "greenlet.GreenletExit"
	for _, s := range p.sorted() {
		file := p.fileOf[s]
		for _, list := range [][]pysyntax.Node{s.index.attributes["GreenletExit"], s.index.names["GreenletExit"]} {
			for _, n := range list {
				f := p.funcAt(file, s.tree.Start(n))
				parent := s.tree.Parents()[n]
				if s.tree.Kind(parent) == pysyntax.Tuple {
					parent = s.tree.Parents()[parent]
				}
				if s.tree.Kind(parent) != pysyntax.ExceptHandler || f < 0 || !p.chosen[f] {
					continue
				}
				p.decide(s, n, exits, name, "")
				switch {
				case p.options.Unsafe:
					p.replaceName(s, n, "asyncio", "CancelledError")
				case p.could == nil:
					p.refuse(file, s.tree.Start(n), exitStays, name, "", f)
				}
			}
		}
	}
}
