package port

import (
	"bytes"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// exit is a place where a function ends the program.
type exit struct {
	from callgraph.FuncID
	pos  uint32
	name string
}

// exitsOf lists where functions end the program, and no handler of the same function takes it. files gives the files of
// a graph, nil for those that are not looked at.
func exitsOf(graph *callgraph.Graph, files func(int32) *source) []exit {
	var list []exit
	add := func(from callgraph.FuncID, s *source, pos uint32, name string) {
		if !s.test && !s.takesExit(pos, name) {
			list = append(list, exit{from, pos, name})
		}
	}
	for i := range graph.Sites {
		site := &graph.Sites[i]
		if s := files(graph.Funcs[site.From].File); s != nil && site.Certain && endsProgram[site.Name] {
			add(site.From, s, site.Pos, strings.TrimPrefix(site.Name, "builtins."))
		}
	}
	for i := range graph.Funcs {
		f := &graph.Funcs[i]
		if s := files(f.File); s != nil && f.Kind == callgraph.Plain {
			for _, at := range s.exits()[f.Start] {
				add(callgraph.FuncID(i), s, at, "SystemExit")
			}
		}
	}
	return list
}

var endsProgram = map[string]bool{"sys.exit": true, "os._exit": true, "builtins.exit": true, "builtins.quit": true}

// exits gives the raise statements with SystemExit, by the start of the function around each.
func (s *source) exits() map[uint32][]uint32 {
	if s.exiting != nil || s.tree == nil {
		return s.exiting
	}
	s.exiting = map[uint32][]uint32{}
	if !bytes.Contains(s.src, []byte("SystemExit")) {
		return s.exiting
	}
	for n := range s.tree.All() {
		if s.tree.Kind(n) != pysyntax.Raise {
			continue
		}
		what := s.tree.Child(n)
		if s.tree.Kind(what) == pysyntax.Call {
			what = s.tree.Child(what)
		}
		around := s.tree.Parents()[n]
		for around != 0 && s.tree.Kind(around) != pysyntax.FunctionDef {
			around = s.tree.Parents()[around]
		}
		if around != 0 && s.tree.Kind(what) == pysyntax.Name && string(s.tree.Ident(what)) == "SystemExit" {
			s.exiting[s.tree.Start(around)] = append(s.exiting[s.tree.Start(around)], s.tree.Start(n))
		}
	}
	return s.exiting
}

// takesExit reports whether a handler around a place takes SystemExit in the same function. Nothing takes what os._exit
// does.
func (s *source) takesExit(pos uint32, name string) bool {
	if name == "os._exit" {
		return false
	}
	n := s.nodeAt(pos)
	for n != 0 {
		try, through := s.around(n, pysyntax.Try)
		if try == 0 {
			return false
		}
		if s.tree.Kind(through) == pysyntax.Block {
			for h := range s.tree.Children(try) {
				if s.tree.Kind(h) != pysyntax.ExceptHandler {
					continue
				}
				kind := s.tree.Child(h)
				text := string(s.tree.Text(kind))
				if s.tree.Kind(kind) == pysyntax.Block || strings.Contains(text, "SystemExit") ||
					strings.Contains(text, "BaseException") {
					return true
				}
			}
		}
		n = try
	}
	return false
}

// nodeAt gives a node that begins at a place, or 0.
func (s *source) nodeAt(pos uint32) pysyntax.Node {
	for n := range s.tree.All() {
		if s.tree.Start(n) == pos && (s.tree.Kind(n).IsExpr() || s.tree.Kind(n) == pysyntax.Raise) {
			return n
		}
	}
	return 0
}

// besideMain finds the functions that run in a task, or in the handler of a signal: started there, or called from there
// for certain. An exit in the coroutine that asyncio.run has, and in what that awaits, ends the program as before.
func besideMain(graph *callgraph.Graph) map[callgraph.FuncID]bool {
	found := map[callgraph.FuncID]bool{}
	var queue []callgraph.FuncID
	add := func(f callgraph.FuncID) {
		if !found[f] {
			found[f] = true
			queue = append(queue, f)
		}
	}
	for i := range graph.Starts {
		if name := graph.Starts[i].Name; name == "signal.signal" || knowledge.Is(name) || strings.HasPrefix(name, "aiohub.") {
			add(graph.Starts[i].To)
		}
	}
	for i := range graph.Escapes {
		switch e := &graph.Escapes[i]; {
		case e.Name == "signal.signal", knowledge.Is(e.Name), strings.HasPrefix(e.Name, "aiohub."),
			strings.HasSuffix(e.Name, ".add_signal_handler"):
			add(e.To)
		}
	}
	calls := certainCalls(graph)
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		for _, f := range calls[next] {
			add(f)
		}
	}
	return found
}

// certainCalls gives the functions that each function calls for certain.
func certainCalls(graph *callgraph.Graph) map[callgraph.FuncID][]callgraph.FuncID {
	calls := map[callgraph.FuncID][]callgraph.FuncID{}
	for i := range graph.Edges {
		if e := &graph.Edges[i]; e.Certain {
			calls[e.From] = append(calls[e.From], e.To)
		}
	}
	return calls
}

// endings reports what ends the program in the functions that become async.
func (p *painter) endings() {
	for _, e := range exitsOf(p.graph, func(file int32) *source { return p.files[file] }) {
		if p.chosen[e.from] && !p.faced[e.from] {
			p.note(p.files[p.graph.Funcs[e.from].File], e.pos, exitInTask, e.name, "")
		}
	}
}

// endings reports what ends the program in tasks and in handlers of signals.
func (p *pure) endings() {
	beside := besideMain(p.graph)
	for _, e := range exitsOf(p.graph, func(file int32) *source { return p.files[file] }) {
		if beside[e.from] {
			p.note(p.files[p.graph.Funcs[e.from].File], e.pos, exitInTask, e.name, "")
		}
	}
}
