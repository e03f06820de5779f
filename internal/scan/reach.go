package scan

import (
	"maps"
	"slices"
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/pymodule"
	"aiohub/internal/pyscope"
)

// What is green without saying so.
//
// A module is patched when importing it runs monkey_patch: it calls it at module level, perhaps through functions of the tree, or
// imports a module that does. An entry point is a patched module that has a function main or that nothing else of the tree
// imports, or one with a function that patches and that nothing of the tree calls. All that an entry point
// imports, however far, runs with a green standard library. Tests count apart: a patching test package says nothing about the program.

// patches is a set of groups of modules that monkey_patch replaces.
type patches map[knowledge.Patch]bool

type graph struct {
	r       *resolver
	imports [][]int32 // by file: the files whose code an import of it runs directly, lazy imports included, sorted
	eager   [][]int32 // the same without lazy imports
}

func newGraph(r *resolver) *graph { return &graph{r: r} }

// link works out who imports whom.
func (g *graph) link() {
	g.imports = make([][]int32, len(g.r.files))
	g.eager = make([][]int32, len(g.r.files))
	for i := range g.r.files {
		file := int32(i)
		f := g.r.files[i].model
		all, eager := map[int32]bool{}, map[int32]bool{}
		for j := range f.Imports {
			imp := &f.Imports[j]
			lazy := inFunction(f, imp.Scope)
			g.targets(file, imp, func(target int32) {
				all[target] = true
				if !lazy {
					eager[target] = true
				}
			})
		}
		g.packages(g.r.files[i].node, func(target int32) { all[target], eager[target] = true, true })
		if !g.r.files[i].test { // the strings of tests are names of things to mock
			g.named(file, func(target int32) { all[target] = true })
		}
		delete(all, file)
		delete(eager, file)
		g.imports[i] = slices.Sorted(maps.Keys(all))
		g.eager[i] = slices.Sorted(maps.Keys(eager))
	}
}

func inFunction(f *pyscope.File, scope int32) bool {
	for s := scope; s != none; s = f.Scopes[s].Parent {
		switch f.Scopes[s].Kind {
		case pyscope.FunctionScope, pyscope.LambdaScope:
			return true
		}
	}
	return false
}

// packages calls add with the __init__ files that run before a module.
func (g *graph) packages(id pymodule.ID, add func(int32)) {
	for p := g.r.tree.Parent(id); p != pymodule.None; p = g.r.tree.Parent(p) {
		if file := g.r.tree.File(p); file >= 0 {
			add(int32(file))
		}
	}
}

func (g *graph) node(id pymodule.ID, add func(int32)) {
	if id == pymodule.None {
		return
	}
	if file := g.r.tree.File(id); file >= 0 {
		add(int32(file))
	}
	g.packages(id, add)
}

// targets calls add with the files that an import runs.
func (g *graph) targets(file int32, imp *pyscope.Import, add func(int32)) {
	if imp.From {
		from, _ := g.r.fromModule(file, imp)
		g.node(from, add)
		if from != pymodule.None && imp.Name != "*" {
			g.node(g.r.tree.Child(from, imp.Name), add)
		}
		return
	}
	first, rest, _ := strings.Cut(imp.Module, ".")
	if top := g.r.tree.Top(g.r.files[file].node, first, first == knowledge.Root); top != pymodule.None {
		g.node(g.r.submodule(top, rest), add)
	}
}

// named calls add with the files that strings name. Much is loaded by name, from tables and options: 'pkg.manager.Manager'. The beginning
// of a path, as in import_object('pkg.drivers.%s' % x), stands for all modules below.
func (g *graph) named(file int32, add func(int32)) {
	f := g.r.files[file].model
	for i := range f.Nodes {
		if n := &f.Nodes[i]; n.Kind == pyscope.StringNode && strings.Contains(f.Names[n.A], ".") {
			g.node(g.longest(file, f.Names[n.A]), add)
		}
	}
	for _, name := range f.Prefixes {
		if id := g.longest(file, f.Names[name]); id != pymodule.None {
			g.node(id, add)
			g.r.tree.Below(id, func(file int) { add(int32(file)) })
		}
	}
}

// longest finds the module that a dotted path leads to, or into; None if that is only its first component, for
// many strings with a dot start with the name of some package.
func (g *graph) longest(file int32, path string) pymodule.ID {
	first, rest, _ := strings.Cut(path, ".")
	id, depth := g.r.tree.Top(g.r.files[file].node, first, first == knowledge.Root), 0
	for part := range strings.SplitSeq(rest, ".") {
		if id == pymodule.None {
			return id
		}
		child := g.r.tree.Child(id, part)
		if child == pymodule.None {
			break // an attribute of the module
		}
		id = child
		depth++
	}
	if depth == 0 {
		return pymodule.None
	}
	return id
}

// entry is an entry point and what it patches.
type entry struct {
	file int32
	test bool
	what patches
}

