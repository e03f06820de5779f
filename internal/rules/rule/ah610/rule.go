// Package ah610 is the rule AH610, task-without-reference.
package ah610

import (
	"slices"
	"strings"

	"aiohub/internal/language/pysyntax"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

const (
	untilReturn = "makes a task that is kept only until the function returns"
	nobody      = "makes a task that nobody keeps"
)

// Rule finds tasks that nothing refers to.
var Rule = rule.Described(rule.Rule{
	Code:       "AH610",
	Label:      "it can be freed before it is done, and its errors are not seen",
	Sentences:  []string{untilReturn, nobody},
	CheckGraph: check,
})

func check(p *rule.Pass) {
	for _, u := range p.Program.Uses(p.File()) {
		if u.Nature != callgraph.Task {
			continue
		}
		text := nobody
		if u.Kind == callgraph.Unread {
			text = untilReturn
		}
		p.Use(&u, p.Quote(u.Start, u.End)+" "+text)
		if ofNamed(p, &u) {
			p.Possible()
		}
	}
}

// ofNamed tells whether the call is of ensure_future with something that is not seen to be a coroutine: a task or future
// is what ensure_future returns as it is, and whoever made it may keep it.
func ofNamed(p *rule.Pass, u *callgraph.Use) bool {
	t := p.Tree
	call := p.NodeAt(u.Start, u.End)
	for call != 0 && t.Kind(call) != pysyntax.Call && t.Child(call) != 0 {
		call = t.Child(call) // a statement alone in its block has its range
	}
	if call == 0 || t.Kind(call) != pysyntax.Call || string(t.Ident(t.Child(call))) != "ensure_future" {
		return false
	}
	arg := t.Next(t.Child(call))
	if arg == 0 {
		return false
	}
	if t.Kind(arg) == pysyntax.Call && slices.ContainsFunc(p.Program.SitesOf(p.File()), func(s callgraph.Site) bool {
		return s.Pos == t.Start(arg) && s.End == t.End(arg) && strings.HasPrefix(s.Name, "asyncio.")
	}) {
		return false
	}
	for _, r := range p.Program.Graph.Runs {
		if p.Func(r.From).File == p.File() && r.Start == t.Start(arg) && r.End == t.End(arg) {
			return false
		}
	}
	return true
}
