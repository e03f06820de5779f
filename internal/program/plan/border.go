package plan

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// Border is why a function stays def although it reaches what blocks. Colour ends there; a sync face bridges.
type Border uint8

const (
	NoBorder       Border = iota
	Constructor           // __init__, __new__: nobody can await them
	Finalizer             // __del__
	Dunder                // a special method without an async form
	PropertyBorder        // an attribute cannot be awaited without changing who reads it
	ModuleLevel           // code that runs at import
	WSGI                  // takes environ and start_response: the server calls it
	CalledOutside         // overrides a method that code outside the tree calls
	Forks                 // makes a copy of the process, and of whatever loop runs in it
	// runs in a thread of the operating system: what blocks there does no harm, so it neither changes nor bridges
	ThreadBody
	KeptSync     // the configuration says stays-sync
	PublicFace   // the configuration says public: callers outside the tree
	AlreadyAsync // async def already: it blocks the loop and wants an await, and its callers are no concern
	NeverBlocks  // the configuration says never-blocks
)

var borderWords = [...]string{
	NoBorder: "", Constructor: "a constructor cannot be awaited", Finalizer: "a finalizer cannot be awaited",
	Dunder: "a special method without an async form", PropertyBorder: "an attribute cannot be awaited",
	ModuleLevel: "code at module level",
	WSGI:        "a WSGI application is called by its server", CalledOutside: "code outside the tree calls it",
	Forks:      "it forks, and the child must not go on in a loop that its parent runs",
	ThreadBody: "it runs in a thread of the operating system", KeptSync: "stays-sync in the configuration",
	PublicFace:   "public in the configuration",
	AlreadyAsync: "async already: the call blocks the loop", NeverBlocks: "never-blocks in the configuration",
}

// String says it in words for people.
func (b Border) String() string { return borderWords[b] }

var borderNames = [...]string{
	NoBorder: "", Constructor: "constructor", Finalizer: "finalizer", Dunder: "dunder", PropertyBorder: "property",
	ModuleLevel: "module-level",
	WSGI:        "wsgi", CalledOutside: "called-outside", Forks: "fork", ThreadBody: "thread", KeptSync: "stays-sync",
	PublicFace: "public", AlreadyAsync: "async", NeverBlocks: "never-blocks",
}

// Name is the border's name in JSON.
func (b Border) Name() string { return borderNames[b] }

// asyncForms are the special methods that have an async form or may be async themselves.
var asyncForms = map[string]bool{
	"__enter__": true, "__exit__": true, "__iter__": true, "__next__": true, "__call__": true,
	"__aenter__": true, "__aexit__": true, "__aiter__": true, "__anext__": true,
}

// lastName is the function's own name, without what is around it and without a mark for its number.
func lastName(f *callgraph.Func) string {
	name := f.Qual[strings.LastIndexByte(f.Qual, '.')+1:]
	name, _, _ = strings.Cut(name, "#")
	name, _, _ = strings.Cut(name, "@")
	return name
}

func borderOf(g *callgraph.Graph, id callgraph.FuncID, s *settled) Border {
	f := &g.Funcs[id]
	switch {
	case s.neverBlocks[id]:
		return NeverBlocks
	case s.staysSync[id]:
		return KeptSync
	case f.Flags&callgraph.Async != 0:
		return AlreadyAsync
	case f.Kind == callgraph.ModuleBody:
		return ModuleLevel
	case f.Flags&(callgraph.Property|callgraph.Setter|callgraph.Deleter) != 0:
		return PropertyBorder
	}
	name := lastName(f)
	switch {
	case wrapsWSGI(f) || isWSGI(f):
		return WSGI
	case f.Class != callgraph.None && calledOutside(g, f.Class, name):
		return CalledOutside
	}
	if f.Class == callgraph.None || !callgraph.IsSpecial(name) {
		return NoBorder
	}
	switch {
	case name == "__init__" || name == "__new__" || name == "__post_init__" || name == "__init_subclass__":
		return Constructor
	case name == "__del__":
		return Finalizer
	case !asyncForms[name]:
		return Dunder
	}
	return NoBorder
}

// Uncallable lists the functions that cannot be async for what calls them: code outside the tree, or a thread.
func Uncallable(g *callgraph.Graph) []callgraph.FuncID {
	var list []callgraph.FuncID
	bodies, extends, nothing := threadBodies(g), extending(g), &settled{}
	for i := range g.Funcs {
		id := callgraph.FuncID(i)
		if bodies[id] || extends[id] || borderOf(g, id, nothing) == CalledOutside {
			list = append(list, id)
		}
	}
	return list
}

// isWSGI reports whether a function is called as WSGI has it. A method of another name that takes the same is what an
// application in the tree hands its request to.
func isWSGI(f *callgraph.Func) bool {
	n := len(f.Params)
	if f.Class != callgraph.None && lastName(f) != "__call__" {
		return false
	}
	return n >= 2 && f.Params[n-1] == "start_response" && strings.HasPrefix(f.Params[n-2], "env")
}

// wrapsWSGI reports whether a decorator makes a WSGI application of a function.
func wrapsWSGI(f *callgraph.Func) bool {
	return slices.ContainsFunc(f.Decorators,
		func(name string) bool { return name == "webob.dec.wsgify" || name == "werkzeug.Request.application" })
}

// calledOutside reports whether code outside the tree calls a method of a class, because of a base however far.
func calledOutside(g *callgraph.Graph, class int32, method string) bool {
	return hasForeignBase(g, class, func(base string) bool { return knowledge.CalledOutside(base, method) })
}

// threadBodies gives the functions that are run in threads of the operating system and nothing else calls.
func threadBodies(g *callgraph.Graph) map[callgraph.FuncID]bool {
	bodies := map[callgraph.FuncID]bool{}
	for i := range g.Starts {
		if knowledge.RunsInThread(g.Starts[i].Name) {
			bodies[g.Starts[i].To] = true
		}
	}
	if len(bodies) == 0 {
		return nil
	}
	for i := range g.Starts {
		if !knowledge.RunsInThread(g.Starts[i].Name) {
			delete(bodies, g.Starts[i].To)
		}
	}
	for i := range g.Edges {
		if e := &g.Edges[i]; e.Certain {
			delete(bodies, e.To)
		}
	}
	return bodies
}

// forkPoints gives the functions that fork by themselves.
func forkPoints(g *callgraph.Graph) map[callgraph.FuncID]bool {
	points := map[callgraph.FuncID]bool{}
	for i := range g.Sites {
		if site := &g.Sites[i]; site.Certain && knowledge.Forks(site.Name) {
			points[site.From] = true
		}
	}
	return points
}
