// Package scan finds every use of eventlet in a tree: what PORTING calls records.
//
// # Stages
//
// Files are read, parsed and reduced to their scopes one by one (pyscope), in parallel. When all are there, the names
// of each part of the files are resolved, through other files where they lead there (resolve), and make records
// (collector). At the end the calls of monkey_patch decide which uses of the standard library are green without saying
// so (reach). Nothing is shared between workers but what never changes again, and everything is sorted, so that the
// result does not depend on their number.
package scan

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"aiohub/internal/files/parallel"
	"aiohub/internal/files/walk"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/place"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/resolve"
)

// Input says what to scan.
type Input struct {
	Root    string // absolute path of the tree
	Files   []walk.File
	Workers int // at least 1

	Track    bool                  // find out what files ask each other, for the State
	Progress func(done, total int) // called for each Python file that was read, from any goroutine; may be nil
	Content  func(index int,
		content []byte) // called once for each file that was read, with its index in Files; may be nil

	Unsaved map[string][]byte // contents, by path, that stand for those on the disk
}

// Unit is a file with its tree, for rules to look at.
type Unit struct {
	Path string
	Src  []byte
	Tree *pysyntax.Tree // nil for a file that is not Python
}

// Result is what a scan found.
type Result struct {
	Records  []Record
	Problems []fault.Problem
	Units    []Unit  // files with records or with a comment for aiohub
	Entries  []Entry // calls of monkey_patch
	Files    int     // Python files that were read
	Lines    int     // in them
	Bytes    int64

	State  *State   // what the next scan can build on
	Redone []string // the files that were looked at: all of them, after Run
}

// file is what a scan knows of one file of the input.
type file struct {
	Known
	src     []byte
	model   *pyscope.File
	records []Record
	tree    *pysyntax.Tree // of a file that probably has records
	unit    *Unit
	redone  bool // it was looked at in this run, or its records have changed
}

// Run scans the files. It fails only if ctx ends.
func Run(ctx context.Context, in Input) (*Result, error) {
	files := make([]file, len(in.Files))
	var done atomic.Int64
	order := bySize(in.Files)
	python := 0
	for _, f := range in.Files {
		if f.Kind == walk.Python {
			python++
		}
	}
	tops := topNames(in.Files)
	err := parallel.Each(ctx, in.Workers, len(files), func() func(int) {
		w := newReader(in, tops)
		return func(i int) {
			i = order[i]
			w.read(i, &files[i])
			if in.Files[i].Kind != walk.Python {
				return
			}
			if n := done.Add(1); in.Progress != nil {
				in.Progress(int(n), python)
			}
		}
	})
	if err != nil {
		return nil, err
	}

	p := newProject(in, files)
	parts := p.parts()
	asked := make([]resolve.Asked, shards)
	err = parallel.Each(ctx, in.Workers, shards, func() func(int) {
		return func(shard int) {
			r := p.program.NewResolver()
			if in.Track {
				r.Track()
			}
			for j := parts[shard]; j < parts[shard+1] && ctx.Err() == nil; j++ {
				p.collect(r, int32(j))
			}
			if in.Track {
				asked[shard] = r.Asked()
			}
		}
	})
	if err != nil {
		return nil, err
	}

	linked := false
	g := &graph{r: p.program.NewResolver(), known: p.known()}
	g.callers = func(fn Function) []Caller { return g.search(fn, p.all()) }
	g.link = func() {
		linked = true
		for j := range g.known {
			g.known[j].Imports, g.known[j].Eager = g.r.ImportsOf(int32(j))
		}
	}
	entries := g.entries(p.launches())
	reached := g.reached(entries)
	for j := range reached {
		f := &files[p.index[j]]
		f.records = append(f.records, g.implicit(j, reached[j])...)
	}
	described := g.describe(entries, reached, p.index)
	var told [][]byte
	if in.Track {
		told = p.program.Remember(asked)
	}
	p.program, g.r = nil, nil // the models are not needed any more
	err = parallel.Each(ctx, in.Workers, len(files), func() func(int) {
		var parser pysyntax.Parser
		return func(i int) { files[i].complete(in.Files[i], &parser) }
	})
	if err != nil {
		return nil, err
	}
	return p.gather(&State{Linked: linked, Calls: g.calls, Entries: described, Told: told}), nil
}

// project is the Python files among those of the input.
type project struct {
	in      Input
	files   []file
	index   []int // of the Python files in files
	program *resolve.Program
}

func newProject(in Input, files []file) *project {
	p := &project{in: in, files: files, program: &resolve.Program{Library: knowledge.Library{}}}
	var paths []string
	for i := range files {
		if files[i].Python {
			paths = append(paths, in.Files[i].Path)
			p.index = append(p.index, i)
		}
	}
	p.program.Tree = pymodule.New(paths)
	for j, i := range p.index {
		p.program.Files = append(p.program.Files, resolve.File{
			Path: paths[j], Test: pymodule.IsTest(paths[j]), Node: p.program.Tree.Node(j), Model: files[i].model,
		})
	}
	return p
}

