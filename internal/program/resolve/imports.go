package resolve

import (
	"maps"
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pyscope"
)

// Imports is who imports whom.
type Imports struct {
	All   [][]int32 // by file: the files whose code an import of it runs directly, lazy imports included, sorted
	Eager [][]int32 // the same without lazy imports
}

// ImportsOf gives what Imports has of a file. It depends on that file alone, and on which files there are.
func (r *Resolver) ImportsOf(file int32) (all, eager []int32) {
	f := r.Model(file)
	any, first := map[int32]bool{}, map[int32]bool{}
	for j := range f.Imports {
		imp := &f.Imports[j]
		lazy := inFunction(f, imp.Scope)
		r.targets(file, imp, func(target int32) {
			any[target] = true
			if !lazy {
				first[target] = true
			}
		})
	}
	r.packages(r.Files[file].Node, func(target int32) { any[target], first[target] = true, true })
	if !r.Files[file].Test { // the strings of tests are names of things to mock
		r.mentioned(file, func(target int32) { any[target] = true })
	}
	delete(any, file)
	delete(first, file)
	return slices.Sorted(maps.Keys(any)), slices.Sorted(maps.Keys(first))
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
func (r *Resolver) packages(id pymodule.ID, add func(int32)) {
	for p := r.Tree.Parent(id); p != pymodule.None; p = r.Tree.Parent(p) {
		if file := r.Tree.File(p); file >= 0 {
			add(int32(file))
		}
	}
}

func (r *Resolver) node(id pymodule.ID, add func(int32)) {
	if id == pymodule.None {
		return
	}
	if file := r.Tree.File(id); file >= 0 {
		add(int32(file))
	}
	r.packages(id, add)
}

// targets calls add with the files that an import runs.
func (r *Resolver) targets(file int32, imp *pyscope.Import, add func(int32)) {
	if imp.From {
		from, _ := r.FromModule(file, imp)
		r.node(from, add)
		if from != pymodule.None && imp.Name != "*" {
			r.node(r.Tree.Child(from, imp.Name), add)
		}
		return
	}
	first, rest, _ := strings.Cut(imp.Module, ".")
	if top := r.top(file, first); top != pymodule.None {
		r.node(r.submodule(top, rest), add)
	}
}

// mentioned calls add with the files that strings name. Much is loaded by name, from tables and options:
// 'pkg.manager.Manager'. The beginning of a path, as in import_object('pkg.drivers.%s' % x), stands for all modules
// below.
func (r *Resolver) mentioned(file int32, add func(int32)) {
	f := r.Model(file)
	for i := range f.Nodes {
		if n := &f.Nodes[i]; n.Kind == pyscope.StringNode && strings.Contains(f.Names[n.A], ".") {
			r.node(r.longest(file, f.Names[n.A]), add)
		}
	}
	for _, name := range f.Prefixes {
		if id := r.longest(file, f.Names[name]); id != pymodule.None {
			r.node(id, add)
			r.Tree.Below(id, func(file int) { add(int32(file)) })
		}
	}
}

// longest finds the module that a dotted path leads to, or into; None if that is only its first component, for
// many strings with a dot start with the name of some package.
func (r *Resolver) longest(file int32, path string) pymodule.ID {
	first, rest, _ := strings.Cut(path, ".")
	id, depth := r.top(file, first), 0
	for part := range strings.SplitSeq(rest, ".") {
		if id == pymodule.None {
			return id
		}
		child := r.Tree.Child(id, part)
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