// entries finds the entry points. records gives the records of a file.
func (g *graph) entries(records func(int) []Record) []entry {
	direct := map[int32]patches{}    // files that patch when imported
	functions := map[int64]patches{} // functions that patch
	var queue []int64
	call := func(file, scope int32, what patches) {
		f := g.r.files[file].model
		fn := functionAround(f, scope)
		if fn == none {
			direct[file] = merge(direct[file], what)
			return
		}
		k := key(file, fn)
		if functions[k] == nil {
			queue = append(queue, k)
		}
		functions[k] = merge(functions[k], what)
	}
	for j := range g.r.files {
		for _, r := range records(j) {
			if r.Canon == "eventlet.patcher.monkey_patch" && r.Call && (r.Kind == Use || r.Kind == Method) {
				f := g.r.files[j].model
				n, scope := callAt(f, r)
				call(int32(j), scope, patched(f, n))
			}
		}
	}
	if len(direct)+len(functions) == 0 {
		return nil
	}
	called := map[int64]bool{}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		file, fn := int32(k>>32), int32(k)
		g.callers(file, fn, func(caller, scope int32) {
			called[k] = true
			call(caller, scope, functions[k])
		})
	}
	g.link()

	// Importing a module that patches patches the importer.
	importers := make([][]int32, len(g.r.files))
	for i, targets := range g.eager {
		for _, t := range targets {
			importers[t] = append(importers[t], int32(i))
		}
	}
	infected := maps.Clone(direct)
	work := slices.Sorted(maps.Keys(infected))
	for len(work) > 0 {
		file := work[0]
		work = work[1:]
		if g.isProgram(file) && !g.r.files[file].test {
			continue // who imports a whole program, perhaps for its options, is not meant to be one
		}
		for _, i := range importers[file] {
			if g.r.files[i].test != g.r.files[file].test {
				continue
			}
			if merged := merge(infected[i], infected[file]); len(merged) != len(infected[i]) {
				infected[i] = merged
				work = append(work, i)
			}
		}
	}

	found := map[int32]*entry{}
	add := func(file int32, what patches) {
		e := found[file]
		if e == nil {
			e = &entry{file: file, test: g.r.files[file].test}
			found[file] = e
		}
		e.what = merge(e.what, what)
	}
	for file, what := range infected {
		test := g.r.files[file].test
		if test {
			// In tests the file that starts the patching stands for all in its directory.
			if direct[file] != nil || g.importsOther(file, infected) {
				add(file, what)
			}
			continue
		}
		if g.isProgram(file) || !slices.ContainsFunc(importers[file], func(i int32) bool { return !g.r.files[i].test }) {
			add(file, what)
		}
	}
	for k, what := range functions {
		if file := int32(k >> 32); !called[k] {
			add(file, what)
		}
	}
	out := make([]entry, 0, len(found))
	for _, file := range slices.Sorted(maps.Keys(found)) {
		out = append(out, *found[file])
	}
	return out
}

// importsOther reports whether a test file imports a patched module that is no test.
func (g *graph) importsOther(file int32, infected map[int32]patches) bool {
	return slices.ContainsFunc(g.eager[file], func(t int32) bool { return infected[t] != nil && !g.r.files[t].test })
}

func merge(a, b patches) patches {
	out := maps.Clone(a)
	if out == nil {
		out = patches{}
	}
	maps.Copy(out, b)
	return out
}

func functionAround(f *pyscope.File, scope int32) int32 {
	for s := scope; s != none; s = f.Scopes[s].Parent {
		if f.Scopes[s].Kind == pyscope.FunctionScope {
			for i := range f.Funcs {
				if f.Funcs[i].Scope == s {
					return int32(i)
				}
			}
		}
	}
	return none
}

// callAt finds the call that a record is the function of.
func callAt(f *pyscope.File, r Record) (*pyscope.Node, int32) {
	for i := range f.Nodes {
		n := &f.Nodes[i]
		if n.Kind == pyscope.CallNode && int(f.Nodes[n.A].Start) == r.Start && int(f.Nodes[n.A].End) == r.End {
			return n, n.Scope
		}
	}
	return nil, 0
}

// patched reads the arguments of a call of monkey_patch. Named ones switch on if any is true, off otherwise; what is
// given in a way that cannot be read counts as switched on.
func patched(f *pyscope.File, call *pyscope.Node) patches {
	on, off, opaque := patches{}, patches{}, false
	if call != nil {
		for _, a := range f.Args[call.B : call.B+call.N] {
			switch {
			case a.Name < 0:
				opaque = true
			case a.Truth == pyscope.TruthTrue:
				on[knowledge.Patch(f.Names[a.Name])] = true
			case a.Truth == pyscope.TruthFalse:
				off[knowledge.Patch(f.Names[a.Name])] = true
			}
		}
	}
	all := len(on) == 0 || on["all"] || opaque
	if off["all"] {
		all = false
	}
	out := patches{}
	for _, p := range knowledge.Patches {
		if (all || on[p]) && !off[p] {
			out[p] = true
		}
	}
	return out
}

