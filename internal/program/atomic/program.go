package atomic

import (
	"cmp"
	"slices"
	"strings"

	"aiohub/internal/program/callgraph"
)

// State is a state of the tree: what a Ref names, the same in all files.
type State struct {
	Kind  RefKind // SelfAttr for all attributes
	Owner int32   // class, file or function
	Name  string
}

// spot is an access of the tree.
type spot struct {
	fn callgraph.FuncID
	at int32 // index into Func.Accesses
}

// program is a graph and the facts of its files, linked.
type program struct {
	g     *callgraph.Graph
	files []*File                                 // by file of the graph; nil for one without facts
	fns   []*Func                                 // by FuncID; nil for one without facts
	at    map[callgraph.FuncID]map[uint32][]int32 // see callsAt

	classes  []map[int32]int32  // by file: class of the facts -> class of the graph
	facts    []*Class           // by class of the graph
	methods  []map[string]int32 // by class of the graph: FuncID of its own methods by name
	mros     [][]int32          // by class, filled at first use
	children map[callgraph.FuncID][]callgraph.FuncID
	mentions map[State]bool // attributes, with the class that mentions them
	owners   map[State]State
	modules  map[string]int32 // module -> file

	out   [][]int32 // by FuncID: certain edges from it
	in    [][]int32 // by FuncID: all edges to it
	sites [][]int32 // by FuncID

	spots   map[State][]spot
	kinds   map[State]*kind
	lockish map[string]bool // names that were asked for: whether they sound like a lock
	entries []lockset       // by FuncID: locks that are held whenever it is called
}

// link puts facts and graph side by side.
func link(g *callgraph.Graph, files []*File) *program {
	n := len(g.Funcs)
	p := &program{
		g: g, files: make([]*File, len(g.Files)), fns: make([]*Func, n), classes: make([]map[int32]int32, len(g.Files)),
		facts:   make([]*Class, len(g.Classes)),
		methods: make([]map[string]int32, len(g.Classes)), mros: make([][]int32, len(g.Classes)),
		children: map[callgraph.FuncID][]callgraph.FuncID{},
		mentions: map[State]bool{}, owners: map[State]State{}, modules: map[string]int32{}, out: make([][]int32, n),
		in: make([][]int32, n), sites: make([][]int32, n),
		spots: map[State][]spot{}, kinds: map[State]*kind{}, lockish: map[string]bool{},
	}
	byPath := make(map[string]*File, len(files))
	for _, f := range files {
		if f != nil {
			byPath[f.Path] = f
		}
	}
	for i := range g.Files {
		p.files[i] = byPath[g.Files[i].Path]
		p.classes[i] = map[int32]int32{}
		p.modules[g.Files[i].Module] = int32(i)
	}
	p.match()
	for i := range g.Edges {
		e := &g.Edges[i]
		if e.Certain {
			p.out[e.From] = append(p.out[e.From], int32(i))
		}
		p.in[e.To] = append(p.in[e.To], int32(i))
	}
	for i := range g.Sites {
		p.sites[g.Sites[i].From] = append(p.sites[g.Sites[i].From], int32(i))
	}
	p.collect()
	p.entries = p.entryLocks()
	return p
}

// match finds the facts of each function of the graph.
func (p *program) match() {
	type key struct {
		file  int32
		start uint32
		body  bool
	}
	at := map[key]*Func{}
	for i, f := range p.files {
		if f == nil {
			continue
		}
		for k := range f.Funcs {
			at[key{int32(i), f.Funcs[k].Start, f.Funcs[k].Body}] = &f.Funcs[k]
		}
	}
	for i := range p.g.Funcs {
		f := &p.g.Funcs[i]
		start := f.Start
		if f.Kind == callgraph.ModuleBody {
			start = 0
		}
		fn := at[key{f.File, start, f.Kind == callgraph.ModuleBody}]
		p.fns[i] = fn
		if f.Outer != callgraph.None {
			p.children[f.Outer] = append(p.children[f.Outer], callgraph.FuncID(i))
		}
		if f.Class == callgraph.None {
			continue
		}
		if p.methods[f.Class] == nil {
			p.methods[f.Class] = map[string]int32{}
		}
		if name := lastName(f); f.Flags&(callgraph.Setter|callgraph.Deleter|callgraph.Overload) == 0 {
			p.methods[f.Class][name] = int32(i)
		}
		if fn != nil && fn.Class >= 0 {
			p.classes[f.File][fn.Class] = f.Class
			p.facts[f.Class] = &p.files[f.File].Classes[fn.Class]
		}
	}
	p.matchBare()
}

