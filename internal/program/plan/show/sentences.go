package show

import (
	"fmt"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
)

// Ask is a question in words, without its place.
func Ask(p *plan.Plan, q *plan.Question) string {
	switch {
	case q.Kind == plan.DoesItBlock && q.Calls == 1:
		return fmt.Sprintf("Does %s block?", q.Expr)
	case q.Kind == plan.DoesItBlock:
		return fmt.Sprintf("Does %s block? It is called in %d places, first here.", q.Expr, q.Calls)
	}
	text := fmt.Sprintf("What does %s call in %s?", q.Expr, p.Graph.Funcs[q.From].Name())
	if n := len(q.Candidates); n > 1 {
		text += fmt.Sprintf(" %d functions of that name block or may.", n)
	}
	return text
}

// Because says in words why a function has its colour.
func Because(p *plan.Plan, id callgraph.FuncID) string { return because(p, p.Causes[id]) }
