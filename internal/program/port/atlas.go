package port

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// atlas is what is known of a tree before anything is decided: it is made once for a component, however often that has
// to be made smaller.
type atlas struct {
	graph          *callgraph.Graph
	files          map[int32]*source // by index in graph.Files: those in which a name of the component occurs
	byName         map[string][]callgraph.FuncID
	handed         map[callgraph.FuncID]handing // see handedOver
	inFile         map[int32][]callgraph.FuncID
	nested         map[int32]*nesting // see funcAt
	groups         map[callgraph.FuncID][]callgraph.FuncID
	modules        map[string]bool
	fileOf         map[*source]int32
	made           []group                  // the primitives that the graph follows
	replaced       map[string][]replacement // mocks of eventlet's names, by the last part of the name
	sleepless      bool                     // a test replaces time.sleep
	setsTimeout    map[callgraph.FuncID]bool
	handlesTimeout map[callgraph.FuncID]bool
	callers        map[callgraph.FuncID][]callgraph.FuncID // see above
	pathOf         map[string]int32                        // index in graph.Files
	reached        map[mockScope]map[callgraph.FuncID]bool // see inForce
	leading        map[callgraph.FuncID][]callgraph.FuncID // see leads
	// asyncio.timeout is there: the project needs Python 3.11 at least, or does not say
	newest bool
}

// index is where things are in a file.
type index struct {
	calls      map[uint32][]pysyntax.Node // by start, the outermost first
	defs       map[uint32]pysyntax.Node
	mentions   []pysyntax.Node            // of a name of the component
	exprs      map[uint32][]pysyntax.Node // by start, the widest first
	attributes map[string][]pysyntax.Node // by name
	names      map[string][]pysyntax.Node // plain names
	patched    map[string]bool            // last names of attributes that mocks replace
}

// newAtlas reads the files that a component concerns; with all, all that have anything of eventlet.
func newAtlas(t *Tree, graph *callgraph.Graph, chosen []callgraph.FuncID, all bool) (*atlas, error) {
	a := &atlas{
		graph: graph, files: map[int32]*source{}, byName: map[string][]callgraph.FuncID{},
		inFile: map[int32][]callgraph.FuncID{}, nested: map[int32]*nesting{},
		groups: groupsOf(graph), modules: map[string]bool{}, made: groupsOfMade(graph), replaced: replacementsOf(t),
		fileOf: map[*source]int32{},
		pathOf: map[string]int32{}, reached: map[mockScope]map[callgraph.FuncID]bool{},
		setsTimeout: timersOf(graph), handlesTimeout: map[callgraph.FuncID]bool{}, newest: newest(t.Root),
	}
	for i := range graph.Funcs {
		f, id := &graph.Funcs[i], callgraph.FuncID(i)
		a.byName[lastName(f.Qual)] = append(a.byName[lastName(f.Qual)], id)
		a.inFile[f.File] = append(a.inFile[f.File], id)
	}
	names := map[string]bool{}
	for _, f := range chosen {
		names[lastName(graph.Funcs[f].Qual)] = true
	}
	records := map[string][]scan.Record{}
	for _, r := range t.Records {
		records[r.File] = append(records[r.File], r)
	}
	users := filesOfMade(graph)
	for _, name := range ownTimeouts(graph) {
		names[name] = true
	}
	for name := range a.classesOf(chosen) {
		names[name] = true
	}
	for i, f := range graph.Files {
		a.modules[f.Module], a.pathOf[f.Path] = true, int32(i)
		src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(f.Path)))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Path, err)
		}
		if f.Test && replacesTimeSleep(src) {
			a.sleepless = true
		}
		found := users[int32(i)] || all && len(records[f.Path]) > 0 || handlesTimeouts(records[f.Path]) ||
			f.Test && replacesTwin(records[f.Path])
		for name := range names {
			found = found || bytes.Contains(src, []byte(name))
		}
		if !found {
			continue
		}
		var parser pysyntax.Parser
		s := newSource(f.Path, src, parser.Parse(src).Clone(), records[f.Path], f.Module)
		s.test = f.Test
		s.index = newIndex(s.tree, names)
		a.files[int32(i)], a.fileOf[s] = s, int32(i)
	}
	for s, file := range a.fileOf {
		for i := range s.records {
			if r := &s.records[i]; r.Canon == timeoutClass && r.Ctx == scan.Except {
				if f := a.funcAt(file, uint32(r.Start)); f >= 0 {
					a.handlesTimeout[f] = true
				}
			}
		}
	}
	a.joinRunners()
	return a, nil
}

