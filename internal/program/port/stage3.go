package port

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// Stage3 ends the port: whatever waits is a coroutine, bridges and eventlet are gone, and programs start with
// asyncio.run. It looks at the tree as a whole, tests included, and changes all of it or nothing: the places that still
// need eventlet, or a decision, are the list that comes back in its stead.
//
// doubles is the graph of the same files into which the objects of tests flow, too: what a call can lead to in a test
// alone. It may be nil.
func Stage3(t *Tree, graph, doubles *callgraph.Graph, options Options) (*Result, error) {
	p, err := newPure(t, graph, options)
	if err != nil {
		return nil, err
	}
	p.findFakes(doubles)
	p.classify()
	p.findHanded()
	p.colour()
	p.generators()
	p.functions()
	p.assertions()
	p.cleanups()
	p.supers()
	p.write()
	p.callsAndValues()
	p.putGenerators()
	p.itemBlocks()
	p.itemMakers()
	p.lookAround()
	p.endings()
	p.signalHandlers()
	p.tooEarly()
	p.putWiths()
	p.putAwaits()
	p.mocks()
	p.mockedObjects()
	p.names()
	return p.result(), nil
}

// pure is the whole tree on its way to plain asyncio.
type pure struct {
	tree     *Tree
	graph    *callgraph.Graph
	options  Options
	objects  *objects
	fakes    map[siteKey][]fake
	catching map[callgraph.FuncID]bool // see catchers
	plugged  *string
	plainly  *bool // see catchesPlain
	sockets  *bool // see waitsForSockets
	newest   bool  // the project needs Python 3.11 at least, or does not say
	handed   []handed

	handings map[callgraph.FuncID]handing // see linksAlone
	proxies  map[objectKey]proxyUse       // see proxiesOf

	following  map[callgraph.FuncID][]consumer // generators that become asynchronous, with who takes from them
	unfollowed map[callgraph.FuncID]string     // those that cannot, and why
	closing    map[callgraph.FuncID]bool       // those that do something when they are closed

	served    map[callgraph.FuncID]string // see servedByLoop
	signalled map[siteKey]bool            // calls of signal.signal whose handlers the loop calls from now on

	patched bool // some program of the tree makes the standard library green

	where   *places
	files   []*source                    // by index in graph.Files; nil for one that does not parse
	calls   []map[uint32][]pysyntax.Node // by file: the calls at a place, the outermost first
	withs   []map[uint32]pysyntax.Node   // by file: the items of with statements by the start of their expression
	defs    []map[uint32]pysyntax.Node   // by file: function definitions by their start
	groups  map[callgraph.FuncID][]callgraph.FuncID
	orders  []order                        // what becomes of calls out of the tree
	targets map[siteKey][]callgraph.FuncID // functions of the tree that are started, or handed over, at a place
	subject map[string]bool                // classes of the tree that derive from eventlet's Timeout, by module and name

	async  []bool // by function: it is a coroutine function at the end
	needs  []bool // by function: it has to be called while a loop runs
	thread []bool // by function: test code that waits for the standard library only, and goes to a thread

	awaited  map[nodeKey]string // calls that get an await, with what stands behind it
	results  map[nodeKey]bool   // calls whose result is called from now on
	entering map[nodeKey]bool   // items of with statements that are entered with async with
	held     map[nodeKey]string // with statements that hold a lock of the standard library
	said     map[nodeKey]bool   // mentions of functions that something has dealt with
	texts    map[nodeKey]string // callees and names that are written otherwise than the table says; "" for as they are
	imports  map[*source]map[edit.Import]bool
	noted    map[noteKey]bool
	aio      map[*source]bool   // files in which aio has taken the place of another import
	gone     map[*source][]span // lines of statements at the top that are taken out
	places   []Place
	refused  bool
}

// siteKey is a place in a file, nodeKey a node of one.
type siteKey struct {
	file int32
	pos  uint32
}

type noteKey struct {
	s    *source
	at   uint32
	rule *Rule
	name string
}

type nodeKey struct {
	file int32
	node pysyntax.Node
}

// order is what becomes of one call out of the tree.
type order struct {
	rule  *Rule
	note  string
	waits bool // it is awaited
	loops bool // it needs a running loop
	write func()
}

