// Package port rewrites a tree in steps each of which leaves a working program.
//
// # Data and how long it lives
//
// A Tree is what a scan found; nothing in it is changed. Each stage makes a Result: the files with their new contents,
// and a Place for each occurrence with the Rule that decided about it. A Rule is data: what it does, on which
// condition, and why a person is needed where it does nothing. Nothing is written here; see edit.Write.
//
// # Safety
//
// A rewrite is safe if the condition its rule names was proved for this very place. An unsafe one changes behaviour in
// the way its rule says, and is made only if Options.Unsafe asks for it. What is manual is reported and never edited.
package port

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/scan"
)

// Tree is the code to port.
type Tree struct {
	Root  string   // where it is on the disk
	Paths []string // of the Python files
	*scan.Result
}

// Options say what to do.
type Options struct {
	Facade string                 // module of the project that gets the names, or ""
	Unsafe bool                   // make the unsafe rewrites too
	Accept []string               // names of manual rules that a person has looked at, and accepts the edit of
	Wanted func(file string) bool // files that may change; nil for all
}

// Place is an occurrence, and what was decided about it.
type Place struct {
	File       string
	Line       int
	Column     int // see place.Place
	Start, End int
	Name       string // canonical
	Family     string // of corpus statistics: "sleep", "GreenPool" ...
	Test       bool
	Counted    bool // a use or a method, which --stats counts
	Rule       *Rule
	Note       string // what is special here, or ""
}

// Safety is that of the rule.
func (p *Place) Safety() finding.Safety { return p.Rule.Safety }

// File is a file with what becomes of it.
type File struct {
	Path   string
	Before []byte // nil for a new file
	After  []byte // nil for a file that is deleted
}

// Fault is a file that was left alone, and why.
type Fault struct {
	File    string
	Message string
}

// Result is what a stage makes of a tree. Everything in it is sorted.
type Result struct {
	Files  []File
	Places []Place
	Faults []Fault
	// Refused says that nothing is changed because of places that need a person, or an option.
	Refused bool
	Options Options
	Facade  string // path of the facade, or ""
	// Awaits are the places in files, as bytes of what they were, that get an await.
	Awaits map[string][]int
}

// source is one file while it is rewritten.
type source struct {
	path    string
	src     []byte
	tree    *pysyntax.Tree // nil if it is not Python
	records []scan.Record
	test    bool
	module  string // dotted name
	usual   string // the quote that most files of the project have

	edits   edit.Set
	imports *edit.Imports
	taken   []span // what is replaced as a whole: names in there need no import any more
	nodes   map[span]pysyntax.Node
	aliases map[int]alias
	places  []Place
	lines   *pysource.Lines
	index   *index // at stage 2

	exiting  map[uint32][]uint32 // see exits
	shadowed map[uint32]bool     // see shadows
}

type span struct{ start, end int }

// alias is a name of an import statement.
type alias struct{ statement, node pysyntax.Node }

// sources prepares the files with records.
func (t *Tree) sources() []*source {
	modules := pymodule.New(t.Paths)
	names := map[string]string{}
	for i, path := range t.Paths {
		names[path] = modules.Name(modules.Node(i))
	}
	var list []*source
	for i := range t.Units {
		u := &t.Units[i]
		from, _ := slices.BinarySearchFunc(t.Records, u.Path,
			func(r scan.Record, path string) int { return strings.Compare(r.File, path) })
		to := from
		for to < len(t.Records) && t.Records[to].File == u.Path {
			to++
		}
		if from == to {
			continue
		}
		list = append(list, newSource(u.Path, u.Src, u.Tree, t.Records[from:to], names[u.Path]))
	}
	usual := usualQuote(list)
	for _, s := range list {
		s.usual = usual
	}
	return list
}

func usualQuote(list []*source) string {
	single := 0
	for _, s := range list {
		if s.tree != nil && s.quote() == "'" {
			single++
		} else if s.tree != nil {
			single--
		}
	}
	if single > 0 {
		return "'"
	}
	return `"`
}

