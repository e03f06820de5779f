package scan

import (
	"maps"
	"slices"
	"strings"

	"aiohub/internal/knowledge"
	"aiohub/internal/pymodule"
	"aiohub/internal/pyscope"
)

// graph is who imports whom.
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