func newPure(t *Tree, graph *callgraph.Graph, options Options) (*pure, error) {
	n := len(graph.Files)
	p := &pure{
		tree: t, graph: graph, options: options, files: make([]*source, n), calls: make([]map[uint32][]pysyntax.Node, n),
		withs: make([]map[uint32]pysyntax.Node, n), defs: make([]map[uint32]pysyntax.Node, n), groups: groupsOf(graph),
		targets: map[siteKey][]callgraph.FuncID{}, subject: map[string]bool{},
		async: make([]bool, len(graph.Funcs)), needs: make([]bool, len(graph.Funcs)), thread: make([]bool, len(graph.Funcs)),
		awaited: map[nodeKey]string{}, results: map[nodeKey]bool{}, entering: map[nodeKey]bool{}, said: map[nodeKey]bool{},
		held: map[nodeKey]string{}, texts: map[nodeKey]string{},
		newest: newest(t.Root), imports: map[*source]map[edit.Import]bool{}, gone: map[*source][]span{},
		signalled: map[siteKey]bool{}, aio: map[*source]bool{}, noted: map[noteKey]bool{},
	}
	records := map[string][]scan.Record{}
	for _, r := range t.Records {
		records[r.File] = append(records[r.File], r)
		p.patched = p.patched || r.Patches
	}
	for i, f := range graph.Files {
		src, err := os.ReadFile(filepath.Join(t.Root, filepath.FromSlash(f.Path)))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Path, err)
		}
		var parser pysyntax.Parser
		s := newSource(f.Path, src, parser.Parse(src).Clone(), records[f.Path], f.Module)
		s.test = f.Test
		p.files[i] = s
		p.index(i, s.tree)
	}
	p.where = newPlaces(graph)
	for i := range graph.Starts {
		s := &graph.Starts[i]
		p.target(s.From, s.Pos, s.To)
	}
	for i := range graph.Escapes {
		e := &graph.Escapes[i]
		p.target(e.From, e.Pos, e.To)
	}
	return p, nil
}

func (p *pure) index(file int, t *pysyntax.Tree) {
	p.calls[file], p.withs[file], p.defs[file] = map[uint32][]pysyntax.Node{}, map[uint32]pysyntax.Node{},
		map[uint32]pysyntax.Node{}
	for n := range t.All() {
		switch t.Kind(n) {
		case pysyntax.Call:
			p.calls[file][t.Start(n)] = append(p.calls[file][t.Start(n)], n)
		case pysyntax.WithItem:
			p.withs[file][t.Start(t.Child(n))] = n
		case pysyntax.FunctionDef:
			p.defs[file][t.Start(n)] = n
		}
	}
}

func (p *pure) target(from callgraph.FuncID, pos uint32, to callgraph.FuncID) {
	key := siteKey{p.graph.Funcs[from].File, pos}
	if !slices.Contains(p.targets[key], to) {
		p.targets[key] = append(p.targets[key], to)
	}
}

// note enters what was decided about a place. A rule that is not safe keeps the whole stage from being written, unless
// it was asked for.
func (p *pure) note(s *source, at uint32, rule *Rule, name, note string) {
	key := noteKey{s, at, rule, name}
	if p.noted[key] {
		return
	}
	p.noted[key] = true
	where := s.lines.Place(s.path, int(at), int(at))
	p.places = append(p.places, Place{
		File: s.path, Line: where.Line, Column: where.Column, Start: int(at), End: int(at), Name: name,
		Family: Family(knowledge.Canon(name)),
		Test:   s.test, Rule: rule, Note: note,
	})
	p.refused = p.refused || !p.options.takes(rule)
}

// takes reports whether an edit that follows a rule may be made: it is safe, or it was asked for.
func (o *Options) takes(rule *Rule) bool {
	switch rule.Safety {
	case finding.Safe:
		return true
	case finding.Unsafe:
		return o.Unsafe
	}
	return rule.Accept && slices.Contains(o.Accept, rule.Name)
}

// Check reports a name among the accepted rules that is none.
func (o *Options) Check() error {
	var names []string
	for _, rule := range Rules {
		if rule.Accept {
			names = append(names, rule.Name)
		}
	}
	for _, name := range o.Accept {
		if !slices.Contains(names, name) {
			return fault.New(fmt.Sprintf("--accept %s: no rule of this name can be accepted", name),
				"there is "+strings.Join(names, ", "))
		}
	}
	return nil
}

func (p *pure) need(s *source, imp edit.Import) {
	if p.imports[s] == nil {
		p.imports[s] = map[edit.Import]bool{}
	}
	p.imports[s][imp] = true
}

// result applies the edits of all files, or of none.
func (p *pure) result() *Result {
	out := &Result{Options: p.options}
	keeps := p.requirements()
	for _, s := range p.files {
		p.arrivals(s)
		p.closeGaps(s)
		s.finish(out)
	}
	p.scripts()
	for _, s := range keeps {
		s.finish(out)
	}
	if !p.refused {
		p.dropEmptied(out)
		out.compile()
	}
	out.Places = append(out.Places, p.places...)
	if p.refused || len(out.Faults) > 0 {
		out.Files = nil
		out.Refused = true
	}
	out.sort()
	return out
}

// arrivals imports what a file needs now.
func (p *pure) arrivals(s *source) {
	list := make([]edit.Import, 0, len(p.imports[s]))
	for imp := range p.imports[s] {
		list = append(list, imp)
	}
	slices.SortFunc(list, func(a, b edit.Import) int {
		return cmp.Or(
			// Those of the standard library stand first, where two arrive at one place.
			cmp.Compare(rank(pymodule.IsStdlib(b.Module)), rank(pymodule.IsStdlib(a.Module))),
			strings.Compare(a.Module, b.Module), strings.Compare(a.Name, b.Name),
		)
	})
	for _, imp := range list {
		s.imports.AddTop(&s.edits, imp, pymodule.IsStdlib)
	}
}

func rank(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