func newSource(path string, src []byte, tree *pysyntax.Tree, records []scan.Record, module string) *source {
	s := &source{path: path, src: src, tree: tree, records: records, module: module, edits: edit.Set{Src: src},
		lines: pysource.NewLines(src)}
	s.test = len(records) > 0 && records[0].Test
	if tree == nil {
		return s
	}
	project, _, _ := strings.Cut(module, ".")
	s.imports = edit.NewImports(tree, project)
	s.nodes, s.aliases = map[span]pysyntax.Node{}, map[int]alias{}
	for n := range tree.All() {
		switch kind := tree.Kind(n); {
		case kind == pysyntax.Import || kind == pysyntax.ImportFrom:
			for a := range tree.Children(n) {
				s.aliases[int(tree.Start(a))] = alias{n, a}
			}
		case kind.IsExpr():
			at := span{int(tree.Start(n)), int(tree.End(n))}
			if s.nodes[at] == 0 {
				s.nodes[at] = n
			}
		}
	}
	return s
}

// note enters what was decided about a record.
func (s *source) note(r *scan.Record, rule *Rule, note string) {
	s.places = append(s.places, Place{
		File: s.path, Line: r.Line, Column: r.Column, Start: r.Start, End: r.End, Name: r.Canon, Family: Family(r.Canon),
		Test: r.Test, Counted: (r.Kind == scan.Use || r.Kind == scan.Method) && isEventlet(r.Canon), Rule: rule, Note: note,
	})
}

// callOf gives the call whose function a record is, or 0.
func (s *source) callOf(r *scan.Record) pysyntax.Node {
	n := s.nodes[span{r.Start, r.End}]
	if n == 0 {
		return 0
	}
	parent := s.tree.Parents()[n]
	if s.tree.Kind(parent) == pysyntax.Call && s.tree.Child(parent) == n {
		return parent
	}
	return 0
}

// finish applies the edits. A file that cannot be changed as decided stays as it is, with a fault that says why.
func (s *source) finish(out *Result) {
	out.Places = append(out.Places, s.places...)
	if s.imports != nil {
		s.imports.Edits(&s.edits)
		edit.FillBlocks(&s.edits, s.tree)
	}
	if s.edits.Len() == 0 {
		return
	}
	if edit.Unmerged(s.src) {
		out.Faults = append(out.Faults, Fault{s.path, "has marks of a merge that was not finished; left alone"})
		return
	}
	after, err := s.edits.Apply()
	if err == nil && s.tree != nil {
		if _, broken := s.tree.FirstError(); broken {
			out.Faults = append(out.Faults, Fault{s.path, "does not parse; left alone"})
			return
		}
		err = edit.Parses(after)
	}
	if err != nil {
		out.Faults = append(out.Faults, Fault{s.path, err.Error() + "; left alone"})
		return
	}
	if !bytes.Equal(after, s.src) {
		out.Files = append(out.Files, File{s.path, s.src, after})
	}
}

// compile looks for an await that came to stand outside of a coroutine function.
func (out *Result) compile() {
	for i := range out.Files {
		f := &out.Files[i]
		if !strings.HasSuffix(f.Path, ".py") || f.After == nil || edit.Compiles(f.Before) != nil {
			continue
		}
		if err := edit.Compiles(f.After); err != nil {
			out.Faults = append(out.Faults, Fault{f.Path, err.Error() + "; left alone"})
		}
	}
}

func (out *Result) sort() {
	slices.SortFunc(out.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(out.Faults, func(a, b Fault) int { return strings.Compare(a.File, b.File) })
	slices.SortStableFunc(out.Places, func(a, b Place) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
}

// lineOf is the line of an offset, from 1.
func lineOf(src []byte, at int) int {
	return pysource.NewLines(src).Line(at)
}

// Open reports whether the places of a rule are left to a person, or to a run with other options.
func (out *Result) Open(rule *Rule) bool { return !out.Options.takes(rule) }

// IsManual tells whether a person has to look at a place.
func (p *Place) IsManual() bool { return p.Rule.Safety == finding.Manual }
