package scan

import (
	"cmp"
	"slices"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/output/fault"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/resolve"
)

// What is known of a file after a scan, beside its records, and can be used by the next scan of the tree. Files are
// named by their indices among the Python files of the tree; as long as these are the same files, so are the indices.

// Known is what is known of one file.
type Known struct {
	Read     bool // it could be read
	Python   bool // it is Python
	Program  bool // it has a function main
	Comment  bool // it mentions aiohub
	Lines    int
	Size     int
	Problems []fault.Problem
	Commands []Launch  // what it starts on aiohub
	Green    []Green   // what is green if an entry point runs the file
	Patchers []Patcher // its calls that make the standard library green

	Imports []int32 // files whose code an import of it runs directly, lazy imports included, sorted
	Eager   []int32 // the same without lazy imports
}

// Green is a use of something that can be green without saying so: a record that waits for an entry point.
type Green struct {
	Record Record
	Patch  knowledge.Patch // what makes it green
	Arg0   [2]uint32       // source range of the first argument
}

// Patcher is a call that makes the standard library green.
type Patcher struct {
	Func   string // the key of the function around it, "" for the module
	Groups []knowledge.Patch
	By     string // the function, as people call it
}

// Calls are the calls of a function, in which a call that patches stands.
type Calls struct {
	Of Function
	By []Caller
}

// Caller is a place that calls a function.
type Caller struct {
	File int32
	Func string // the key of the function around it, "" for the module
}

// Function is a function of the tree: its file, and its key there.
type Function struct {
	File int32
	Key  string
}

// State is what is known after a scan.
type State struct {
	Files   []Known // by index of the input
	Linked  bool    // Imports and Eager are known: there is an entry point
	Calls   []Calls // in the order in which they were looked for
	Entries []Entry
	Told    [][]byte // what files have asked about each of the Python files
}

// patching gives the calls among the records of a file that patch.
func patching(f *pyscope.File, records []Record) []Patcher {
	var found []Patcher
	var keys *resolve.Keys
	for i := range records {
		r := &records[i]
		if !r.Patches || r.Kind != Use && r.Kind != Method {
			continue
		}
		call := &f.Nodes[f.Nodes[r.node].N-1]
		p := Patcher{Groups: patchedBy(r.Canon, f, call), By: patcher[r.Canon]}
		if fn := f.FuncAround(call.Scope); fn != pyscope.None {
			if keys == nil {
				keys = resolve.NewKeys(f)
			}
			p.Func = keys.Func(fn)
		}
		found = append(found, p)
	}
	return found
}

func isProgram(f *pyscope.File) bool {
	name := f.Find("main")
	return name != pyscope.None && f.SymbolIn(0, name) != pyscope.None
}

func samePatchers(a, b []Patcher) bool {
	return slices.EqualFunc(a, b, func(a, b Patcher) bool {
		return a.Func == b.Func && a.By == b.By && slices.Equal(a.Groups, b.Groups)
	})
}

// kept gives the record of something that entry points make green.
func (g *Green) kept(from []reach, paths func(file int32) string) (Record, bool) {
	r := g.Record
	for _, f := range from {
		if slices.Contains(f.entry.what, g.Patch) {
			r.Entries = append(r.Entries, paths(f.entry.file))
			r.Maybe = r.Maybe || f.maybe
		}
	}
	slices.Sort(r.Entries)
	r.arg0 = g.Arg0
	return r, len(r.Entries) > 0
}

// sameImplicit tells whether two lists of implicit uses say the same.
func sameImplicit(a, b []Record) bool {
	return slices.EqualFunc(a, b, func(a, b Record) bool {
		return compare(a, b) == 0 && a.Maybe == b.Maybe && slices.Equal(a.Entries, b.Entries)
	})
}

func sortedGroups(groups []knowledge.Patch) []knowledge.Patch {
	slices.SortFunc(groups, func(a, b knowledge.Patch) int { return cmp.Compare(a, b) })
	return slices.Compact(groups)
}
