package scan

import (
	"iter"
	"maps"
	"slices"

	"aiohub/internal/language/pyscope"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/resolve"
)

// patches are the groups of modules that are made green, and what does it; both sorted.
type patches struct {
	what []knowledge.Patch
	by   []string
}

// entry is an entry point and what it patches.
type entry struct {
	file int32
	test bool
	patches
}

// entries finds the entry points. commands are those that start a program with everything patched.
func (g *graph) entries(commands []Launch) []entry {
	direct := map[int32]patches{}       // files that patch when imported
	functions := map[Function]patches{} // functions that patch
	var queue []Function
	call := func(c Caller, p patches) {
		if c.Func == "" {
			direct[c.File] = merge(direct[c.File], p)
			return
		}
		k := Function{c.File, c.Func}
		if _, seen := functions[k]; !seen {
			queue = append(queue, k)
		}
		functions[k] = merge(functions[k], p)
	}
	for j := range g.known {
		for _, p := range g.known[j].Patchers {
			call(Caller{File: int32(j), Func: p.Func}, patches{p.Groups, []string{p.By}})
		}
	}
	started := g.started(commands)
	if len(direct)+len(functions)+len(started) == 0 {
		return nil
	}
	called := map[Function]bool{}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		calls := Calls{Of: k, By: g.callers(k)}
		g.calls = append(g.calls, calls)
		for _, c := range calls.By {
			called[k] = true
			call(c, functions[k])
		}
	}
	g.link()

	// Importing a module that patches patches the importer.
	importers := make([][]int32, len(g.r.Files))
	for i := range g.known {
		for _, t := range g.known[i].Eager {
			importers[t] = append(importers[t], int32(i))
		}
	}
	infected := maps.Clone(direct)
	work := slices.Sorted(maps.Keys(infected))
	for len(work) > 0 {
		file := work[0]
		work = work[1:]
		if g.known[file].Program && !g.r.Files[file].Test {
			continue // who imports a whole program, perhaps for its options, is not meant to be one
		}
		for _, i := range importers[file] {
			if g.r.Files[i].Test != g.r.Files[file].Test {
				continue
			}
			if merged := merge(infected[i], infected[file]); len(merged.what)+len(merged.by) != len(infected[i].what)+
				len(infected[i].by) {
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
		add(file, patches{everything(), []string{byCommand}})
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
		if g.known[file].Program || !slices.ContainsFunc(importers[file], func(i int32) bool { return !g.r.Files[i].Test }) {
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
	return slices.ContainsFunc(g.known[file].Eager,
		func(t int32) bool { return infected[t].by != nil && !g.r.Files[t].Test })
}

func merge(a, b patches) patches {
	by := slices.Concat(a.by, b.by)
	slices.Sort(by)
	return patches{sortedGroups(slices.Concat(a.what, b.what)), slices.Compact(by)}
}

// patcher says how people call the functions that patch.
var patcher = map[string]string{"eventlet.patcher.monkey_patch": "monkey_patch", "aiohub.install": "aiohub.install"}

// patchedBy gives the groups of modules that a call of a function makes green.
func patchedBy(canon string, f *pyscope.File, call *pyscope.Node) []knowledge.Patch {
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
func installed(f *pyscope.File, patch *pyscope.Arg) []knowledge.Patch {
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

func everything() []knowledge.Patch { return slices.Clone(knowledge.Patches) }

// patched reads the arguments of a call of monkey_patch. Named ones switch on if any is true, off otherwise; what is
// given in a way that cannot be read counts as switched on.
func patched(f *pyscope.File, args []pyscope.Arg) []knowledge.Patch {
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
	var out []knowledge.Patch
	for _, p := range knowledge.Patches {
		if (all || on[p]) && !off[p] {
			out = append(out, p)
		}
	}
	return out
}

// key gives the key of a function, "" for none.
func (g *graph) key(file, fn int32) string {
	if fn == pyscope.None {
		return ""
	}
	if g.keys[file] == nil {
		if g.keys == nil {
			g.keys = map[int32]*resolve.Keys{}
		}
		g.keys[file] = resolve.NewKeys(g.r.Program.Model(file))
	}
	return g.keys[file].Func(fn)
}

// search finds the calls of a function of the tree in some files: by its name first, which is cheap.
func (g *graph) search(fn Function, files iter.Seq[int32]) []Caller {
	text := resolve.NameOf(fn.Key)
	var found []Caller
	for file := range files {
		g.r.For(file)
		f := g.r.Model(file)
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
			if callee.Kind == pyscope.NameNode && callee.A != int32(id) ||
				callee.Kind == pyscope.AttrNode && callee.B != int32(id) {
				continue
			}
			for _, v := range g.r.Callees(file, pyscope.Ref(j)).Values {
				if v.Kind == resolve.Function && v.File == fn.File && g.key(v.File, v.ID) == fn.Key {
					found = append(found, Caller{File: file, Func: g.key(file, f.FuncAround(n.Scope))})
				}
			}
		}
	}
	return found
}
