package port

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// atlas is what is known of a tree before anything is decided: it is made once for a component, however often that has to be made smaller.
type atlas struct {
	graph   *callgraph.Graph
	files   map[int32]*source // by index in graph.Files: those in which a name of the component occurs
	byName  map[string][]callgraph.FuncID
	inFile  map[int32][]callgraph.FuncID
	groups  map[callgraph.FuncID][]callgraph.FuncID
	modules map[string]bool
}

// index is where things are in a file.
type index struct {
	calls    map[uint32][]pysyntax.Node // by start, the outermost first
	defs     map[uint32]pysyntax.Node
	mentions []pysyntax.Node // of a name of the component
	patched  map[string]bool // last names of attributes that mocks replace
}

func newAtlas(t *Tree, graph *callgraph.Graph, chosen []callgraph.FuncID) (*atlas, error) {
	a := &atlas{
		graph: graph, files: map[int32]*source{}, byName: map[string][]callgraph.FuncID{}, inFile: map[int32][]callgraph.FuncID{},
		groups: groupsOf(graph), modules: map[string]bool{},
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
	for i, f := range graph.Files {
		a.modules[f.Module] = true
		src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(f.Path)))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Path, err)
		}
		found := false
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
		a.files[int32(i)] = s
	}
	return a, nil
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
	x := &index{calls: map[uint32][]pysyntax.Node{}, defs: map[uint32]pysyntax.Node{}, patched: map[string]bool{}}
	parents := t.Parents()
	for n := range t.All() {
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
