// Package callgraph finds out which function of a tree of Python files calls which, for certain or possibly, and what
// it calls outside.
//
// # Stages
//
// Each worker reads a file, parses it and reduces it to a summary (reducer): its functions, its classes and a list of
// operations on numbered variables. The syntax tree goes, the summary stays, and refers to no other file. When all are
// there they get one numbering (program), with what imports bind and who derives from whom from package resolve. Then
// one goroutine lets values flow until nothing changes (solver): an object that reaches the variable of a callee is an
// edge, and its parameters take the arguments. What is known then is certain. After that receivers of which nothing
// came to be known are looked for by the names of their methods (open), and what follows from it is possible. At the
// end all becomes a Graph, sorted and numbered by file and place, which refers to nothing else.
//
// The package knows Python and the tree. What names outside it mean is data: types.txt, starters.txt.
package callgraph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"

	"aiohub/internal/files/parallel"
	"aiohub/internal/files/walk"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/place"
	"aiohub/internal/program/resolve"
)

// Input says what to look at.
type Input struct {
	Root    string // absolute path of the tree
	Files   []walk.File
	Workers int  // at least 1
	Tests   bool // test code too; otherwise it is left out

	// Library says which distributions are outside the tree; nil for one that knows none.
	Library resolve.Library

	// Content is called with what a file holds that was read, by its index in Selected, from any goroutine; may be nil.
	Content func(i int, content []byte)

	// Track says of which functions and classes outside the tree the graph lists each object that a call makes, and
	// what becomes of it. It also lets the arguments of what starts a task reach the function that is started. May be
	// nil.
	Track func(name string) bool

	// Doubles lets what tests hand to the code flow into it, as if it were code: their own classes that stand for
	// others, files in memory.
	Doubles bool

	Progress func(done, total int) // called now and then from any goroutine; may be nil

	Unsaved map[string][]byte // contents, by path, that stand for those on the disk
}

// Selected gives the files that a graph is made from, and on nothing else does it depend.
func (in *Input) Selected() []walk.File {
	var files []walk.File
	for _, f := range in.Files {
		if f.Kind == walk.Python && (in.Tests || !pymodule.IsTest(f.Path)) {
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b walk.File) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

// Build makes the graph. It fails only if ctx ends.
func Build(ctx context.Context, in Input) (*Graph, error) {
	files := in.Selected()
	found := make([]reduced, len(files))
	var done atomic.Int64
	order := bySize(files)
	err := parallel.Each(ctx, in.Workers, len(files), func() func(int) {
		w := &reader{root: in.Root, unsaved: in.Unsaved, reducer: newReducer()}
		return func(i int) {
			i = order[i]
			found[i] = w.read(files[i], func(content []byte) {
				if in.Content != nil {
					in.Content(i, content)
				}
			})
			if n := done.Add(1); in.Progress != nil {
				in.Progress(int(n), len(files))
			}
		}
	})
	if err != nil {
		return nil, err
	}

	g := &Graph{}
	var paths []string
	var summaries []*summary
	for i := range found {
		if found[i].problem != nil {
			g.Problems = append(g.Problems, *found[i].problem)
		}
		if found[i].summary != nil {
			paths = append(paths, files[i].Path)
			summaries = append(summaries, found[i].summary)
		}
	}
	program := &resolve.Program{Tree: pymodule.New(paths), Library: library{in.Library}}
	for i, path := range paths {
		program.Files = append(program.Files,
			resolve.File{Path: path, Test: pymodule.IsTest(path), Node: program.Tree.Node(i), Model: summaries[i].model})
	}
	s := newSolver(link(program.NewResolver(), summaries))
	s.track, s.doubles = in.Track, in.Doubles
	s.start()
	s.run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	s.emit(g)
	return g, nil
}

// library follows every name, whatever else the caller's knows.
type library struct{ resolve.Library }

func (library) Follows(string) bool { return true }

func (l library) Owns(string) bool { return false }

func (l library) Installed(top string) bool { return l.Library != nil && l.Library.Installed(top) }

func (l library) Canon(dotted string) string { return dotted }

func (l library) Star(module string) []string {
	if l.Library == nil {
		return nil
	}
	return l.Library.Star(module)
}

func (l library) Class(string) string { return "" }

func (l library) Returns(string) string { return "" }

func (l library) Enters(string) string { return "" }

// bySize orders files so that the largest come first.
func bySize(files []walk.File) []int {
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order,
		func(a, b int) int { return cmp.Or(cmp.Compare(files[b].Size, files[a].Size), cmp.Compare(a, b)) })
	return order
}

// reader is the state of a worker.
type reader struct {
	root    string
	unsaved map[string][]byte
	parser  pysyntax.Parser
	builder pyscope.Builder
	reducer *reducer
}

type reduced struct {
	summary *summary
	problem *fault.Problem
}

func (w *reader) read(f walk.File, seen func([]byte)) reduced {
	src, ok := w.unsaved[f.Path]
	var err error
	if !ok {
		src, err = readFile(filepath.Join(w.root, filepath.FromSlash(f.Path)))
	}
	if err != nil {
		return reduced{problem: &fault.Problem{Place: place.Place{File: f.Path}, Message: err.Error(), Extent: fault.All}}
	}
	seen(src)
	return w.reduce(f.Path, src)
}

func (w *reader) reduce(path string, src []byte) reduced {
	var out reduced
	tree := w.parser.Parse(src)
	if first, bad := tree.FirstError(); bad {
		at := pysource.NewLines(src).Place(path, int(first.Pos), int(first.Pos))
		out.problem = &fault.Problem{Place: at, Message: first.Msg}
	}
	out.summary = w.reducer.reduce(tree, w.builder.Build(tree))
	return out
}

func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err == nil {
		switch {
		case info.Size() > walk.MaxSize:
			return nil, fmt.Errorf("larger than %d MiB, not looked at", walk.MaxSize>>20)
		case !info.Mode().IsRegular():
			return nil, errors.New("is not a regular file")
		}
		var src []byte
		if src, err = os.ReadFile(name); err == nil {
			return src, nil
		}
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return nil, pathErr.Err
	}
	return nil, err
}
