package plan

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// Limits are how large a step may be for a reviewer to read it. A component that is larger alone is a step of its own:
// it cannot be split.
type Limits struct {
	Lines int // that change, by estimate
	Files int
}

// DefaultLimits are those of a project that says nothing.
var DefaultLimits = Limits{Lines: 250, Files: 10}

// Step is a part of the port after which the program works as before: its functions are async, and callers that are not
// have a face.
type Step struct {
	Number    int // from 1
	Title     string
	Funcs     []callgraph.FuncID   // sorted
	Parts     [][]callgraph.FuncID // the components it is made of, callees first: what cannot be divided further
	Files     []int32              // sorted
	Lines     int                  // estimate of the lines that change, faces included
	Faces     int                  // functions that keep or get a sync face
	After     []int                // steps that have to come before
	Obstacles []Obstacle
}

// Steps gives the order: callees before callers, parts of one module together as far as that order allows.
func (p *Plan) Steps() []Step {
	components := p.components()
	of := make(map[callgraph.FuncID]int) // component of a function
	for i, c := range components {
		for _, id := range c {
			of[id] = i
		}
	}
	after := make([][]int, len(components)) // components that have to come before
	for i, c := range components {
		for _, id := range c {
			for _, to := range p.needs(id) {
				if j := of[to]; j != i && !slices.Contains(after[i], j) {
					after[i] = append(after[i], j)
				}
			}
		}
	}
	return p.pack(components, after)
}

// pack fills steps: it goes on in the module it is in as long as something there can follow, and takes the first
// component that is free otherwise.
func (p *Plan) pack(components [][]callgraph.FuncID, after [][]int) []Step {
	missing := make([]int, len(components)) // how many that come before are not done
	then := make([][]int, len(components))
	for i, before := range after {
		missing[i] = len(before)
		for _, j := range before {
			then[j] = append(then[j], i)
		}
	}
	home := make([]int32, len(components))
	for i, c := range components {
		home[i] = p.Graph.Funcs[c[0]].File
	}
	free := newFreeList(components, home)
	for i := range components {
		if missing[i] == 0 {
			free.add(i)
		}
	}
	var steps []Step
	stepOf := make([]int, len(components))
	for free.left > 0 {
		step := Step{Number: len(steps) + 1}
		for file := free.first(); ; {
			i, ok := free.take(file, func(i int) bool { return p.fits(&step, components[i]) })
			if !ok {
				// The module has nothing left that can follow: a step that is small goes on beside it.
				if step.Lines > p.Limits.Lines/2 {
					break
				}
				if file, ok = free.beside(p.Graph, step.Files, func(i int) bool { return p.fits(&step, components[i]) }); ok {
					continue
				}
				break
			}
			p.grow(&step, components[i])
			stepOf[i] = step.Number
			for _, j := range after[i] {
				if before := stepOf[j]; before != step.Number && !slices.Contains(step.After, before) {
					step.After = append(step.After, before)
				}
			}
			for _, j := range then[i] {
				if missing[j]--; missing[j] == 0 {
					free.add(j)
				}
			}
		}
		p.finish(&step)
		steps = append(steps, step)
	}
	return steps
}

func (p *Plan) fits(step *Step, component []callgraph.FuncID) bool {
	if len(step.Funcs) == 0 {
		return true
	}
	lines, files := step.Lines, slices.Clone(step.Files)
	for _, id := range component {
		lines += p.diffLines(id)
		if file := p.Graph.Funcs[id].File; !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	return lines <= p.Limits.Lines && len(files) <= p.Limits.Files
}

func (p *Plan) grow(step *Step, component []callgraph.FuncID) {
	step.Parts = append(step.Parts, component)
	for _, id := range component {
		step.Funcs = append(step.Funcs, id)
		step.Lines += p.diffLines(id)
		if file := p.Graph.Funcs[id].File; !slices.Contains(step.Files, file) {
			step.Files = append(step.Files, file)
		}
	}
}

func (p *Plan) finish(step *Step) {
	slices.Sort(step.Funcs)
	slices.Sort(step.Files)
	slices.Sort(step.After)
	step.Title = p.title(step)
	inside := map[callgraph.FuncID]bool{}
	for _, id := range step.Funcs {
		inside[id] = true
	}
	for _, id := range step.Funcs {
		if p.needsFace(id, inside) {
			step.Faces++
		}
		step.Obstacles = append(step.Obstacles, p.obstacles(id)...)
	}
	slices.SortFunc(step.Obstacles, func(a, b Obstacle) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Func, b.Func), cmp.Compare(a.Line, b.Line))
	})
}

