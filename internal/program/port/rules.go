package port

import "aiohub/internal/output/finding"

// Rule is one thing that port does, or does not do. Rules are data: the messages, `aiohub port --explain` and the documentation print them.
type Rule struct {
	Name      string // names-move
	Stage     int
	Safety    finding.Safety
	Title     string // half a sentence
	Why       string // safe: what proves it. unsafe: what changes. manual: why a person is needed, and what to do
	Before    string // Python, or ""
	After     string
	Important bool // worth a line on stderr each time
	Accept    bool // manual, and yet edited if the maintainer has accepted it by name: see Options.Accept
}

// Rules are all of them, in the order of the documentation: the tables are initialised in the order of their files' names, stage by stage.
var Rules []*Rule

// IsManual and IsUnsafe tell how safe a rule is.
func (r *Rule) IsManual() bool { return r.Safety == finding.Manual }

// IsUnsafe reports whether only --unsafe follows the rule.
func (r *Rule) IsUnsafe() bool { return r.Safety == finding.Unsafe }

// define enters a rule in the table.
func define(r Rule) *Rule {
	Rules = append(Rules, &r)
	return &r
}