// matchBare finds the facts of the classes that have no methods.
func (p *program) matchBare() {
	for i := range p.g.Classes {
		c := &p.g.Classes[i]
		f := p.files[c.File]
		if p.facts[i] != nil || f == nil {
			continue
		}
		name := c.Qual[strings.LastIndexByte(c.Qual, '.')+1:]
		for k := range f.Classes {
			if f.Classes[k].Name == name && f.line(f.Classes[k].Start) == c.Line {
				p.classes[c.File][int32(k)], p.facts[i] = int32(i), &f.Classes[k]
			}
		}
	}
}

// lastName is the function's own name, without what is around it and without a mark for its number.
func lastName(f *callgraph.Func) string {
	name := f.Qual[strings.LastIndexByte(f.Qual, '.')+1:]
	name, _, _ = strings.Cut(name, "#")
	name, _, _ = strings.Cut(name, "@")
	return name
}

// mro gives a class and those above it, nearest first.
func (p *program) mro(c int32) []int32 {
	if p.mros[c] != nil {
		return p.mros[c]
	}
	list := []int32{c}
	for i := 0; i < len(list) && i < 200; i++ {
		for _, b := range p.g.Classes[list[i]].Bases {
			if !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	p.mros[c] = list
	return list
}

// method gives the function that a name means on an object of a class, None if the tree has none.
func (p *program) method(c int32, name string) callgraph.FuncID {
	for _, k := range p.mro(c) {
		if f, ok := p.methods[k][name]; ok {
			return callgraph.FuncID(f)
		}
	}
	return callgraph.None
}

// derivesFrom reports whether a class has a base outside the tree, however far, that the predicate holds of.
func (p *program) derivesFrom(c int32, is func(string) bool) bool {
	for _, k := range p.mro(c) {
		if slices.ContainsFunc(p.g.Classes[k].Foreign, is) {
			return true
		}
	}
	return false
}

// rough gives a state with the class that mentions it.
func (p *program) rough(file int32, ref Ref, fn callgraph.FuncID) State {
	switch ref.Kind {
	case SelfAttr, ClassAttr:
		if c, ok := p.classes[file][ref.Of]; ok {
			return State{SelfAttr, c, ref.Name}
		}
	case Global:
		return State{Global, file, ref.Name}
	case Closure:
		f := p.files[file].Funcs[ref.Of]
		for at := fn; at != callgraph.None; at = p.g.Funcs[at].Outer {
			if p.fns[at] != nil && p.fns[at].Start == f.Start {
				return State{Closure, int32(at), ref.Name}
			}
		}
	case Imported:
		return p.imported(file, ref.Name)
	}
	return State{}
}

// imported gives the state that a dotted name leads to.
func (p *program) imported(file int32, dotted string) State {
	module := p.g.Files[file].Module
	if up := len(dotted) - len(strings.TrimLeft(dotted, ".")); up > 0 {
		if strings.HasSuffix(p.g.Files[file].Path, "/__init__.py") {
			up--
		}
		for ; up > 0; up-- {
			module = module[:max(strings.LastIndexByte(module, '.'), 0)]
		}
		dotted = strings.TrimLeft(module+"."+strings.TrimLeft(dotted, "."), ".")
	}
	end := strings.LastIndexByte(dotted, '.')
	if end < 0 {
		return State{}
	}
	if f, ok := p.modules[dotted[:end]]; ok {
		return State{Global, f, dotted[end+1:]}
	}
	return State{}
}

// state gives the state that a ref means. An attribute belongs to the class farthest up that mentions it.
func (p *program) state(fn callgraph.FuncID, ref Ref) State {
	if ref.Kind == NoRef {
		return State{}
	}
	s := p.rough(p.g.Funcs[fn].File, ref, fn)
	if s.Kind != SelfAttr {
		return s
	}
	if owner, ok := p.owners[s]; ok {
		return owner
	}
	owner := s
	for _, k := range p.mro(s.Owner) {
		if up := (State{SelfAttr, k, s.Name}); p.mentions[up] {
			owner = up
		}
	}
	p.owners[s] = owner
	return owner
}

// collect finds all accesses of each state.
func (p *program) collect() {
	for id, f := range p.fns {
		if f == nil {
			continue
		}
		for i := range f.Accesses {
			if k := f.Accesses[i].Ref.Kind; k == SelfAttr || k == ClassAttr {
				p.mentions[p.rough(p.g.Funcs[id].File, f.Accesses[i].Ref, callgraph.FuncID(id))] = true
			}
		}
	}
	for id, f := range p.fns {
		if f == nil {
			continue
		}
		for i := range f.Accesses {
			if s := p.state(callgraph.FuncID(id), f.Accesses[i].Ref); s.Kind != NoRef {
				p.spots[s] = append(p.spots[s], spot{callgraph.FuncID(id), int32(i)})
			}
		}
	}
}

func (p *program) accessOf(s spot) *Access { return &p.fns[s.fn].Accesses[s.at] }

func (p *program) valueOf(s spot) *Value {
	a := p.accessOf(s)
	if a.Value < 0 {
		return nil
	}
	return &p.files[p.g.Funcs[s.fn].File].Values[a.Value]
}

// sitesAt gives the names of what a function calls outside the tree at a place.
func (p *program) sitesAt(fn callgraph.FuncID, pos uint32) []string {
	var names []string
	list := p.sites[fn]
	i, _ := slices.BinarySearchFunc(list, pos, func(i int32, pos uint32) int { return cmp.Compare(p.g.Sites[i].Pos, pos) })
	for ; i < len(list) && p.g.Sites[list[i]].Pos == pos; i++ {
		names = append(names, p.g.Sites[list[i]].Name)
	}
	return names
}

// calleesAt gives the functions of the tree that a function calls for certain at a place.
func (p *program) calleesAt(fn callgraph.FuncID, pos uint32) []*callgraph.Edge {
	var list []*callgraph.Edge
	out := p.out[fn]
	i, _ := slices.BinarySearchFunc(out, pos, func(i int32, pos uint32) int { return cmp.Compare(p.g.Edges[i].Pos, pos) })
	for ; i < len(out) && p.g.Edges[out[i]].Pos == pos; i++ {
		list = append(list, &p.g.Edges[out[i]])
	}
	return list
}

// show writes a state as the code that uses it has it.
func (p *program) show(s State) string {
	switch s.Kind {
	case SelfAttr:
		if p.classLevel(s) {
			return "`" + p.g.Classes[s.Owner].Qual + "." + s.Name + "`"
		}
		return "`self." + s.Name + "`"
	case Closure:
		return "`" + s.Name + "` of " + p.g.Funcs[s.Owner].Qual
	}
	return "`" + s.Name + "`"
}

// lineAt gives the line of a place, from 1.
func (p *program) lineAt(fn callgraph.FuncID, pos uint32) int {
	return p.files[p.g.Funcs[fn].File].line(pos)
}

// line gives the line of a place.
func (f *File) line(pos uint32) int {
	i, found := slices.BinarySearch(f.Lines, pos)
	if found {
		i++
	}
	return i
}

// endOfLine gives where the line of a place ends.
func (p *program) endOfLine(fn callgraph.FuncID, pos uint32) uint32 {
	lines := p.files[p.g.Funcs[fn].File].Lines
	if i := p.lineAt(fn, pos); i < len(lines) {
		return lines[i] - 1
	}
	return ^uint32(0)
}
