// Package show writes plans: for people, as JSON, and as graphs for dot and mermaid.
package show

import (
	"encoding/json"
	"io"
	"maps"
	"slices"

	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
)

// Version is the version of the JSON document. It rises when a field changes its meaning or goes; new fields do not
// change it.
const Version = 1

type document struct {
	Version   int                 `json:"version"`
	Counts    counts              `json:"counts"`
	Must      []string            `json:"must"`
	May       []string            `json:"may"`
	Faces     []string            `json:"faces"`
	Functions map[string]function `json:"functions"`
	Steps     []step              `json:"steps"`
	Questions []question          `json:"questions"`
	Programs  []program           `json:"programs"`
	Notices   []string            `json:"notices"`
}

type counts struct {
	Functions int `json:"functions"`
	Async     int `json:"async"`
	Must      int `json:"must"`
	May       int `json:"may"`
	Faces     int `json:"faces"`
}

type function struct {
	Colour string `json:"colour"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Depth  int    `json:"depth"`
	Border string `json:"border,omitempty"`
	Reason reason `json:"reason"`
}

type reason struct {
	Kind string `json:"kind"` // blocks, calls, shares-name, answered, calls-back
	To   string `json:"to,omitempty"`
	Name string `json:"name,omitempty"`
	Line int    `json:"line,omitempty"`
	How  string `json:"how,omitempty"`
}

type step struct {
	Number    int        `json:"number"`
	Title     string     `json:"title"`
	Functions []string   `json:"functions"`
	Files     []string   `json:"files"`
	Lines     int        `json:"lines"`
	Faces     int        `json:"faces"`
	After     []int      `json:"after"`
	Obstacles []obstacle `json:"obstacles"`
}

type obstacle struct {
	Kind     string `json:"kind"`
	Function string `json:"function"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Text     string `json:"text"`
}

