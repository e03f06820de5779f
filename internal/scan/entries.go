package scan

import (
	"maps"
	"slices"

	"aiohub/internal/knowledge"
	"aiohub/internal/pyscope"
	"aiohub/internal/resolve"
)

// patches is a set of groups of modules that monkey_patch replaces.
type patches map[knowledge.Patch]bool

// entry is an entry point and what it patches.
type entry struct {
	file int32
	test bool
	what patches
}

// entries finds the entry points. records gives the records of a file.
func (g *graph) entries(records func(int) []Record) []entry {
	direct := map[int32]patches{}             // files that patch when imported
	functions := map[resolve.FuncID]patches{} // functions that patch
	var queue []resolve.FuncID
	call := func(file, scope int32, what patches) {
		k, ok := g.r.FuncAt(file, scope)
		if !ok {
			direct[file] = merge(direct[file], what)
			return
		}
		if functions[k] == nil {
			queue = append(queue, k)
		}
		functions[k] = merge(functions[k], what)
	}
	for j := range g.r.Files {
		for _, r := range records(j) {
			if r.Canon == "eventlet.patcher.monkey_patch" && r.Call && (r.Kind == Use || r.Kind == Method) {
				f := g.r.Files[j].Model
				n, scope := callAt(f, r)
				call(int32(j), scope, patched(f, n))
			}
		}
	}
	if len(direct)+len(functions) == 0 {
		return nil
	}
	called := map[resolve.FuncID]bool{}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		g.callers(k, func(caller, scope int32) {
			called[k] = true
			call(caller, scope, functions[k])
		})
	}
	g.imports = g.r.Imports()

	// Importing a module that patches patches the importer.
	importers := make([][]int32, len(g.r.Files))
	for i, targets := range g.imports.Eager {
		for _, t := range targets {
			importers[t] = append(importers[t], int32(i))
		}
	}
	infected := maps.Clone(direct)
	work := slices.Sorted(maps.Keys(infected))
	for len(work) > 0 {
		file := work[0]
		work = work[1:]
		if g.isProgram(file) && !g.r.Files[file].Test {
			continue // who imports a whole program, perhaps for its options, is not meant to be one
		}
		for _, i := range importers[file] {
			if g.r.Files[i].Test != g.r.Files[file].Test {
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
			e = &entry{file: file, test: g.r.Files[file].Test}
			found[file] = e
		}
		e.what = merge(e.what, what)
	}
	for file, what := range infected {
		test := g.r.Files[file].Test
		if test {
			// In tests the file that starts the patching stands for all in its directory.
			if direct[file] != nil || g.importsOther(file, infected) {
				add(file, what)
			}
			continue
		}
		if g.isProgram(file) || !slices.ContainsFunc(importers[file], func(i int32) bool { return !g.r.Files[i].Test }) {
			add(file, what)
		}
	}
	for k, what := range functions {
		if !called[k] {
			add(k.File, what)
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
	return slices.ContainsFunc(g.imports.Eager[file], func(t int32) bool { return infected[t] != nil && !g.r.Files[t].Test })
}

func merge(a, b patches) patches {
	out := maps.Clone(a)
	if out == nil {
		out = patches{}
	}
	maps.Copy(out, b)
	return out
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
func (g *graph) callers(fn resolve.FuncID, found func(file, scope int32)) {
	name := g.r.Func(fn).Name
	if name == pyscope.None {
		return
	}
	text := g.r.Files[fn.File].Model.Names[name]
	for i := range g.r.Files {
		f := g.r.Files[i].Model
		id := f.Find(text)
		if id == pyscope.None {
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
			for _, v := range g.r.Callees(int32(i), pyscope.Ref(j)).Values {
				if v.Kind == resolve.Function && v.File == fn.File && v.ID == fn.Index {
					found(int32(i), n.Scope)
				}
			}
		}
	}
}
