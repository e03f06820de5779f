package rule

import (
	"slices"
	"sort"
	"strings"

	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/scan"
)

// Pass is one file for one rule.
type Pass struct {
	Path    string
	Src     []byte
	Tree    *pysyntax.Tree // nil for a file that is not Python
	Records []scan.Record  // of this file, sorted by place
	Program *Program       // for rules over the call graph, else nil

	rules []*Rule // all that run
	rule  *Rule   // the one that runs now
	lines *pysource.Lines
	// Starts of the records of attributes that mocks replace, sorted.
	patches []int
	out     []finding.Finding
	defs    map[callgraph.FuncID]pysyntax.Node // see Defs
	spans   map[[2]uint32]pysyntax.Node        // see NodeAt
	flags   map[string]bool                    // see moduleFlags
}

// NewPass prepares a file for rules.
func NewPass(path string, src []byte, tree *pysyntax.Tree, records []scan.Record) *Pass {
	p := &Pass{Path: path, Src: src, Tree: tree, Records: records, lines: pysource.NewLines(src)}
	for i := range records {
		if records[i].Kind == scan.Patch {
			p.patches = append(p.patches, records[i].Start)
		}
	}
	return p
}

// NewGraphPass prepares a file for rules over the call graph.
func NewGraphPass(path string, src []byte, tree *pysyntax.Tree, program *Program) *Pass {
	p := NewPass(path, src, tree, nil)
	p.Program = program
	return p
}

// RunGraph runs the checks over the call graph on the file and returns what they report, in no particular order.
func (p *Pass) RunGraph(rules []*Rule) []finding.Finding {
	p.rules = rules
	for _, r := range rules {
		if r.CheckGraph != nil {
			p.rule = r
			r.CheckGraph(p)
		}
	}
	return p.out
}

// Run runs rules on the file and returns what they report, in no particular order.
func (p *Pass) Run(rules []*Rule) []finding.Finding {
	p.rules = rules
	for _, r := range rules {
		if r.Check != nil {
			p.rule = r
			r.Check(p)
		}
	}
	return p.out
}

// Rule returns the rule that runs now.
func (p *Pass) Rule() *Rule { return p.rule }

// Record reports the place of a record.
func (p *Pass) Record(r *scan.Record, message string) {
	p.Report(r.Start, r.End, message, "")
	p.Fix(r)
}

// Fix lets the finding reported last, which is about a record, say what its rewrite may do, if there is one for the
// place.
func (p *Pass) Fix(r *scan.Record) {
	if p.rule.Fixable != nil && p.rule.Fixable(p, r) {
		last := &p.out[len(p.out)-1]
		last.Safety, last.Stage = p.rule.Fix, p.rule.Stage
	}
}

// Node reports the place of a node.
func (p *Pass) Node(n pysyntax.Node, message, help string) {
	p.Report(int(p.Tree.Start(n)), int(p.Tree.End(n)), message, help)
}

// Report reports a range of bytes. An empty help stands for the rule's own.
func (p *Pass) Report(start, end int, message, help string) {
	if help == "" {
		help = p.rule.Help
	}
	f := finding.Finding{Place: p.lines.Place(p.Path, start, end)}
	f.Code, f.Name, f.Severity, f.Safety = p.rule.Code, p.rule.Name, p.rule.Severity, finding.Manual
	f.Message, f.Label, f.Help = message, p.rule.Label, help
	p.out = append(p.out, f)
}

// Possible lets the finding reported last be only possible, and say so.
func (p *Pass) Possible() {
	last := &p.out[len(p.out)-1]
	last.Possible = true
	last.Message += " (possible)"
}

// Lines returns the line index of the file.
func (p *Pass) Lines() *pysource.Lines { return p.lines }

// NodeOf returns the expression that a record is about, or 0: for a use the chain of names itself.
func (p *Pass) NodeOf(r *scan.Record) pysyntax.Node {
	if p.Tree == nil {
		return 0
	}
	return r.Node
}

// Denotes tells whether a node is the place of a record with this canonical name.
func (p *Pass) Denotes(n pysyntax.Node, canon string) bool {
	start, end := int(p.Tree.Start(n)), int(p.Tree.End(n))
	i := sort.Search(len(p.Records), func(i int) bool { return p.Records[i].Start >= start })
	for ; i < len(p.Records) && p.Records[i].Start == start; i++ {
		if p.Records[i].End == end && p.Records[i].Canon == canon {
			return true
		}
	}
	return false
}

// CallOf returns the call whose callee the record is, or 0.
func (p *Pass) CallOf(r *scan.Record) pysyntax.Node {
	n := p.NodeOf(r)
	if n == 0 {
		return 0
	}
	parent := p.Tree.Parents()[n]
	if parent != 0 && p.Tree.Kind(parent) == pysyntax.Call && p.Tree.Child(parent) == n {
		return parent
	}
	return 0
}

// Patched tells whether a record is the object whose attribute a mock replaces, as in patch.object(eventlet, "sleep").
// The record of the attribute says all there is to say.
func (p *Pass) Patched(r *scan.Record) bool {
	if len(p.patches) == 0 || p.Tree == nil {
		return false
	}
	next, _ := slices.BinarySearch(p.patches, r.End)
	if next == len(p.patches) {
		return false
	}
	n := p.NodeOf(r)
	if n == 0 {
		return false
	}
	call := p.Tree.Parents()[n]
	return call != 0 && p.Tree.Kind(call) == pysyntax.Call && int(p.Tree.End(call)) > p.patches[next]
}

// Arg returns the value of a call's argument: the index-th positional one, or the one called name; 0 if it is not there
// or hidden behind a star.
func (p *Pass) Arg(call pysyntax.Node, index int, name string) pysyntax.Node {
	i := -1 // the first child is the callee
	for child := range p.Tree.Children(call) {
		switch p.Tree.Kind(child) {
		case pysyntax.Keyword:
			if string(p.Tree.Ident(child)) == name && !p.Tree.Has(child, pysyntax.FlagUnpack) {
				return p.Tree.Child(child)
			}
		case pysyntax.Starred:
			return 0
		default:
			if i == index && index >= 0 {
				return child
			}
			i++
		}
	}
	return 0
}

// Claimed tells whether any of the rules names a canonical name.
func (p *Pass) Claimed(canon string) bool {
	for _, r := range p.rules {
		if r.Claims(canon) {
			return true
		}
	}
	return false
}

// Shown is the source of a record as it stands in a message.
func (p *Pass) Shown(r *scan.Record) string {
	return "`" + short(p.Src[min(r.Start, len(p.Src)):min(r.End, len(p.Src))]) + "`"
}

// Text returns the source of a node as it stands in a message.
func (p *Pass) Text(n pysyntax.Node) string { return short(p.Tree.Text(n)) }

// short puts source on one line, at most as much as fits in a message.
func short(source []byte) string {
	const limit = 60
	text := strings.ToValidUTF8(strings.Join(strings.Fields(string(source)), " "), "\ufffd")
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
