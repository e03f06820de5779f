package scan

import (
	"slices"
	"strings"

	"aiohub/internal/program/resolve"
)

// What is green without saying so.
//
// A module is patched when importing it runs monkey_patch: it calls it at module level, perhaps through functions of
// the tree, or imports a module that does. An entry point is a patched module that has a function main or that nothing
// else of the tree imports, or one with a function that patches and that nothing of the tree calls. All that an entry
// point imports, however far, runs with a green standard library. Tests count apart: a patching test package says
// nothing about the program.

// graph follows what monkey_patch makes green through the program.
type graph struct {
	r       *resolve.Resolver
	known   []*Known                // by file
	calls   []Calls                 // of functions that patch, as far as they were looked for
	callers func(Function) []Caller // finds the calls of a function
	link    func()                  // works out who imports whom; called when there is an entry point
	keys    map[int32]*resolve.Keys // by file
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
	for i := range g.known {
		for _, t := range g.known[i].Imports {
			if !g.r.Files[i].Test {
				imported[t] = true
			}
		}
	}
	var plugins []int32
	for i := range g.r.Files {
		if len(out[i]) == 0 && !imported[i] && !g.r.Files[i].Test && len(programs[g.top(int32(i))]) > 0 &&
			!g.known[i].Program {
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
		work = append(work, g.known[file].Imports...)
	}
}

// top gives the name of the outermost package of a file, which is the file's own for a script.
func (g *graph) top(file int32) string {
	name, _, _ := strings.Cut(g.r.Tree.Name(g.r.Files[file].Node), ".")
	return name
}

// implicit gives the implicit uses in a file, if entry points run it.
func (g *graph) implicit(file int, from []reach) []Record {
	var out []Record
	for i := range g.known[file].Green {
		if r, ok := g.known[file].Green[i].kept(from, func(file int32) string { return g.r.Files[file].Path }); ok {
			out = append(out, r)
		}
	}
	return out
}

// describe turns entry points into what a Result says of them. index leads from the graph's files to those of the
// input.
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
		d := Entry{File: g.r.Files[e.file].Path, Test: e.test, By: e.by, Runs: runs[e]}
		for _, p := range e.what {
			d.Modules = append(d.Modules, string(p))
		}
		slices.Sort(d.Modules)
		out = append(out, d)
	}
	return out
}