// collect makes the records of a Python file.
func (p *project) collect(r *resolve.Resolver, j int32) {
	f := &p.files[p.index[j]]
	r.For(j)
	records, green := collect(r, j)
	f.Patchers, f.Green = patching(r.Model(j), records), green
	f.records = append(f.records, yield(f.records, records)...)
}

// known is what is known of the Python files.
func (p *project) known() []*Known {
	known := make([]*Known, len(p.index))
	for j, i := range p.index {
		known[j] = &p.files[i].Known
	}
	return known
}

// all are the Python files.
func (p *project) all() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for j := range p.index {
			if !yield(int32(j)) {
				return
			}
		}
	}
}

// launches are the programs that commands start.
func (p *project) launches() []Launch {
	var list []Launch
	for i := range p.files {
		list = append(list, p.files[i].Commands...)
	}
	return list
}

// bySize orders the files so that the largest come first: the buffers of the workers grow once, and no worker is left
// with a large file at the end while the others have nothing to do.
func bySize(files []walk.File) []int {
	order := make([]int, len(files))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(files[b].Size, files[a].Size), cmp.Compare(a, b))
	})
	return order
}

func newReader(in Input, tops map[string]bool) *reader {
	w := &reader{in: in}
	w.builder.Keep = keepString
	w.builder.KeepAssigned = func(s []byte) bool { return tops[string(s)] || knowledge.IsPart(s) }
	return w
}

// topNames are the names of the tree's modules and packages, which a dotted path may be put together of.
func topNames(files []walk.File) map[string]bool {
	names := map[string]bool{}
	for _, f := range files {
		dir, name := path.Split(f.Path)
		if name == "__init__.py" {
			names[path.Base(dir)] = true
		} else if module, ok := strings.CutSuffix(name, ".py"); ok {
			names[module] = true
		}
	}
	return names
}

// keepString picks the single identifiers that are worth a node of their own.
func keepString(s []byte) bool {
	return string(s) == knowledge.Root || bytes.HasPrefix(s, []byte("EVENTLET_"))
}

