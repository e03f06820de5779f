package scan

import (
	"maps"
	"slices"

	"aiohub/internal/knowledge"
	"aiohub/internal/pyscope"
	"aiohub/internal/resolve"
)

// patches are the groups of modules that are made green, and what does it.
type patches struct {
	what map[knowledge.Patch]bool
	by   map[string]bool
}

// entry is an entry point and what it patches.
type entry struct {
	file int32
	test bool
	patches
}

// entries finds the entry points. records gives the records of a file; commands are those that start a program with everything patched.
func (g *graph) entries(records func(int) []Record, commands []command) []entry {
	direct := map[int32]patches{}             // files that patch when imported
	functions := map[resolve.FuncID]patches{} // functions that patch
	var queue []resolve.FuncID
	call := func(file, scope int32, p patches) {
		k, ok := g.r.FuncAt(file, scope)
		if !ok {
			direct[file] = merge(direct[file], p)
			return
		}
		if _, seen := functions[k]; !seen {
			queue = append(queue, k)
		}
		functions[k] = merge(functions[k], p)
	}
	for j := range g.r.Files {
		for _, r := range records(j) {
			if !r.Patches || r.Kind != Use && r.Kind != Method {
				continue
			}
			f := g.r.Files[j].Model
			n := &f.Nodes[f.Nodes[r.node].N-1]
			call(int32(j), n.Scope, patches{patchedBy(r.Canon, f, n), map[string]bool{patcher[r.Canon]: true}})
		}
	}
	started := g.started(commands)
	if len(direct)+len(functions)+len(started) == 0 {
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
			if merged := merge(infected[i], infected[file]); len(merged.what)+len(merged.by) != len(infected[i].what)+len(infected[i].by) {
				infected[i] = merged
				work = append(work, i)
			}
		}
	}

	found := map[int32]*entry{}
	add := func(file int32, p patches) {
		e := found[file]
		if e == nil {
			e = &entry{file: file, test: g.r.Files[file].Test}
			found[file] = e
		}
		e.patches = merge(e.patches, p)
	}
	for _, file := range started {
		add(file, patches{everything(), map[string]bool{byCommand: true}})
	}
	for file, what := range infected {
		test := g.r.Files[file].Test
		if test {
			// In tests the file that starts the patching stands for all in its directory.
			if direct[file].by != nil || g.importsOther(file, infected) {
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
	return slices.ContainsFunc(g.imports.Eager[file], func(t int32) bool { return infected[t].by != nil && !g.r.Files[t].Test })
}

func merge(a, b patches) patches {
	out := patches{map[knowledge.Patch]bool{}, map[string]bool{}}
	for _, p := range []patches{a, b} {
		maps.Copy(out.what, p.what)
		maps.Copy(out.by, p.by)
	}
	return out
}

// patcher says how people call the functions that patch.
var patcher = map[string]string{"eventlet.patcher.monkey_patch": "monkey_patch", "aiohub.install": "aiohub.install"}

// patchedBy gives the groups of modules that a call of a function makes green.
func patchedBy(canon string, f *pyscope.File, call *pyscope.Node) map[knowledge.Patch]bool {
	switch canon {
	case "eventlet.patcher.monkey_patch":
		return patched(f, f.Args[call.B:call.B+call.N])
	case "aiohub.install":
		for _, a := range f.Args[call.B : call.B+call.N] {
			if a.Name == pyscope.DoubleStar {
				return everything()
			}
			if a.Name >= 0 && f.Names[a.Name] == "patch" {
				return installed(f, &a)
			}
		}
	}
	return nil
}

// installed reads the argument patch of aiohub.install: true, false, or the keywords of monkey_patch in a mapping.
func installed(f *pyscope.File, patch *pyscope.Arg) map[knowledge.Patch]bool {
	if patch.Truth == pyscope.TruthFalse {
		return nil
	}
	if patch.Value != pyscope.None {
		n := &f.Nodes[patch.Value]
		if n.Kind == pyscope.MapNode || n.Kind == pyscope.CallNode && f.Callee(n) == "dict" {
			return patched(f, f.Args[n.B:n.B+n.N])
		}
	}
	return everything()
}

func everything() map[knowledge.Patch]bool {
	out := map[knowledge.Patch]bool{}
	for _, p := range knowledge.Patches {
		out[p] = true
	}
	return out
}

// patched reads the arguments of a call of monkey_patch. Named ones switch on if any is true, off otherwise; what is
// given in a way that cannot be read counts as switched on.
func patched(f *pyscope.File, args []pyscope.Arg) map[knowledge.Patch]bool {
	on, off, opaque := map[knowledge.Patch]bool{}, map[knowledge.Patch]bool{}, false
	for _, a := range args {
		switch {
		case a.Name < 0:
			opaque = true
		case a.Truth == pyscope.TruthTrue:
			on[knowledge.Patch(f.Names[a.Name])] = true
		case a.Truth == pyscope.TruthFalse:
			off[knowledge.Patch(f.Names[a.Name])] = true
		}
	}
	all := len(on) == 0 || on["all"] || opaque
	if off["all"] {
		all = false
	}
	out := map[knowledge.Patch]bool{}
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
