package atomic

import (
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// wsgiServer names what calls WSGI applications.
const wsgiServer = "WSGI server"

const (
	webServer    = "web server"
	socketServer = "socket server"
)

// findServers finds what servers run: RPC endpoints, WSGI applications, periodic tasks, threads that are classes.
func (a *analysis) findServers(byRoot map[callgraph.FuncID]int) {
	add := func(fn callgraph.FuncID, name string, many bool) {
		f := a.fns[fn]
		if f == nil || a.g.Funcs[fn].Flags&callgraph.Test != 0 {
			return
		}
		if at, ok := byRoot[fn]; ok {
			// A thread that is an object of a class shares that with no other.
			a.tasks[at].many = many || a.tasks[at].many && name != threadClass
			a.tasks[at].same = true
			a.tasks[at].both = a.tasks[at].many
			return
		}
		byRoot[fn] = len(a.tasks)
		a.tasks = append(
			a.tasks,
			task{root: fn, from: callgraph.None, line: a.g.Funcs[fn].Line, name: name, many: many, same: true, both: many},
		)
	}
	endpoints := a.endpoints()
	a.serves = a.threadedServers()
	often := a.madeOften()
	for id := range a.g.Funcs {
		f := &a.g.Funcs[id]
		name := lastName(f)
		switch {
		case a.fns[id] == nil || f.Flags&(callgraph.Test|callgraph.Async) != 0:
		case a.isRoute(callgraph.FuncID(id)):
			a.addTask(
				byRoot,
				task{
					root: callgraph.FuncID(id),
					from: callgraph.None,
					line: f.Line,
					name: webServer,
					many: true,
					same: f.Class >= 0,
				},
			)
		case f.Class < 0:
		case isWSGI(f):
			add(callgraph.FuncID(id), wsgiServer, true)
		case slices.ContainsFunc(f.Decorators, isPeriodic):
			add(callgraph.FuncID(id), "periodic task", false)
		case endpoints[f.Class] && !strings.HasPrefix(name, "_") && takesContext(f) && a.method(f.Class, name) == callgraph.FuncID(id) && !a.calledInside(callgraph.FuncID(id)):
			add(callgraph.FuncID(id), "RPC server", true)
		case a.handlesRequests(f):
			a.addTask(
				byRoot,
				task{root: callgraph.FuncID(id), from: callgraph.None, line: f.Line, name: socketServer, many: a.serves},
			)
		case a.answers(f):
			a.addTask(byRoot, task{root: callgraph.FuncID(id), from: callgraph.None, line: f.Line, name: webServer, many: true})
		case name == "run" && a.derivesFrom(f.Class, func(base string) bool { return base == "threading.Thread" || base == "threading.Timer" }):
			add(callgraph.FuncID(id), threadClass, false)
			a.tasks[byRoot[callgraph.FuncID(id)]].many = often[f.Class]
		}
	}
}

// madeOften gives the classes of which the program makes several objects: in a loop, or at several places. Those of a
// class below count for it.
func (a *analysis) madeOften() map[int32]bool {
	places := map[int32]int{}
	for _, m := range a.g.Instances {
		if a.g.Funcs[m.From].Flags&callgraph.Test != 0 {
			continue
		}
		n := 1
		if c := a.callAt(m.From, m.Pos); c != nil && c.Loop {
			n++
		}
		for _, k := range a.mro(m.Class) {
			places[k] += n
		}
	}
	often := map[int32]bool{}
	for c, n := range places {
		often[c] = n > 1
	}
	return often
}

// calledInside reports whether other methods of its object call a method: then it may be a part of these, and nobody's
// endpoint.
func (a *analysis) calledInside(fn callgraph.FuncID) bool {
	return slices.ContainsFunc(a.in[fn], func(i int32) bool {
		e := &a.g.Edges[i]
		return e.Certain && e.Reason == callgraph.Self && e.From != fn && a.g.Funcs[e.From].Flags&callgraph.Test == 0
	})
}

// takesContext reports whether a method takes a context first, as an RPC server calls it.
func takesContext(f *callgraph.Func) bool {
	if len(f.Params) < 2 || f.Flags&(callgraph.Property|callgraph.Static) != 0 {
		return false
	}
	switch f.Params[1] {
	case "context", "ctxt", "ctx", "cnxt", "_context", "ctxt_", "c":
		return true
	}
	return false
}

func isPeriodic(decorator string) bool {
	return strings.HasSuffix(decorator, "periodic_task.periodic_task") ||
		strings.HasSuffix(decorator, "periodics.periodic")
}

// isWSGI reports whether a method is called as WSGI has it.
func isWSGI(f *callgraph.Func) bool {
	n := len(f.Params)
	return lastName(f) == "__call__" && n >= 2 && f.Params[n-1] == "start_response" &&
		strings.HasPrefix(f.Params[n-2], "env") ||
		slices.Contains(f.Decorators, "webob.dec.wsgify")
}

// endpoints are the classes with a messaging target: an RPC server calls their methods.
func (a *analysis) endpoints() map[int32]bool {
	found := map[int32]bool{}
	for s := range a.spots {
		if s.Kind != SelfAttr || s.Name != "target" {
			continue
		}
		for _, at := range a.spots[s] {
			if v := a.valueOf(at); v != nil && v.Kind == Made && strings.HasSuffix(v.Name, "messaging.Target") {
				if c, ok := a.classes[a.g.Funcs[at.fn].File][a.accessOf(at).Ref.Of]; ok {
					found[c] = true
				}
			}
		}
	}
	return found
}

// handlesRequests reports whether a method is one that the servers of the standard library call on an object that they
// make for each request.
func (a *analysis) handlesRequests(f *callgraph.Func) bool {
	name := lastName(f)
	return (name == "handle" || strings.HasPrefix(name, "do_")) && a.derivesFrom(f.Class, func(base string) bool {
		return strings.HasPrefix(base, "http.server.") && name != "handle" ||
			strings.HasPrefix(base, "socketserver.") && strings.HasSuffix(base, "RequestHandler") && name == "handle"
	})
}

// threadedServers reports whether the tree has servers that handle each request in a thread.
func (a *analysis) threadedServers() bool {
	threads := func(name string) bool {
		return (strings.HasPrefix(name, "socketserver.") || strings.HasPrefix(name, "http.server.")) &&
			strings.Contains(name, ".Threading")
	}
	return slices.ContainsFunc(
		a.g.Classes,
		func(c callgraph.Class) bool { return slices.ContainsFunc(c.Foreign, threads) },
	) ||
		slices.ContainsFunc(a.g.Sites, func(s callgraph.Site) bool { return threads(s.Name) })
}

// viewBases are classes of which a web framework makes an object for each request.
var viewBases = map[string]bool{
	"flask.views.MethodView": true, "flask_restful.Resource": true, "flask_restx.Resource": true, "django.views.View": true, "django.views.generic.View": true,
	"django.views.generic.base.View": true, "rest_framework.views.APIView": true,
}

// answers reports whether a method answers a kind of requests, by its name.
func (a *analysis) answers(f *callgraph.Func) bool {
	switch lastName(f) {
	case "get", "post", "put", "delete", "patch", "head", "options":
		return a.derivesFrom(f.Class, func(base string) bool { return viewBases[base] })
	}
	return false
}

// threadedFrameworks are packages whose routes are plain functions that several threads run.
var threadedFrameworks = map[string]bool{
	"flask":          true,
	"fastapi":        true,
	"starlette":      true,
	"bottle":         true,
	"apiflask":       true,
	"flask_openapi3": true,
	"flask_smorest":  true,
	"ninja":          true,
}

// isRoute reports whether a decorator makes a plain function a handler that a web framework calls for each request.
func (a *analysis) isRoute(fn callgraph.FuncID) bool {
	outer := a.g.Funcs[fn].Outer
	return outer != callgraph.None && slices.ContainsFunc(a.fns[fn].Decorators, func(d Decorator) bool {
		end := strings.LastIndexByte(d.Name, '.')
		return end >= 0 && routes[d.Name[end+1:]] && slices.ContainsFunc(a.sitesAt(outer, d.Pos), func(name string) bool {
			framework, _, _ := strings.Cut(name, ".")
			return threadedFrameworks[framework] && name[strings.LastIndexByte(name, '.')+1:] == d.Name[end+1:]
		})
	})
}