// namesRule tells whether a file has the code of a rule in it, as a comment for another tool has that is meant for this
// one.
func namesRule(src []byte) bool {
	for {
		at := bytes.Index(src, []byte("AH"))
		if at < 0 {
			return false
		}
		src = src[at+2:]
		if len(src) >= 3 && isDigit(src[0]) && isDigit(src[1]) && isDigit(src[2]) {
			return true
		}
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// reader is the state of a worker of the first stage.
type reader struct {
	in      Input
	parser  pysyntax.Parser
	builder pyscope.Builder
}

func (w *reader) read(i int, f *file) {
	meta := w.in.Files[i]
	src, err := w.in.content(meta.Path)
	if err != nil {
		f.Problems = append(f.Problems, unread(meta.Path, err))
		return
	}
	f.src, f.Read, f.Size, f.redone = src, true, len(src), true
	if w.in.Content != nil {
		w.in.Content(i, src)
	}
	ours := contains(src, knowledge.Aiohub, 'u')
	f.Comment = ours && bytes.IndexByte(src, '#') >= 0 || namesRule(src)
	if encoding := wide(src); encoding != "" {
		f.src, f.Read, f.redone = nil, false, false
		f.Problems = append(
			f.Problems,
			fault.Problem{
				Place:   place.Place{File: meta.Path},
				Message: "not scanned: encoded in " + encoding + inPython(meta.Kind),
				Extent:  fault.All,
			},
		)
		return
	}
	if meta.Kind != walk.Python {
		f.records, f.Commands = textRecords(meta.Path, src, meta.Kind == walk.Manifest)
		return
	}
	f.Lines = bytes.Count(src, []byte("\n"))
	if len(src) > 0 && src[len(src)-1] != '\n' {
		f.Lines++
	}
	tree := w.parser.Parse(src)
	if first, bad := tree.FirstError(); bad {
		at := pysource.NewLines(src).Place(meta.Path, int(first.Pos), int(first.Pos))
		f.Problems = append(f.Problems, fault.Problem{Place: at, Message: "not scanned in full: " + first.Msg})
	}
	f.model = w.builder.Build(tree)
	named := contains(src, knowledge.Root, 'v') || f.model.Respelled && f.model.Find(knowledge.Root) != pyscope.None
	if named || ours {
		f.tree = tree.Clone()
	}
	f.Python, f.Program = true, isProgram(f.model)
	if path.Base(meta.Path) == "setup.py" {
		f.records = setupRecords(tree)
	}
	if named {
		f.records = append(f.records, commandRecords(tree)...)
	}
}

// contains reports whether a file contains a word, which it looks for from a letter on that is rare in code: looking
// for an e or an a stops at each word.
func contains(src []byte, word string, rare byte) bool {
	at := strings.IndexByte(word, rare)
	for from := 0; ; {
		i := bytes.Index(src[from:], []byte(word[at:]))
		if i < 0 {
			return false
		}
		if bytes.HasSuffix(src[:from+i], []byte(word[:at])) {
			return true
		}
		from += i + 1
	}
}

func (in *Input) content(path string) ([]byte, error) {
	if content, ok := in.Unsaved[path]; ok {
		if len(content) > walk.MaxSize {
			return nil, errSize
		}
		return content, nil
	}
	return readFile(filepath.Join(in.Root, filepath.FromSlash(path)))
}

func inPython(kind walk.Kind) string {
	if kind == walk.Python {
		return ", which no Python reads"
	}
	return ""
}

var (
	errSize  = fmt.Errorf("larger than %d MiB", walk.MaxSize>>20)
	errMoved = errors.New("changed while it was read")
)

func unread(path string, err error) fault.Problem {
	p := fault.Problem{Place: place.Place{File: path}, Message: "not scanned: " + err.Error(), Extent: fault.All}
	if errors.Is(err, errMoved) || errors.Is(err, fs.ErrNotExist) {
		p.Extent = fault.Moved
	}
	return p
}

func readFile(name string) ([]byte, error) {
	opened, err := openFile(name)
	if err != nil {
		return nil, plain(err)
	}
	defer opened.Close()
	size, regular, err := opened.stat()
	if err != nil {
		return nil, plain(err)
	}
	if size > walk.MaxSize {
		return nil, errSize
	}
	if !regular {
		return nil, errors.New("is not a regular file")
	}
	// One more byte tells the end of the file from a file that grew meanwhile.
	src := make([]byte, size+1)
	n := 0
	for n < len(src) {
		m, err := opened.Read(src[n:])
		n += m
		if err == io.EOF || m == 0 && err == nil || n == int(size) && err == nil {
			break // the system gives less than it was asked for at the end of a file only
		}
		if err != nil {
			return nil, plain(err)
		}
	}
	if n != int(size) {
		return nil, errMoved
	}
	return src[:n:n], nil
}

// plain takes the path off an error that is shown beside it.
func plain(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// complete sorts the records of a file and fills in what needs the source.
func (f *file) complete(meta walk.File, parser *pysyntax.Parser) {
	f.model = nil
	defer func() { f.tree = nil }()
	if len(f.records) > 0 {
		lines := pysource.NewLines(f.src)
		test := pymodule.IsTest(meta.Path)
		slices.SortFunc(f.records, compare) // so that what stands on one line shares its text
		for i := range f.records {
			r := &f.records[i]
			r.Place, r.Test = lines.Place(meta.Path, r.Start, r.End), test
			if a := r.arg0; a[1] > a[0] {
				r.Arg0 = string(f.src[a[0]:a[1]])
			}
			r.arg0 = [2]uint32{}
		}
		f.records = slices.CompactFunc(f.records, func(a, b Record) bool { return compare(a, b) == 0 })
	}
	if len(f.records) == 0 && !f.Comment {
		return
	}
	f.unit = &Unit{Path: meta.Path, Src: f.src}
	if meta.Kind != walk.Python {
		return
	}
	if f.tree == nil {
		// The trees of all files would not fit into memory; few have to be made again.
		f.tree = parser.Parse(f.src).Clone()
	}
	f.unit.Tree = f.tree
}

func (p *project) gather(state *State) *Result {
	out := &Result{Entries: state.Entries, State: state}
	for i := range p.files {
		f := &p.files[i]
		out.Records = append(out.Records, f.records...)
		out.Problems = append(out.Problems, f.Problems...)
		if f.unit != nil {
			out.Units = append(out.Units, *f.unit)
		}
		if f.redone {
			out.Redone = append(out.Redone, p.in.Files[i].Path)
		}
		if p.in.Files[i].Kind == walk.Python && f.Read {
			out.Files++
			out.Lines += f.Lines
			out.Bytes += int64(f.Size)
		}
		out.State.Files = append(out.State.Files, f.Known)
	}
	slices.SortStableFunc(out.Records, compare)
	slices.SortStableFunc(out.Problems, func(a, b fault.Problem) int { return place.Compare(a.Place, b.Place) })
	slices.SortFunc(out.Units, func(a, b Unit) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

// DefaultWorkers is the number of workers to use unless told otherwise.
func DefaultWorkers() int { return runtime.GOMAXPROCS(0) }
