package port

import "aiohub/internal/output/finding"

// Rule is one thing that port does, or does not do. What is said about it is text, in the folder rules; which places it
// is about is code.
type Rule struct {
	Name   string // names-move
	Stage  int
	Safety finding.Safety
	Title  string // half a sentence
	Why    string // safe: what proves it. unsafe: what changes. manual: why a person is needed, and what to do
	Page   string // all that is said about it, in Markdown; often with Python before and after
	Accept bool   // manual, and yet edited if the maintainer has accepted it by name: see Options.Accept
}

// IsManual and IsUnsafe tell how safe a rule is.
func (r *Rule) IsManual() bool { return r.Safety == finding.Manual }

// IsUnsafe reports whether only --unsafe follows the rule.
func (r *Rule) IsUnsafe() bool { return r.Safety == finding.Unsafe }