// callers finds the calls of a function of the tree: by its name first, which is cheap.
func (g *graph) callers(file, fn int32, found func(file, scope int32)) {
	name := g.r.files[file].model.Funcs[fn].Name
	if name == none {
		return
	}
	text := g.r.files[file].model.Names[name]
	for i := range g.r.files {
		f := g.r.files[i].model
		id := f.Find(text)
		if id == none {
			continue
		}
		for j := range f.Nodes {
			n := &f.Nodes[j]
			if n.Kind != pyscope.CallNode {
				continue
			}
			callee := &f.Nodes[n.A]
			if callee.Kind == pyscope.NameNode && callee.A != int32(id) || callee.Kind == pyscope.AttrNode && callee.B != int32(id) {
				continue
			}
			for _, v := range g.r.eval(int32(i), pyscope.Ref(n.A)).values {
				if v.kind == function && v.file == file && v.id == fn {
					found(int32(i), n.Scope)
				}
			}
		}
	}
}

// reach says that the program of an entry point runs a file.
type reach struct {
	entry *entry
	maybe bool // nothing imports the file; it may be loaded by name
}

// reached gives for each file the entry points whose programs run it.
func (g *graph) reached(entries []entry) [][]reach {
	out := make([][]reach, len(g.r.files))
	for i := range entries {
		e := &entries[i]
		start := []int32{e.file}
		if e.test {
			dir := g.r.files[e.file].path
			dir = dir[:strings.LastIndexByte(dir, '/')+1]
			for j := range g.r.files {
				if strings.HasPrefix(g.r.files[j].path, dir) {
					start = append(start, int32(j))
				}
			}
		}
		g.spread(start, func(file int32) {
			if e.test == g.r.files[file].test {
				out[file] = append(out[file], reach{entry: e})
			}
		})
	}

	// What nothing imports, and is no program of its own, is a plugin of some program of its package.
	programs := map[string][]reach{}
	for i := range entries {
		if e := &entries[i]; !e.test {
			top := g.top(e.file)
			programs[top] = append(programs[top], reach{entry: e, maybe: true})
		}
	}
	imported := make([]bool, len(g.r.files))
	for i, targets := range g.imports {
		for _, t := range targets {
			if !g.r.files[i].test {
				imported[t] = true
			}
		}
	}
	var plugins []int32
	for i := range g.r.files {
		if len(out[i]) == 0 && !imported[i] && !g.r.files[i].test && len(programs[g.top(int32(i))]) > 0 && !g.isProgram(int32(i)) {
			plugins = append(plugins, int32(i))
		}
	}
	g.spread(plugins, func(file int32) {
		if len(out[file]) == 0 && !g.r.files[file].test {
			out[file] = programs[g.top(file)]
		}
	})
	return out
}

// spread calls visit with files and all that they import.
func (g *graph) spread(work []int32, visit func(int32)) {
	seen := make([]bool, len(g.r.files))
	for len(work) > 0 {
		file := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[file] {
			continue
		}
		seen[file] = true
		visit(file)
		work = append(work, g.imports[file]...)
	}
}

// top gives the name of the outermost package of a file, which is the file's own for a script.
func (g *graph) top(file int32) string {
	name, _, _ := strings.Cut(g.r.tree.Name(g.r.files[file].node), ".")
	return name
}

// isProgram reports whether a file has a function main.
func (g *graph) isProgram(file int32) bool {
	f := g.r.files[file].model
	name := f.Find("main")
	return name != none && f.SymbolIn(0, name) != none
}

// mark keeps the implicit uses in files that entry points reach, with the entry points.
func (g *graph) mark(entries []entry, of func(int) ([]Record, func(Record))) {
	if len(entries) == 0 {
		return
	}
	reached := g.reached(entries)
	for i := range g.r.files {
		green, keep := of(i)
		if len(green) == 0 || len(reached[i]) == 0 {
			continue
		}
		for _, r := range green {
			for _, from := range reached[i] {
				if from.entry.what[r.patch] {
					r.Entries = append(r.Entries, g.r.files[from.entry.file].path)
					r.Maybe = r.Maybe || from.maybe
				}
			}
			if len(r.Entries) > 0 {
				slices.Sort(r.Entries)
				keep(r)
			}
		}
	}
}

// describe turns entry points into what a Result says of them.
func (g *graph) describe(entries []entry) []Entry {
	var out []Entry
	for _, e := range entries {
		d := Entry{File: g.r.files[e.file].path, Test: e.test}
		for p := range e.what {
			d.Modules = append(d.Modules, string(p))
		}
		slices.Sort(d.Modules)
		out = append(out, d)
	}
	return out
}
