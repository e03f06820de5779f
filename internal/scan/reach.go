package scan

import (
	"maps"
	"slices"
	"strings"

	"aiohub/internal/pyscope"
	"aiohub/internal/resolve"
)

// What is green without saying so.
//
// A module is patched when importing it runs monkey_patch: it calls it at module level, perhaps through functions of the tree, or
// imports a module that does. An entry point is a patched module that has a function main or that nothing else of the tree
// imports, or one with a function that patches and that nothing of the tree calls. All that an entry point
// imports, however far, runs with a green standard library. Tests count apart: a patching test package says nothing about the program.

// graph follows what monkey_patch makes green through the program.
type graph struct {
	r       *resolve.Resolver
	imports *resolve.Imports // nil until there is an entry point
}

// reach says that the program of an entry point runs a file.
type reach struct {
	entry *entry
	maybe bool // nothing imports the file; it may be loaded by name
}

// reached gives for each file the entry points whose programs run it.
func (g *graph) reached(entries []entry) [][]reach {
	if len(entries) == 0 {
		return nil
	}
	out := make([][]reach, len(g.r.Files))
	for i := range entries {
		e := &entries[i]
		start := []int32{e.file}
		if e.test {
			dir := g.r.Files[e.file].Path
			dir = dir[:strings.LastIndexByte(dir, '/')+1]
			for j := range g.r.Files {
				if strings.HasPrefix(g.r.Files[j].Path, dir) {
					start = append(start, int32(j))
				}
			}
		}
		g.spread(start, func(file int32) {
			if e.test == g.r.Files[file].Test {
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
	imported := make([]bool, len(g.r.Files))
	for i, targets := range g.imports.All {
		for _, t := range targets {
			if !g.r.Files[i].Test {
				imported[t] = true
			}
		}
	}
	var plugins []int32
	for i := range g.r.Files {
		if len(out[i]) == 0 && !imported[i] && !g.r.Files[i].Test && len(programs[g.top(int32(i))]) > 0 && !g.isProgram(int32(i)) {
			plugins = append(plugins, int32(i))
		}
	}
	g.spread(plugins, func(file int32) {
		if len(out[file]) == 0 && !g.r.Files[file].Test {
			out[file] = programs[g.top(file)]
		}
	})
	return out
}

// spread calls visit with files and all that they import.
func (g *graph) spread(work []int32, visit func(int32)) {
	seen := make([]bool, len(g.r.Files))
	for len(work) > 0 {
		file := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[file] {
			continue
		}
		seen[file] = true
		visit(file)
		work = append(work, g.imports.All[file]...)
	}
}

// top gives the name of the outermost package of a file, which is the file's own for a script.
func (g *graph) top(file int32) string {
	name, _, _ := strings.Cut(g.r.Tree.Name(g.r.Files[file].Node), ".")
	return name
}

// isProgram reports whether a file has a function main.
func (g *graph) isProgram(file int32) bool {
	f := g.r.Files[file].Model
	name := f.Find("main")
	return name != pyscope.None && f.SymbolIn(0, name) != pyscope.None
}

// mark keeps the implicit uses in files that entry points reach, with the entry points.
func (g *graph) mark(reached [][]reach, of func(int) ([]Record, func(Record))) {
	if len(reached) == 0 {
		return
	}
	for i := range g.r.Files {
		green, keep := of(i)
		if len(green) == 0 || len(reached[i]) == 0 {
			continue
		}
		for _, r := range green {
			for _, from := range reached[i] {
				if from.entry.what[r.patch] {
					r.Entries = append(r.Entries, g.r.Files[from.entry.file].Path)
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

// describe turns entry points into what a Result says of them. index leads from the graph's files to those of the input.
func (g *graph) describe(entries []entry, reached [][]reach, index []int) []Entry {
	runs := map[*entry][]int32{}
	for file, from := range reached {
		for _, r := range from {
			runs[r.entry] = append(runs[r.entry], int32(index[file]))
		}
	}
	var out []Entry
	for i := range entries {
		e := &entries[i]
		d := Entry{File: g.r.Files[e.file].Path, Test: e.test, By: slices.Sorted(maps.Keys(e.by)), Runs: runs[e]}
		for p := range e.what {
			d.Modules = append(d.Modules, string(p))
		}
		slices.Sort(d.Modules)
		out = append(out, d)
	}
	return out
}
