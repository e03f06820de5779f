package plan

import (
	"fmt"

	"aiohub/internal/program/callgraph"
)

// ObstacleKind is a reason why a function wants a look before it becomes async.
type ObstacleKind uint8

const (
	GeneratorObstacle   ObstacleKind = iota // becomes an async generator, and everybody who drives it follows
	LambdaObstacle                          // await cannot stand in a lambda
	DecoratorObstacle                       // a decorator wraps it and sees a coroutine
	CallbackObstacle                        // handed to code outside the tree, which calls it without await
	ForeignBaseObstacle                     // may override a method of a class outside the tree
	StartsObstacle                          // started as a task or thread: the start changes too
	OpenObstacle                            // somebody may call it whose call is not known for certain
)

var obstacleNames = [...]string{
	GeneratorObstacle: "generator", LambdaObstacle: "lambda", DecoratorObstacle: "decorator", CallbackObstacle: "callback",
	ForeignBaseObstacle: "foreign-base", StartsObstacle: "started", OpenObstacle: "possible-caller",
}

// String is the obstacle's name in all formats.
func (k ObstacleKind) String() string { return obstacleNames[k] }

// Obstacle is one of them at its place.
type Obstacle struct {
	Kind ObstacleKind
	Func callgraph.FuncID
	File int32 // where it has to be looked at
	Line int
	Text string
}

// harmless are decorators that keep what they decorate awaitable.
var harmless = map[string]bool{
	"staticmethod": true, "classmethod": true, "abc.abstractmethod": true, "typing.overload": true,
	"typing.override": true, "typing.final": true, "contextlib.contextmanager": true, "typing_extensions.override": true,
	"pytest.fixture": true,
}

func (p *Plan) obstacles(id callgraph.FuncID) []Obstacle {
	x := p.index
	f := &x.g.Funcs[id]
	var list []Obstacle
	add := func(kind ObstacleKind, file int32, line int, format string, args ...any) {
		list = append(list, Obstacle{kind, id, file, line, fmt.Sprintf(format, args...)})
	}
	if f.Flags&callgraph.Generator != 0 && f.Flags&callgraph.ContextManager == 0 {
		add(GeneratorObstacle, f.File, f.Line, "becomes an async generator; what iterates over it follows")
	}
	if f.Kind == callgraph.Lambda {
		add(LambdaObstacle, f.File, f.Line, "await cannot stand in a lambda: make it a def")
	}
	for _, name := range f.Decorators {
		if !harmless[name] {
			if name == "" {
				name = "a decorator"
			}
			add(DecoratorObstacle, f.File, f.Line, "%s wraps it: it has to know coroutines", name)
		}
	}
	if base := p.foreignBase(f); base != "" && !special(f) {
		add(ForeignBaseObstacle, f.File, f.Line, "may override a method of %s", base)
	}
	for _, i := range x.in[id] {
		if e := &x.edges[i]; !e.Certain && p.Colours[e.From] != Must {
			from := &x.g.Funcs[e.From]
			add(OpenObstacle, from.File, e.Line, "%s may call it", from.Name())
		}
	}
	for _, i := range p.escapes()[id] {
		e := &x.g.Escapes[i]
		add(CallbackObstacle, x.g.Funcs[e.From].File, e.Line, "handed to %s, which calls it without await", e.Name)
	}
	for _, i := range p.startedAt()[id] {
		s := &x.g.Starts[i]
		add(StartsObstacle, x.g.Funcs[s.From].File, s.Line, "started by %s", s.Name)
	}
	return list
}

// escapes gives the places where a function is handed out of the tree, by function.
func (p *Plan) escapes() map[callgraph.FuncID][]int {
	if p.index.escaped == nil {
		p.index.escaped = map[callgraph.FuncID][]int{}
		for i := range p.Graph.Escapes {
			to := p.Graph.Escapes[i].To
			p.index.escaped[to] = append(p.index.escaped[to], i)
		}
	}
	return p.index.escaped
}

// startedAt gives the places where a function is started, by function.
func (p *Plan) startedAt() map[callgraph.FuncID][]int {
	if p.index.started == nil {
		p.index.started = map[callgraph.FuncID][]int{}
		for i := range p.Graph.Starts {
			to := p.Graph.Starts[i].To
			p.index.started[to] = append(p.index.started[to], i)
		}
	}
	return p.index.started
}

// plain are bases outside the tree that call none of their methods.
var plain = map[string]bool{
	"object": true, "Exception": true, "BaseException": true, "typing.Generic": true, "typing.Protocol": true,
	"typing.NamedTuple": true, "abc.ABC": true, "enum.Enum": true, "builtins.object": true,
	"typing_extensions.Protocol": true,
}

// foreignBase gives a class outside the tree from which the class of a method derives, however far; "" without one.
func (p *Plan) foreignBase(f *callgraph.Func) string {
	if f.Class == callgraph.None {
		return ""
	}
	seen := map[int32]bool{}
	work := []int32{f.Class}
	for len(work) > 0 {
		class := work[0]
		work = work[1:]
		if seen[class] {
			continue
		}
		seen[class] = true
		c := &p.Graph.Classes[class]
		for _, name := range c.Foreign {
			if !plain[name] {
				return name
			}
		}
		work = append(work, c.Bases...)
	}
	return ""
}

func special(f *callgraph.Func) bool {
	name := lastName(f)
	return len(name) > 4 && name[:2] == "__" && name[len(name)-2:] == "__"
}
