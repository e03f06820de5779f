// Package atomic finds what is atomic only as long as tasks switch at known places: regions of code that look at a
// state and act on it, states that two tasks reach, and what else goes wrong when green threads become threads of the
// operating system or coroutines.
//
// # Data and how long it lives
//
// A Reader turns the syntax tree of a file into a File, its facts: which states (attributes, names of modules,
// variables of closures) a function reads, tests and changes, in which order, inside which locks. A File refers to no
// tree and to no other file, and can be kept. Find links the files with the call graph, finds the tasks and what each
// of them reaches, and gives the findings. Nothing of it outlives the call.
//
// # What is certain
//
// A finding is certain if both tasks are seen to be started, both reach the same object (self of one method that starts
// another, a name of a module, a variable of a closure), no lock is held that could keep them apart, and each step is a
// call that is certain. All else is possible.
package atomic

import (
	"cmp"
	"slices"

	"aiohub/internal/program/callgraph"
)

// Target is where a program goes or has gone.
type Target uint8

const (
	Threads Target = iota
	Asyncio
)

// Finding is one region of a file.
type Finding struct {
	Code       string
	File       int32 // of the graph
	Fn         callgraph.FuncID
	Start, End uint32
	Certain    bool
	Message    string
	Help       string
	Why        []string // how the tasks come here, for people
}

// Input is what is looked at.
type Input struct {
	Graph  *callgraph.Graph
	Files  []*File
	Target Target
}

// analysis is one run of Find.
type analysis struct {
	*program
	target Target
	tasks  []task
	roots  map[callgraph.FuncID]int32
	reach  reach
	found  []Finding
	seen   map[place2]bool
	begun  map[taskCall]bool
	awaits func(fn callgraph.FuncID, pos uint32) bool // what a port makes an await, nil outside of Splits

	held2      map[int32]*domain // by class
	loose      []*domain         // of closures
	constructs []int             // by class
	perTask    []bool            // by class: tasks make objects of it
	serves     bool              // servers of the standard library handle requests in threads
	inModule   []bool            // by class: a name of a module has its object
	hasBelow   []bool            // by class: others derive from it
	hands      map[callgraph.FuncID]handing
	restFrom   map[callgraph.FuncID]uint32 // functions that the rest of the program runs beside a task from a place on
	suspending map[callgraph.FuncID]bool   // coroutine functions of which it is known whether they can be suspended
	sureWays   map[callgraph.FuncID]bool   // functions to which no condition on the way decides whether a task comes
	changes    map[int32]bool              // classes whose methods change their objects, filled at first use
}

type place2 struct {
	code string
	file int32
	at   uint32
}

func newAnalysis(in Input) *analysis {
	return &analysis{
		program: link(in.Graph, in.Files), target: in.Target, roots: map[callgraph.FuncID]int32{}, seen: map[place2]bool{},
		begun: map[taskCall]bool{}, suspending: map[callgraph.FuncID]bool{}, restFrom: map[callgraph.FuncID]uint32{},
		reach: reach{tasks: map[node2][]int32{}, from: map[reached]step{}},
	}
}

// Find gives the findings, sorted by file and place.
func Find(in Input) []Finding {
	a := newAnalysis(in)
	a.hands = a.handedOut()
	a.findTasks()
	a.spread()
	a.objects()
	a.afterStarts()
	a.regions()
	a.relocked()
	a.sessions()
	if a.target == Threads {
		a.published()
		a.nested()
		a.forked()
		a.pickled()
		a.processWide()
		a.targets()
	}
	return a.sorted()
}

func (a *analysis) sorted() []Finding {
	slices.SortFunc(a.found, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Start, y.Start), cmp.Compare(x.Code, y.Code),
			cmp.Compare(x.End, y.End))
	})
	// An element that is changed, or made if it is missing, is said once.
	kept := a.found[:0]
	for _, f := range a.found {
		if last := len(kept) - 1; f.Code == Unlocked && last >= 0 && kept[last].Code == CheckThenAct &&
			kept[last].File == f.File && kept[last].Start == f.Start {
			continue
		}
		kept = append(kept, f)
	}
	a.found = kept
	return a.found
}

// report adds a finding, once for each place.
func (a *analysis) report(f Finding) {
	f.File = a.g.Funcs[f.Fn].File
	if a.g.Funcs[f.Fn].Flags&callgraph.Test != 0 {
		return
	}
	key := place2{f.Code, f.File, uint32(a.lineAt(f.Fn, f.Start))}
	if a.seen[key] {
		return
	}
	a.seen[key] = true
	a.found = append(a.found, f)
}
