// Package plan computes how far async spreads from the calls that block, and in which steps the code can follow.
//
// A Plan is made once from a call graph and the maintainer's answers, and never changed. It says of each function what
// becomes of it (Colour) and why (Cause); chains, steps, questions and programs are read off that.
//
// Functions are named module:qualname, as in callgraph.
package plan

import (
	"aiohub/internal/program/callgraph"
)

// Colour is what becomes of a function.
type Colour uint8

const (
	Stays Colour = iota // nothing in it blocks
	May                 // becomes async if a call whose target is not known leads where it could
	Must                // blocks for certain: becomes async
	Face                // reaches what blocks, and cannot or shall not be async: stays def and bridges
)

// String is the word for a colour in all formats.
func (c Colour) String() string {
	return [...]string{"stays", "may", "must", "face"}[c]
}

// CauseKind says why a function has its colour.
type CauseKind uint8

const (
	NoCause    CauseKind = iota
	Blocks               // it calls Name, which blocks
	Calls                // it calls To
	SharesName           // it overrides To, or To overrides it
	Answered             // the configuration says so
	CallsBack            // it calls what users of the library hand in, written Name
)

// Cause is the first reason that was found for a colour; the chain of causes ends at a call that blocks, and no chain
// is shorter.
type Cause struct {
	Kind     CauseKind
	To       callgraph.FuncID
	EdgeKind callgraph.EdgeKind
	Reason   callgraph.Reason
	Line     int    // of the call in the function's own file
	Name     string // of what blocks, outside the tree; for CallsBack the call as written
	Certain  bool
}

// Program is a program whose standard library monkey_patch makes green.
type Program struct {
	Entry   string          // path of the file that starts it
	Loaded  bool            // nothing says that it is started: something outside the tree loads it by name
	Patches map[string]bool // arguments of monkey_patch that are on
	Files   map[string]bool // paths of what it runs
}

// Input is what a plan is made from.
type Input struct {
	Graph    *callgraph.Graph
	Answers  *Answers
	Programs []Program
	Assumed  []Assumption
	Limits   Limits // of a step; zero for DefaultLimits

	// What follows makes the plan narrower. The zero values are about everything.
	Within map[string]bool // paths of files
	Only   string          // a function: nothing but what it needs
	Until  string          // a module: nothing but what it and those below it need
}

// Plan says what becomes of each function of a graph.
type Plan struct {
	Graph    *callgraph.Graph
	Answers  *Answers
	Programs []Program
	Limits   Limits
	Colours  []Colour // by FuncID
	Causes   []Cause  // by FuncID
	Borders  []Border // by FuncID: why a function cannot be async, if so
	Depths   []int32  // by FuncID: calls from here to what blocks; -1 for a function that stays
	// Shown is the path of a file of the tree as the user reaches it; nil for the one below the tree's root.
	Shown func(path string) string

	index *index
	depth int // components of a package's name
}

// File is the path of one of the graph's files, for people.
func (p *Plan) File(file int32) string { return p.named(p.Graph.Files[file].Path) }

func (p *Plan) named(path string) string {
	if p.Shown == nil {
		return path
	}
	return p.Shown(path)
}

// New makes the plan. An answer that fits nothing is an error.
func New(in Input) (*Plan, error) {
	n := len(in.Graph.Funcs)
	p := &Plan{
		Graph: in.Graph, Answers: in.Answers, Programs: in.Programs,
		Colours: make([]Colour, n), Causes: make([]Cause, n), Borders: make([]Border, n), Depths: make([]int32, n),
		depth: packageDepth(in.Graph), Limits: in.Limits,
	}
	if p.Limits == (Limits{}) {
		p.Limits = DefaultLimits
	}
	if p.Answers == nil {
		p.Answers = &Answers{}
	}
	settled, err := p.Answers.settle(p.Graph)
	if err != nil {
		return nil, err
	}
	p.index = newIndex(p.Graph, settled)
	if err := p.index.assume(in.Assumed, p.Find); err != nil {
		return nil, err
	}
	bodies, forks, extends := threadBodies(p.Graph), forkPoints(p.Graph), extending(p.Graph)
	for i := range p.Graph.Funcs {
		p.Borders[i] = borderOf(p.Graph, callgraph.FuncID(i), settled)
		if p.Borders[i] == WSGI && p.index.called(callgraph.FuncID(i)) {
			p.Borders[i] = NoBorder // the tree calls it itself: the server's border is at whoever calls this
		}
		if p.Borders[i] == NoBorder && extends[callgraph.FuncID(i)] {
			p.Borders[i] = CalledOutside
		}
		if p.Borders[i] == NoBorder && forks[callgraph.FuncID(i)] {
			p.Borders[i] = Forks
		}
		if p.Borders[i] == NoBorder && bodies[callgraph.FuncID(i)] {
			p.Borders[i] = ThreadBody
		}
		p.Depths[i] = -1
	}
	p.colour(settled)
	if err := p.limit(&in); err != nil {
		return nil, err
	}
	return p, nil
}