type question struct {
	Kind       string   `json:"kind"` // call, name
	Function   string   `json:"function"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
	Expr       string   `json:"expr"`
	Calls      int      `json:"calls"`
	Moves      int      `json:"moves"`
	Candidates []string `json:"candidates"`
	Paste      string   `json:"paste"`
}

type program struct {
	Entry    string    `json:"entry"`
	Files    int       `json:"files"`
	Must     int       `json:"must"`
	May      int       `json:"may"`
	Faces    int       `json:"faces"`
	Calls    int       `json:"calls"`
	Blocking []blocker `json:"blocking"`
}

type blocker struct {
	Name  string `json:"name"`
	Calls int    `json:"calls"`
}

var causeWords = [...]string{
	plan.NoCause: "", plan.Blocks: "blocks", plan.Calls: "calls", plan.SharesName: "shares-name",
	plan.Answered:  "answered",
	plan.CallsBack: "calls-back",
}

var howWords = [...]string{
	callgraph.Call: "call", callgraph.With: "with", callgraph.Iterate: "iterate", callgraph.Operator: "operator",
	callgraph.PropertyUse: "property", callgraph.DecoratorUse: "decorator", callgraph.Construct: "construct",
}

func documentOf(p *plan.Plan) *document {
	c := p.Count(nil)
	d := &document{
		Version: Version, Counts: counts{c.All, c.Async, c.Must, c.May, c.Faces},
		Must: []string{}, May: []string{}, Faces: []string{}, Functions: map[string]function{},
		Steps: []step{}, Questions: []question{}, Programs: []program{}, Notices: p.Notices(),
	}
	if d.Notices == nil {
		d.Notices = []string{}
	}
	for i := range p.Graph.Funcs {
		f := &p.Graph.Funcs[i]
		switch p.Colours[i] {
		case plan.Must:
			d.Must = append(d.Must, f.Name())
		case plan.May:
			d.May = append(d.May, f.Name())
		case plan.Face:
			d.Faces = append(d.Faces, f.Name())
		default:
			continue
		}
		d.Functions[f.Name()] = functionOf(p, callgraph.FuncID(i))
	}
	variants := p.Variants()
	for _, name := range slices.Sorted(maps.Keys(variants)) {
		list := map[plan.Colour]*[]string{plan.Must: &d.Must, plan.May: &d.May,
			plan.Face: &d.Faces}[p.Colours[variants[name]]]
		*list = append(*list, name)
		d.Functions[name] = functionOf(p, variants[name])
	}
	for _, s := range p.Steps() {
		d.Steps = append(d.Steps, stepOf(p, &s))
	}
	for _, q := range p.Questions() {
		d.Questions = append(d.Questions, questionOf(p, &q))
	}
	for _, l := range p.Left() {
		out := program{Entry: l.Entry, Files: l.Files, Must: l.Must, May: l.May, Faces: l.Faces, Calls: l.Calls,
			Blocking: []blocker{}}
		for _, b := range l.Blocks {
			out.Blocking = append(out.Blocking, blocker{b.Name, b.Calls})
		}
		d.Programs = append(d.Programs, out)
	}
	return d
}

func functionOf(p *plan.Plan, id callgraph.FuncID) function {
	f := &p.Graph.Funcs[id]
	return function{
		Colour: p.Colours[id].String(), File: p.File(f.File), Line: f.Line, Depth: int(p.Depths[id]),
		Border: p.Borders[id].Name(), Reason: reasonOf(p, p.Causes[id]),
	}
}

func reasonOf(p *plan.Plan, c plan.Cause) reason {
	r := reason{Kind: causeWords[c.Kind], Name: c.Name, Line: c.Line}
	if c.To != callgraph.None {
		r.To = p.Graph.Funcs[c.To].Name()
	}
	if c.Kind == plan.Calls || c.Kind == plan.Blocks {
		r.How = howWords[c.EdgeKind]
	}
	return r
}

func stepOf(p *plan.Plan, s *plan.Step) step {
	out := step{
		Number: s.Number, Title: s.Title, Functions: []string{}, Files: []string{}, Lines: s.Lines, Faces: s.Faces,
		After: append([]int{}, s.After...), Obstacles: []obstacle{},
	}
	for _, id := range s.Funcs {
		out.Functions = append(out.Functions, p.Graph.Funcs[id].Name())
	}
	for _, file := range s.Files {
		out.Files = append(out.Files, p.File(file))
	}
	for _, o := range s.Obstacles {
		out.Obstacles = append(out.Obstacles,
			obstacle{o.Kind.String(), p.Graph.Funcs[o.Func].Name(), p.File(o.File), o.Line, o.Text})
	}
	return out
}

func questionOf(p *plan.Plan, q *plan.Question) question {
	from := &p.Graph.Funcs[q.From]
	out := question{
		Kind: "call", Function: from.Name(), File: p.File(from.File), Line: q.Line, Expr: q.Expr,
		Calls: q.Calls, Moves: q.Moves, Candidates: []string{}, Paste: q.Paste,
	}
	if q.Kind == plan.DoesItBlock {
		out.Kind = "name"
	}
	for _, id := range q.Candidates {
		out.Candidates = append(out.Candidates, p.Graph.Funcs[id].Name())
	}
	return out
}

// JSON writes the whole plan as one document.
func JSON(w io.Writer, p *plan.Plan) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(documentOf(p))
}

// JSONLines writes one object a line: each function that does not stay as it is, each step and each question, with its
// kind in "type".
func JSONLines(w io.Writer, p *plan.Plan) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range p.Graph.Funcs {
		if p.Colours[i] == plan.Stays {
			continue
		}
		line := struct {
			Type string `json:"type"`
			Name string `json:"name"`
			function
		}{"function", p.Graph.Funcs[i].Name(), functionOf(p, callgraph.FuncID(i))}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	for _, s := range p.Steps() {
		line := struct {
			Type string `json:"type"`
			step
		}{"step", stepOf(p, &s)}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	for _, q := range p.Questions() {
		line := struct {
			Type string `json:"type"`
			question
		}{"question", questionOf(p, &q)}
		if err := encoder.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
