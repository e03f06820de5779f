package rule

import (
	"slices"

	"aiohub/internal/program/callgraph"
)

// Saying is a sentence about values of one nature, where one of some things is done with them.
type Saying struct {
	Nature callgraph.Nature
	Text   string              // behind the value; "" if there is nothing wrong
	As     []callgraph.UseKind // nil for all that no earlier sentence about the nature is about
}

// OfUses completes a rule that is about what is done with values, and its Described: the first sentence that fits is
// what it says of a use.
func OfUses(r Rule, sayings ...Saying) *Rule {
	for _, s := range sayings {
		if s.Text != "" && !slices.Contains(r.Sentences, s.Text) {
			r.Sentences = append(r.Sentences, s.Text)
		}
	}
	r.CheckGraph = Uses(func(p *Pass, u *callgraph.Use) string {
		fits := func(s Saying) bool { return s.Nature == u.Nature && (s.As == nil || slices.Contains(s.As, u.Kind)) }
		if i := slices.IndexFunc(sayings, fits); i >= 0 && sayings[i].Text != "" {
			return p.Quote(u.Start, u.End) + " " + sayings[i].Text
		}
		return ""
	})
	return Described(r)
}
