package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/config"
	"aiohub/internal/files/glob"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/glyph"
	"aiohub/internal/output/place"
	"aiohub/internal/output/view"
	"aiohub/internal/rules/baseline"
	"aiohub/internal/rules/rule"
)

// tree is what the open documents of one tree have to be looked at with.
type tree struct {
	config    *config.Config
	documents []*document
}

// trees finds the trees that documents belong to.
func (s *Server) trees(documents []*document) []*tree {
	byRoot, byDir := map[string]*tree{}, map[string]string{}
	var all []*tree
	for _, d := range documents {
		dir := filepath.Dir(d.path)
		root, known := byDir[dir]
		if !known {
			c, err := config.Load([]string{dir}, s.options.Config)
			if err != nil {
				s.complain(err)
				continue
			}
			root = c.Root
			byDir[dir] = root
			if byRoot[root] == nil {
				// What is asked for is the tree, not this directory.
				if c, err = config.Load([]string{root}, s.options.Config); err != nil {
					s.complain(err)
					continue
				}
				byRoot[root] = &tree{config: c}
				all = append(all, byRoot[root])
			}
		}
		if t := byRoot[root]; t != nil {
			t.documents = append(t.documents, d)
		}
	}
	return all
}

// look is what has been found out about a tree as it is in the editor.
type look struct {
	*tree
	configured *driver.Configured
	outcome    *driver.Outcome
	options    driver.Options
	allowed    baseline.Counts
}

// look runs the rules over a tree that look at one file at a time.
func (s *Server) look(ctx, serving context.Context, t *tree) (*look, error) {
	configured, err := s.options.Configure(t.config)
	if err != nil {
		return nil, err
	}
	l := &look{tree: t, configured: configured}
	if l.outcome, l.options, err = s.outcome(ctx, serving, t); err != nil {
		return nil, err
	}
	file, err := t.config.BaselineFile()
	if err != nil {
		return nil, err
	}
	if l.allowed, _, err = baseline.Load(file, t.config.Baseline); err != nil {
		s.complain(err) // the findings are there all the same
	}
	return l, nil
}

// asksGraph tells whether any rule that runs asks the call graph.
func (l *look) asksGraph() bool {
	return slices.ContainsFunc(l.configured.Rules,
		func(r *rule.Rule) bool { return r.CheckGraph != nil && l.configured.Runs(r) })
}

// diagnose says what the rules found in the documents of the tree.
func (s *Server) diagnose(l *look, made map[*document][]diagnostic) {
	t, found := l.tree, l.outcome.Findings(l.configured)
	now := baseline.Count(found)
	at := map[string][]finding.Finding{}
	for _, f := range found {
		at[f.File] = append(at[f.File], f)
	}
	for _, d := range t.documents {
		name, _ := d.below(t.config.Root)
		lines := d.lines()
		made[d] = []diagnostic{}
		for _, f := range at[view.Printable(name)] {
			accepted := now.Of(f.Code, f.File) <= l.allowed.Of(f.Code, f.File)
			made[d] = append(made[d], diagnosticOf(&f, accepted, lines, s.encoding))
		}
	}
}

// outcome looks at a tree as it is in the editor. What is on the disk is looked at once before, to the end: all that
// follows builds on that.
func (s *Server) outcome(ctx, serving context.Context, t *tree) (*driver.Outcome, driver.Options, error) {
	root := t.config.Root
	options := driver.Options{Workers: s.options.Workers, NoCache: s.options.NoCache, Tool: s.options.Tool,
		Rules: s.options.Rules}
	run := func(ctx context.Context) (*driver.Outcome, error) {
		outcome, err := driver.Run(ctx, t.config, options)
		if err == nil {
			s.walked[root] = map[string]bool{}
			for _, file := range outcome.Walked {
				s.walked[root][file.Path] = true
			}
		}
		return outcome, err
	}
	var outcome *driver.Outcome
	if s.walked[root] == nil {
		var err error
		if outcome, err = run(serving); err != nil {
			return nil, options, err
		}
	}
	unsaved, err := t.unsaved(s.walked[root])
	if err != nil {
		return nil, options, err
	}
	if outcome != nil && len(unsaved) == 0 {
		return outcome, options, nil
	}
	options.Unsaved = unsaved
	outcome, err = run(ctx)
	return outcome, options, err
}

// unsaved gives the documents of the tree that are not on the disk as they are in the editor; nil for none. Files that
// are there and were not walked are none of the tree's.
func (t *tree) unsaved(walked map[string]bool) (map[string][]byte, error) {
	exclude, err := glob.ParseList(t.config.Exclude)
	if err != nil {
		return nil, err
	}
	var unsaved map[string][]byte
	for _, d := range t.documents {
		name, ok := d.below(t.config.Root)
		same, exists := d.saved()
		if !ok || same || !walked[name] && (exists || exclude.Covers(name)) {
			continue
		}
		if unsaved == nil {
			unsaved = map[string][]byte{}
		}
		unsaved[name] = d.content()
	}
	return unsaved, nil
}

var severities = map[finding.Severity]int{
	finding.Error: severityError, finding.Warning: severityWarning, finding.Note: severityInformation,
}

// diagnosticOf says what is found. What the baseline allows is a hint: nobody has to do anything about it today.
func diagnosticOf(f *finding.Finding, accepted bool, lines []string, encoding place.Encoding) diagnostic {
	severity := severities[f.Severity]
	text := []string{f.Message}
	if f.Label != "" {
		text = append(text, f.Label)
	}
	text = append(text, "help: "+f.Help)
	if accepted {
		severity = severityHint
		text = append(text, "the baseline allows it")
	}
	for i := range text {
		text[i] = glyph.Line(text[i])
	}
	return diagnostic{
		Range: spanOf(&f.Place, lines, encoding), Severity: severity, Code: f.Code, Source: "aiohub",
		Message: strings.Join(text, "\n"),
	}
}
