package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/nearest"
	"aiohub/internal/program/callgraph"
)

// Answers are what the maintainer says in [tool.aiohub.plan].
type Answers struct {
	Blocking    []string            // these block: functions of the tree, or dotted names outside it
	NeverBlocks []string            // these do not, whatever they call
	Calls       map[string][]string // "module:function:line" or "module:function:expression" -> what is called there
	Public      []string            // functions that others than the tree call: they keep a sync face
	StaysSync   []string            // functions that stay def
	Patched     bool                // a library that is only used under monkey_patch

	// Place says where a key stands, for errors. It may be nil.
	Place func(key string) (path string, line int)
}

// settled is what answers come to on one graph.
type settled struct {
	blocks      map[callgraph.FuncID]bool
	neverBlocks map[callgraph.FuncID]bool
	public      map[callgraph.FuncID]bool
	staysSync   map[callgraph.FuncID]bool
	blockNames  map[string]bool // dotted names outside the tree
	blockAll    []string        // "pkg." for "pkg.*"
	passNames   map[string]bool
	passAll     []string
	calls       map[callgraph.FuncID][]answeredCall
	patched     bool
	notices     []string // answers about code outside the tree that nothing in it calls
}

// notice notes an answer about a name outside the tree that the tree does not call. It is no error: what calls it may
// come back, and a list that several projects share names more than each of them has.
func (s *settled) notice(key, value string, n *names) {
	if n.foreign[value] || strings.HasSuffix(value, "*") || IsBlocking(value) {
		return
	}
	note := fmt.Sprintf("%s: nothing in this tree is seen to call %s", key, value)
	if near := n.nearest(value, true); near != "" {
		note += fmt.Sprintf("; did you mean %q?", near)
	}
	s.notices = append(s.notices, note)
}

type answeredCall struct {
	place   string // a line or an expression
	targets []callgraph.FuncID
	foreign []string
}

func (c *answeredCall) fits(line int, expr string) bool {
	return c.place == expr || c.place == fmt.Sprint(line)
}

// settle finds the functions that the answers name.
func (a *Answers) settle(g *callgraph.Graph) (*settled, error) {
	s := &settled{
		blocks: map[callgraph.FuncID]bool{}, neverBlocks: map[callgraph.FuncID]bool{}, public: map[callgraph.FuncID]bool{},
		staysSync:  map[callgraph.FuncID]bool{},
		blockNames: map[string]bool{}, passNames: map[string]bool{}, calls: map[callgraph.FuncID][]answeredCall{},
		patched: a.Patched,
	}
	n := namesOf(g)
	var faults []error
	list := func(key string, values []string, take func(callgraph.FuncID), foreign func(string)) {
		for _, value := range values {
			if ids, ok := n.find(value); ok {
				for _, id := range ids {
					take(id)
				}
				continue
			}
			if foreign != nil && n.isForeign(value) {
				foreign(value)
				s.notice(key, value, n)
				continue
			}
			faults = append(faults, a.misfit(key, value, n, foreign != nil))
		}
	}
	list("blocking", a.Blocking, func(id callgraph.FuncID) { s.blocks[id] = true },
		func(name string) { addName(name, s.blockNames, &s.blockAll) })
	list("never-blocks", a.NeverBlocks, func(id callgraph.FuncID) { s.neverBlocks[id] = true },
		func(name string) { addName(name, s.passNames, &s.passAll) })
	list("public", a.Public, func(id callgraph.FuncID) { s.public[id] = true }, nil)
	list("stays-sync", a.StaysSync, func(id callgraph.FuncID) { s.staysSync[id] = true }, nil)
	faults = append(faults, a.settleCalls(g, n, s)...)
	return s, errors.Join(faults...)
}

func addName(name string, exact map[string]bool, all *[]string) {
	if prefix, ok := strings.CutSuffix(name, "*"); ok {
		*all = append(*all, prefix)
		return
	}
	exact[name] = true
}

