package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/language/pymodule"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
)

// QuestionKind says what a question is about.
type QuestionKind uint8

const (
	WhatIsCalled QuestionKind = iota // a call whose target is not known: `calls`
	DoesItBlock                      // a function outside the tree of which nothing is known: `blocking` or `never-blocks`
)

// Question is something only the maintainer can know, and what the answer would change.
type Question struct {
	Kind       QuestionKind
	From       callgraph.FuncID // the function with the call; for DoesItBlock the first of several
	Line       int
	Expr       string // the call as written; the dotted name for DoesItBlock
	Calls      int    // places it is about
	Candidates []callgraph.FuncID
	Moves      int    // functions that would become async with the answer that moves most
	Paste      string // the answer, ready for [tool.aiohub.plan]
}

// Questions lists what is open, that which moves most functions first.
func (p *Plan) Questions() []Question {
	var list []Question
	list = append(list, p.openCalls()...)
	list = append(list, p.unknownNames()...)
	slices.SortStableFunc(list, func(a, b Question) int {
		return cmp.Or(cmp.Compare(b.Moves, a.Moves), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From),
			cmp.Compare(a.Line, b.Line), strings.Compare(a.Expr, b.Expr))
	})
	return list
}

// openCalls asks about calls that may lead to what blocks. Calls of one expression in one class, or in one module, have
// one answer.
func (p *Plan) openCalls() []Question {
	x := p.index
	moves := map[callgraph.FuncID]int{}
	var list []Question
	for i := range x.g.Opens {
		o := &x.g.Opens[i]
		if o.Common || x.answered(o) {
			continue
		}
		var blocking []callgraph.FuncID
		for _, id := range o.Candidates {
			if (p.Colours[id] == Must || p.Colours[id] == May) && x.g.Funcs[id].Flags&callgraph.Async == 0 {
				blocking = append(blocking, id)
			}
		}
		if len(blocking) == 0 || p.Colours[o.From] == Must || p.Borders[o.From] != NoBorder {
			continue
		}
		n, ok := moves[o.From]
		if !ok {
			n = p.wouldMove(o.From)
			moves[o.From] = n
		}
		from := &x.g.Funcs[o.From]
		list = append(list, Question{
			Kind: WhatIsCalled, From: o.From, Line: o.Line, Expr: o.Expr, Calls: 1, Candidates: blocking, Moves: n,
			Paste: fmt.Sprintf("calls.%q = [%q]", from.Name()+":"+o.Expr, x.g.Funcs[blocking[0]].Name()),
		})
	}
	return merge(list)
}

// merge makes one question of those about the same expression in the same function.
func merge(list []Question) []Question {
	slices.SortStableFunc(list, func(a, b Question) int {
		return cmp.Or(cmp.Compare(a.From, b.From), strings.Compare(a.Expr, b.Expr), cmp.Compare(a.Line, b.Line))
	})
	var out []Question
	for _, q := range list {
		if n := len(out); n > 0 && out[n-1].From == q.From && out[n-1].Expr == q.Expr {
			out[n-1].Calls++
			continue
		}
		out = append(out, q)
	}
	return out
}

func (x *index) answered(o *callgraph.Open) bool {
	for i := range x.settled.calls[o.From] {
		if x.settled.calls[o.From][i].fits(o.Line, o.Expr) {
			return true
		}
	}
	return false
}

// wouldMove counts the functions that must become async if one does, itself included.
func (p *Plan) wouldMove(id callgraph.FuncID) int {
	n := 1
	for _, pull := range p.Who(id) {
		if !pull.Face && p.Colours[pull.Func] != Must {
			n++
		}
	}
	return n
}

// verbs are the last names of functions outside the tree that are worth a question: those that sound as if they wait.
var verbs = []string{
	"acquire", "call", "communicate", "connect", "create", "delete", "download", "execute", "fetch", "flush", "join",
	"list", "lock", "open", "ping", "poll", "post", "publish", "put", "query", "read", "receive", "recv", "request",
	"result", "run", "select", "send", "serve", "sleep", "start", "stop", "sync", "upload", "urlopen", "wait", "write",
}

func sounds(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	first, _, _ := strings.Cut(strings.ToLower(last), "_")
	_, found := slices.BinarySearch(verbs, first)
	return found
}

// unknownNames asks about functions outside the tree, of libraries that the tables know nothing of.
func (p *Plan) unknownNames() []Question {
	x := p.index
	byName := map[string][]int{}
	for i := range x.g.Sites {
		s := &x.g.Sites[i]
		top, _, below := strings.Cut(s.Name, ".")
		if !below || pymodule.IsStdlib(top) || top == "builtins" || knowledge.Is(s.Name) || knowledge.Owns(s.Name) ||
			s.Awaited || s.Kind != callgraph.Call || !s.Certain {
			continue
		}
		if strings.Contains(s.Name, "()") || knowledge.Pure(s.Name) || IsBlocking(s.Name) || x.judge(s) != passes ||
			x.settled.passNames[s.Name] || hasAnyPrefix(s.Name, x.settled.passAll) || !sounds(s.Name) {
			continue
		}
		byName[s.Name] = append(byName[s.Name], i)
	}
	var list []Question
	for name, sites := range byName {
		moved := map[callgraph.FuncID]bool{}
		for _, i := range sites {
			from := x.g.Sites[i].From
			if p.Colours[from] == Must || p.Borders[from] != NoBorder || moved[from] {
				continue
			}
			moved[from] = true
			for _, pull := range p.Who(from) {
				if !pull.Face && p.Colours[pull.Func] != Must {
					moved[pull.Func] = true
				}
			}
		}
		if len(moved) == 0 {
			continue
		}
		first := &x.g.Sites[sites[0]]
		list = append(list, Question{
			Kind: DoesItBlock, From: first.From, Line: first.Line, Expr: name, Calls: len(sites), Moves: len(moved),
			Paste: fmt.Sprintf("blocking = [%q]", name),
		})
	}
	return list
}
