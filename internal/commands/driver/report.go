package driver

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/files/config"
	"aiohub/internal/files/gitrepo"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/webpage"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
	"aiohub/internal/program/plan/show"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/baseline"
	"aiohub/internal/rules/rule"
)

// Report collects what the page about a tree shows; its past is what History gives.
func Report(c *config.Config, outcome *Outcome, found []finding.Finding, p *plan.Plan, rules []*rule.Rule, tool string,
	history []webpage.Point) *webpage.Data {
	d := &webpage.Data{
		Version: webpage.Version, Project: filepath.Base(c.Root), Tool: tool, Functions: functions(p.Count(nil)),
		Files: outcome.Files, Lines: outcome.Lines, History: history, Rules: ruled(found, rules),
	}
	for i := range outcome.Records {
		if kind := outcome.Records[i].Kind; kind == scan.Use || kind == scan.Method {
			d.Uses++
		}
	}
	packages(d, p)
	for _, l := range p.Left() {
		program := webpage.Program{Entry: l.Entry, Must: l.Must, May: l.May, Faces: l.Faces, Calls: l.Calls}
		for _, b := range l.Blocks {
			program.Blocking = append(program.Blocking, webpage.Blocker{Name: b.Name, Calls: b.Calls})
		}
		d.Programs = append(d.Programs, program)
	}
	for _, s := range p.Steps() {
		d.Steps = append(d.Steps, step(p, &s))
	}
	for _, q := range p.Questions() {
		d.Questions = append(d.Questions, webpage.Question{
			Text: show.Ask(p, &q), File: p.File(p.Graph.Funcs[q.From].File), Line: q.Line, Moves: q.Moves, Paste: q.Paste,
		})
	}
	return d
}

// History reads how many findings the baseline allowed at each commit that changed it. A tree without git has none.
func History(ctx context.Context, c *config.Config) ([]webpage.Point, error) {
	if c.Baseline == "" || filepath.IsAbs(c.Baseline) {
		return nil, nil
	}
	versions, err := gitrepo.Versions(ctx, c.Root, c.Baseline)
	if errors.Is(err, gitrepo.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	points := []webpage.Point{}
	for _, v := range versions {
		counts, err := baseline.Parse(v.Content, c.Baseline)
		if err != nil {
			continue // a commit may have broken it; the next one mended it
		}
		point := webpage.Point{Commit: v.Commit, Date: v.Date, Rules: map[string]int{}}
		for _, code := range counts.Codes() {
			point.Rules[code] = counts.Total(code)
			point.Total += counts.Total(code)
		}
		points = append(points, point)
	}
	return points, nil
}

func functions(c plan.Counts) webpage.Functions {
	return webpage.Functions{All: c.All, Async: c.Async, Must: c.Must, May: c.May, Faces: c.Faces}
}

// packages fills in the graph of the packages.
func packages(d *webpage.Data, p *plan.Plan) {
	index := map[string]int{}
	for i, pkg := range p.Packages() {
		index[pkg.Name] = i
		d.Packages = append(d.Packages, webpage.Package{Name: pkg.Name, Functions: functions(pkg.Counts)})
	}
	calls := map[[2]int]int{}
	for _, e := range p.Spreading() {
		from, to := index[p.PackageOf(e.From)], index[p.PackageOf(e.To)]
		if from != to {
			calls[[2]int{from, to}]++
		}
	}
	for key, n := range calls {
		d.Arrows = append(d.Arrows, webpage.Arrow{From: key[0], To: key[1], Calls: n})
	}
	slices.SortFunc(d.Arrows, func(a, b webpage.Arrow) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
}

func step(p *plan.Plan, s *plan.Step) webpage.Step {
	out := webpage.Step{Number: s.Number, Title: s.Title, Files: len(s.Files), Lines: s.Lines, Faces: s.Faces}
	for _, id := range s.Funcs {
		f := &p.Graph.Funcs[id]
		out.Functions = append(out.Functions,
			webpage.Function{Name: f.Name(), File: p.File(f.File), Line: f.Line, Reason: show.Because(p, id)})
	}
	for _, o := range s.Obstacles {
		out.Obstacles = append(out.Obstacles,
			webpage.Place{File: p.File(o.File), Line: o.Line, Text: qualOf(p, o.Func) + ": " + o.Text})
	}
	return out
}

func qualOf(p *plan.Plan, id callgraph.FuncID) string { return p.Graph.Funcs[id].Qual }

// ruled sorts findings under their rules.
func ruled(found []finding.Finding, rules []*rule.Rule) []webpage.Rule {
	byCode := map[string]*webpage.Rule{}
	var codes []string
	for i := range found {
		f := &found[i]
		r := byCode[f.Code]
		if r == nil {
			r = &webpage.Rule{Code: f.Code, Name: f.Name}
			if known := rule.Find(rules, f.Code); known != nil {
				r.Title, r.Help = sentence(known.Doc.Title), sentence(known.Help)
			}
			byCode[f.Code] = r
			codes = append(codes, f.Code)
		}
		shown := webpage.Finding{
			File: f.File, Line: f.Line, Column: f.Column, Severity: string(f.Severity), Message: f.Message, Help: f.Help,
			Source: f.Text,
		}
		before, marked, _ := f.Split()
		shown.Frame(len(before), len(marked))
		r.Findings = append(r.Findings, shown)
	}
	slices.Sort(codes)
	var list []webpage.Rule
	for _, code := range codes {
		list = append(list, *byCode[code])
	}
	return list
}

// sentence begins with a capital letter and ends with no full stop: the page sets it.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