// needsFace reports whether somebody who is not async yet calls a function.
func (p *Plan) needsFace(id callgraph.FuncID, inside map[callgraph.FuncID]bool) bool {
	if p.index.settled.public[id] {
		return true
	}
	for _, i := range p.index.in[id] {
		if e := &p.index.edges[i]; !inside[e.From] && p.index.transmits(e) {
			return true
		}
	}
	return false
}

// diffLines estimates the lines that change when a function becomes async: its def line, a line for each call that
// wants an await, and three for a face.
func (p *Plan) diffLines(id callgraph.FuncID) int {
	x := p.index
	lines := 1
	seen := map[int]bool{}
	count := func(line int) {
		if !seen[line] {
			seen[line] = true
			lines++
		}
	}
	for _, i := range x.out[id] {
		if e := &x.edges[i]; e.Certain && (p.Colours[e.To] == Must) && x.transmits(e) {
			count(e.Line)
		}
	}
	for _, i := range x.sites[id] {
		if x.judge(&x.g.Sites[i]) == blocks {
			count(x.g.Sites[i].Line)
		}
	}
	for _, i := range x.starts[id] {
		count(x.g.Starts[i].Line)
	}
	if p.needsFace(id, map[callgraph.FuncID]bool{}) {
		lines += 3
	}
	return lines
}

// title names a step by the modules it changes.
func (p *Plan) title(step *Step) string {
	if len(step.Files) == 0 {
		return ""
	}
	counts := map[int32]int{}
	for _, id := range step.Funcs {
		counts[p.Graph.Funcs[id].File]++
	}
	best := step.Files[0]
	for _, file := range step.Files {
		if counts[file] > counts[best] {
			best = file
		}
	}
	return p.Graph.Files[best].Module
}

// freeList holds the components whose callees are done, by file, each list in the order of the functions.
type freeList struct {
	components [][]callgraph.FuncID
	home       []int32
	byFile     map[int32][]int
	left       int
}

func newFreeList(components [][]callgraph.FuncID, home []int32) *freeList {
	return &freeList{components: components, home: home, byFile: map[int32][]int{}}
}

func (l *freeList) add(i int) {
	l.left++
	list := l.byFile[l.home[i]]
	at, _ := slices.BinarySearchFunc(list, i,
		func(a, b int) int { return cmp.Compare(l.components[a][0], l.components[b][0]) })
	l.byFile[l.home[i]] = slices.Insert(list, at, i)
}

// first gives the file with the most free components, the first of several.
func (l *freeList) first() int32 {
	best, most := int32(callgraph.None), 0
	for file, list := range l.byFile {
		if len(list) > most || len(list) == most && most > 0 && file < best {
			best, most = file, len(list)
		}
	}
	return best
}

// take gives the first free component of a file that fits.
func (l *freeList) take(file int32, fits func(int) bool) (int, bool) {
	list := l.byFile[file]
	for at, i := range list {
		if fits(i) {
			l.left--
			if len(list) == 1 {
				delete(l.byFile, file)
			} else {
				l.byFile[file] = slices.Delete(list, at, at+1)
			}
			return i, true
		}
	}
	return 0, false
}

// beside gives a file with a free component that fits into a step: one of the step's own files, which may have got
// something since, or one of their packages.
func (l *freeList) beside(g *callgraph.Graph, files []int32, fits func(int) bool) (int32, bool) {
	best, near := int32(callgraph.None), false
	for file, list := range l.byFile {
		inside := slices.Contains(files, file)
		if !inside && !slices.ContainsFunc(files, func(f int32) bool { return packageOf(g, f) == packageOf(g, file) }) {
			continue
		}
		if !slices.ContainsFunc(list, fits) {
			continue
		}
		if best == callgraph.None || inside && !near || inside == near && file < best {
			best, near = file, inside
		}
	}
	return best, best != callgraph.None
}

// packageOf is the package that a module stands in.
func packageOf(g *callgraph.Graph, file int32) string {
	module := g.Files[file].Module
	if i := strings.LastIndexByte(module, '.'); i >= 0 {
		return module[:i]
	}
	return ""
}
