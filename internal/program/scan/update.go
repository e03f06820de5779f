package scan

import (
	"context"
	"slices"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/resolve"
)

// A few files have changed since the last scan of the same tree. Then the records of the others are what they were,
// unless they come from one of these: each file knows which files its records come from. So the changed files are read,
// and of the others only those that depend on them, and what these ask for. Whoever is patched is worked out anew from
// what is known of each file.
//
// Changes that shift what is known itself are not followed: another set of Python files, calls that patch, functions
// that patch. For these, and if most of the tree depends on what has changed, Update gives up and the tree is scanned
// as a whole.

// At most a third of the files may depend on those that have changed, or a few.
const (
	tooMany = 3
	few     = 10
)

// Earlier is what an earlier scan of the tree has found out.
type Earlier struct {
	State   *State
	Records []Record // of that scan, sorted
}

// Update is Run for a tree of which all is known but the content of a few files, given as indices into in.Files. The
// files have to be those of the base. ok is false if the tree has to be scanned as a whole.
func Update(ctx context.Context, in Input, base Earlier, changed []int) (result *Result, ok bool, err error) {
	if len(base.State.Files) != len(in.Files) {
		return nil, false, nil
	}
	u := &update{base: base, reader: newReader(in, topNames(in.Files))}
	files := make([]file, len(in.Files))
	for i := range files {
		files[i].Known = base.State.Files[i]
	}
	for _, i := range changed {
		before := files[i].Known
		files[i] = file{}
		u.reader.read(i, &files[i])
		if !alike(&before, &files[i].Known) {
			return nil, false, nil
		}
		files[i].Imports, files[i].Eager = nil, nil
	}
	u.project = newProject(in, files)
	u.program.Load = u.load
	if !u.collectAgain(changed) || ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	entries, ok := u.mark()
	if !ok || ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	var parser pysyntax.Parser
	for i := range files {
		if files[i].redone {
			if !u.source(i) {
				return nil, false, nil
			}
			files[i].complete(in.Files[i], &parser)
		}
	}
	state := &State{Linked: base.State.Linked, Calls: u.graph.calls, Entries: entries}
	if in.Track {
		state.Told = u.recall.Written()
	}
	return u.gather(state), true, ctx.Err()
}

// alike tells whether a file that has changed takes the same part in the tree: it was and is Python or not, and starts
// nothing.
func alike(before, now *Known) bool {
	return before.Python == now.Python && before.Read == now.Read && len(before.Commands)+len(now.Commands) == 0
}

// update is the state of an Update. It works in one goroutine: there is little to do.
type update struct {
	*project
	base   Earlier
	reader *reader
	graph  *graph
	recall *resolve.Recall
	dirty  []bool // by Python file: its records are worked out anew
	failed bool   // a file that had not changed could not be read
}

// load makes the model of a file that has not changed; an empty one if it has, after all.
func (u *update) load(j int32) *pyscope.File {
	f := &u.files[u.index[j]]
	u.source(u.index[j])
	f.model = u.reader.builder.Build(u.reader.parser.Parse(f.src))
	return f.model
}

// source reads a file that has not changed, if that has not been done.
func (u *update) source(i int) bool {
	f := &u.files[i]
	if f.src != nil || f.Size == 0 {
		return true
	}
	src, err := u.in.content(u.in.Files[i].Path)
	if err != nil || len(src) != f.Size {
		u.failed = true
		return false
	}
	f.src = src
	if u.in.Content != nil {
		u.in.Content(i, src)
	}
	return true
}

// collectAgain makes the records of what has changed and of what depends on it, and takes those of all others from the
// base.
func (u *update) collectAgain(changed []int) bool {
	var of []int32
	isChanged := map[int32]bool{}
	for j, i := range u.index {
		if slices.Contains(changed, i) {
			isChanged[int32(j)] = true
			of = append(of, int32(j))
		}
	}
	if len(u.base.State.Told) != len(u.index) {
		return false
	}
	u.recall = u.program.Recall(u.base.State.Told, of)
	touched, ok := u.recall.Touched(max(few, len(u.index)/tooMany))
	if !ok {
		return false
	}
	u.dirty = make([]bool, len(u.index))
	for _, j := range touched {
		u.dirty[j] = true
	}
	u.keepRecords()
	r := u.recall.Resolver
	for _, j := range touched {
		f := &u.files[u.index[j]]
		before := f.Patchers
		f.redone = true
		u.collect(r, j)
		if isChanged[j] {
			before = u.base.State.Files[u.index[j]].Patchers
		}
		if !samePatchers(before, f.Patchers) {
			return false
		}
		if u.base.State.Linked && isChanged[j] {
			f.Imports, f.Eager = r.ImportsOf(j)
		}
	}
	return !u.failed
}

// keepRecords gives the files that are not worked out anew their records of the base.
func (u *update) keepRecords() {
	again := map[string]bool{}
	for j, i := range u.index {
		if u.dirty[j] {
			again[u.in.Files[i].Path] = true
		}
	}
	next := 0
	for i := range u.files {
		path := u.in.Files[i].Path
		from := next
		for next < len(u.base.Records) && u.base.Records[next].File <= path {
			next++
		}
		switch f := &u.files[i]; {
		case again[path]:
			// These are not found by names.
			if !f.redone {
				for _, r := range u.base.Records[from:next] {
					if r.Kind == Requirement || r.Kind == Option {
						f.records = append(f.records, r)
					}
				}
			}
		case !f.redone:
			f.records = slices.Clone(u.base.Records[from:next])
		}
	}
}

// mark finds the entry points and what is green because of them.
func (u *update) mark() ([]Entry, bool) {
	ok := true
	g := &graph{r: u.recall.Resolver, known: u.known()}
	g.callers = func(fn Function) []Caller {
		at := slices.IndexFunc(u.base.State.Calls, func(c Calls) bool { return c.Of == fn })
		if at < 0 {
			ok = false
			return nil
		}
		return u.callers(g, fn, u.base.State.Calls[at].By)
	}
	linked := false
	g.link = func() { linked = true }
	entries := g.entries(u.launches())
	if !ok || linked != u.base.State.Linked || u.failed {
		return nil, false
	}
	reached := g.reached(entries)
	for j, i := range u.index {
		f := &u.files[i]
		var from []reach
		if reached != nil {
			from = reached[j]
		}
		now := g.implicit(j, from)
		if !u.dirty[j] {
			isImplicit := func(r Record) bool { return r.Kind == Implicit }
			before := slices.DeleteFunc(slices.Clone(f.records), func(r Record) bool { return !isImplicit(r) })
			slices.SortFunc(now, compare)
			if sameImplicit(before, now) {
				continue
			}
			f.records = slices.DeleteFunc(f.records, isImplicit)
			f.redone = true
		}
		f.records = append(f.records, now...)
	}
	u.graph = g
	return g.describe(entries, reached, u.index), true
}

// callers gives the calls of a function: those of the base in files that are as they were, and what the others have
// now.
func (u *update) callers(g *graph, fn Function, before []Caller) []Caller {
	again := func(yield func(int32) bool) {
		for j := range u.dirty {
			if u.dirty[j] && !yield(int32(j)) {
				return
			}
		}
	}
	found := slices.DeleteFunc(slices.Clone(before), func(c Caller) bool { return u.dirty[c.File] })
	found = append(found, g.search(fn, again)...)
	slices.SortStableFunc(found, func(a, b Caller) int { return int(a.File) - int(b.File) })
	return found
}