// handlesTimeouts reports whether a file has a handler of a Timeout.
func handlesTimeouts(records []scan.Record) bool {
	return slices.ContainsFunc(records,
		func(r scan.Record) bool { return r.Canon == timeoutClass && r.Ctx == scan.Except })
}

// replacesTwin reports whether a test has a mock of a function of eventlet's that can follow.
func replacesTwin(records []scan.Record) bool {
	return slices.ContainsFunc(records, func(r scan.Record) bool {
		return mockedTwins[r.Canon] != nil && (r.Kind == scan.Patch || r.Kind == scan.String)
	})
}

// classesOf gives the functions among some that are methods of a class or inherited by it, by the last name of the
// class.
func (a *atlas) classesOf(functions []callgraph.FuncID) map[string][]callgraph.FuncID {
	methods := map[int32][]callgraph.FuncID{}
	for _, f := range functions {
		if class := a.graph.Funcs[f].Class; class != callgraph.None {
			methods[class] = append(methods[class], f)
		}
	}
	found := map[string][]callgraph.FuncID{}
	for i := range a.graph.Classes {
		name := lastOf(a.graph.Classes[i].Qual)
		seen := map[int32]bool{}
		var collect func(class int32)
		collect = func(class int32) {
			if seen[class] {
				return
			}
			seen[class] = true
			found[name] = append(found[name], methods[class]...)
			for _, base := range a.graph.Classes[class].Bases {
				collect(base)
			}
		}
		collect(int32(i))
		if len(found[name]) == 0 {
			delete(found, name)
		}
	}
	return found
}

// filesOfMade gives the files in which a primitive is made or used.
func filesOfMade(graph *callgraph.Graph) map[int32]bool {
	files := map[int32]bool{}
	for i := range graph.Made {
		m := &graph.Made[i]
		files[graph.Funcs[m.From].File] = true
		for _, u := range m.Uses {
			files[graph.Funcs[u.From].File] = true
		}
	}
	for i := range graph.Sites {
		if site := &graph.Sites[i]; isIdentity(site.Name) {
			files[graph.Funcs[site.From].File] = true
		}
	}
	return files
}

func groupsOf(graph *callgraph.Graph) map[callgraph.FuncID][]callgraph.FuncID {
	groups := map[callgraph.FuncID][]callgraph.FuncID{}
	for _, group := range graph.Groups {
		for _, f := range group {
			groups[f] = group
		}
	}
	return groups
}

func newIndex(t *pysyntax.Tree, names map[string]bool) *index {
	x := &index{
		calls: map[uint32][]pysyntax.Node{}, defs: map[uint32]pysyntax.Node{}, patched: map[string]bool{},
		exprs:      map[uint32][]pysyntax.Node{},
		attributes: map[string][]pysyntax.Node{}, names: map[string][]pysyntax.Node{},
	}
	parents := t.Parents()
	for n := range t.All() {
		if t.Kind(n).IsExpr() {
			x.exprs[t.Start(n)] = append(x.exprs[t.Start(n)], n)
		}
		if t.Kind(n) == pysyntax.Name {
			x.names[string(t.Ident(n))] = append(x.names[string(t.Ident(n))], n)
		}
		if t.Kind(n) == pysyntax.Attribute {
			name := string(t.Ident(n))
			x.attributes[name] = append(x.attributes[name], n)
		}
		switch t.Kind(n) {
		case pysyntax.Call:
			x.calls[t.Start(n)] = append(x.calls[t.Start(n)], n)
		case pysyntax.FunctionDef:
			x.defs[t.Start(n)] = n
		case pysyntax.Attribute, pysyntax.Name:
			if names[string(t.Ident(n))] {
				x.mentions = append(x.mentions, n)
			}
		case pysyntax.Constant:
			value, ok := t.StringValue(n)
			name := value[strings.LastIndexByte(value, '.')+1:]
			if !ok || !names[name] {
				continue
			}
			x.mentions = append(x.mentions, n)
			if call := parents[n]; t.Kind(call) == pysyntax.Call && targets[string(t.Ident(t.Child(call)))] {
				x.patched[name] = true
			}
		}
	}
	return x
}

// reset forgets what was decided about a file.
func (s *source) reset() {
	project, _, _ := strings.Cut(s.module, ".")
	s.edits, s.imports = edit.Set{Src: s.src}, edit.NewImports(s.tree, project)
	s.taken, s.places = nil, nil
}

// replacesTimeSleep reports whether a test replaces time.sleep.
func replacesTimeSleep(src []byte) bool {
	for _, text := range []string{"time.sleep'", `time.sleep"`, "time, 'sleep'", `time, "sleep"`} {
		if bytes.Contains(src, []byte(text)) {
			return true
		}
	}
	return false
}