// settleCalls finds the calls that answers speak of, and what they say is called there.
func (a *Answers) settleCalls(g *callgraph.Graph, n *names, s *settled) []error {
	var faults []error
	keys := make([]string, 0, len(a.Calls))
	for key := range a.Calls {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		module, rest, _ := strings.Cut(key, ":")
		function, place, ok := strings.Cut(rest, ":")
		ids, known := n.find(module + ":" + function)
		switch {
		case !ok || place == "":
			faults = append(faults,
				a.at("calls."+key, fmt.Sprintf("calls: %q names no call", key),
					`write "module:function:line" or "module:function:expression"`))
			continue
		case !known:
			faults = append(faults, a.misfit("calls."+key, module+":"+function, n, false))
			continue
		}
		call := answeredCall{place: place}
		if !placeExists(g, ids, &call) {
			faults = append(faults,
				a.at("calls."+key, fmt.Sprintf("calls: %s has no open call %q", module+":"+function, place),
					"`aiohub plan` lists the calls whose target is not known; an answer that is no longer needed can go"))
			continue
		}
		for _, value := range a.Calls[key] {
			switch targets, ok := n.find(value); {
			case ok:
				call.targets = append(call.targets, targets...)
			case n.isForeign(value):
				call.foreign = append(call.foreign, value)
			default:
				faults = append(faults, a.misfit("calls."+key, value, n, true))
			}
		}
		for _, id := range ids {
			s.calls[id] = append(s.calls[id], call)
		}
	}
	return faults
}

func placeExists(g *callgraph.Graph, ids []callgraph.FuncID, call *answeredCall) bool {
	for i := range g.Opens {
		if o := &g.Opens[i]; slices.Contains(ids, o.From) && call.fits(o.Line, o.Expr) {
			return true
		}
	}
	for i := range g.Edges {
		if e := &g.Edges[i]; slices.Contains(ids, e.From) && call.fits(e.Line, "") {
			return true
		}
	}
	return false
}

// misfit is the fault of an answer that names nothing.
func (a *Answers) misfit(key, value string, n *names, foreignToo bool) error {
	hint := "functions are named module:function or module:Class.method"
	if near := n.nearest(value, foreignToo); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	short, _, _ := strings.Cut(key, ".")
	return a.at(key, fmt.Sprintf("%s: %q is nothing that this tree has or calls", short, value), hint)
}

func (a *Answers) at(key, message, hint string) error {
	f := fault.New(message, hint)
	if a.Place != nil {
		f.File, f.Line = a.Place(key)
	}
	return f
}

// names finds functions by what people call them.
type names struct {
	g       *callgraph.Graph
	byName  map[string][]callgraph.FuncID // module:qual and module.qual
	foreign map[string]bool               // dotted names of calls out of the tree
	own     map[string]bool               // top-level names of the tree
}

func namesOf(g *callgraph.Graph) *names {
	n := &names{g: g, byName: make(map[string][]callgraph.FuncID, 2*len(g.Funcs)), foreign: map[string]bool{},
		own: map[string]bool{}}
	for i := range g.Funcs {
		f := &g.Funcs[i]
		id := callgraph.FuncID(i)
		qual, _, numbered := strings.Cut(f.Qual, "#")
		n.byName[f.Module+":"+qual] = append(n.byName[f.Module+":"+qual], id)
		n.byName[f.Module+"."+qual] = append(n.byName[f.Module+"."+qual], id)
		if numbered {
			n.byName[f.Module+":"+f.Qual] = append(n.byName[f.Module+":"+f.Qual], id)
		}
	}
	for i := range g.Files {
		top, _, _ := strings.Cut(g.Files[i].Module, ".")
		n.own[top] = true
	}
	for i := range g.Sites {
		n.foreign[g.Sites[i].Name] = true
	}
	return n
}

// find gives the functions of a name. A class stands for its methods, a module with ":*" for its functions.
func (n *names) find(name string) ([]callgraph.FuncID, bool) {
	if ids, ok := n.byName[name]; ok {
		return ids, true
	}
	prefix, ok := strings.CutSuffix(name, "*")
	if !ok || !strings.Contains(name, ":") {
		return nil, false
	}
	var ids []callgraph.FuncID
	for i := range n.g.Funcs {
		if strings.HasPrefix(n.g.Funcs[i].Name(), prefix) {
			ids = append(ids, callgraph.FuncID(i))
		}
	}
	return ids, len(ids) > 0
}

// isForeign reports whether a dotted name can only be something outside the tree.
func (n *names) isForeign(name string) bool {
	if strings.Contains(name, ":") || !strings.Contains(name, ".") {
		return false
	}
	top, _, _ := strings.Cut(name, ".")
	return n.foreign[name] || !n.own[top]
}

func (n *names) nearest(value string, foreignToo bool) string {
	var candidates []string
	for i := range n.g.Funcs {
		candidates = append(candidates, n.g.Funcs[i].Name())
	}
	if foreignToo && !strings.Contains(value, ":") {
		for name := range n.foreign {
			candidates = append(candidates, name)
		}
	}
	slices.Sort(candidates)
	return nearest.Word(value, candidates)
}
