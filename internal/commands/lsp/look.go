package lsp

import (
	"context"
	"path/filepath"
	"strings"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/config"
	"aiohub/internal/files/glob"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/glyph"
	"aiohub/internal/output/place"
	"aiohub/internal/output/view"
	"aiohub/internal/rules/baseline"
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

// look runs the rules over a tree and gives what they find in its documents.
func (s *Server) look(ctx, serving context.Context, t *tree) (map[*document][]diagnostic, error) {
	configured, err := s.options.Configure(t.config)
	if err != nil {
		return nil, err
	}
	outcome, err := s.outcome(ctx, serving, t)
	if err != nil {
		return nil, err
	}
	found := outcome.Findings(configured)
	file, err := t.config.BaselineFile()
	if err != nil {
		return nil, err
	}
	allowed, _, err := baseline.Load(file, t.config.Baseline)
	if err != nil {
		s.complain(err) // the findings are there all the same
	}
	now := baseline.Count(found)
	at := map[string][]finding.Finding{}
	for _, f := range found {
		at[f.File] = append(at[f.File], f)
	}
	made := map[*document][]diagnostic{}
	for _, d := range t.documents {
		name, _ := d.below(t.config.Root)
		lines := d.lines()
		made[d] = []diagnostic{}
		for _, f := range at[view.Printable(name)] {
			accepted := now.Of(f.Code, f.File) <= allowed.Of(f.Code, f.File)
			made[d] = append(made[d], diagnosticOf(&f, accepted, lines, s.encoding))
		}
	}
	return made, nil
}

// outcome looks at a tree as it is in the editor. What is on the disk is looked at once before, to the end: all that follows builds on that.
func (s *Server) outcome(ctx, serving context.Context, t *tree) (*driver.Outcome, error) {
	root := t.config.Root
	options := driver.Options{Workers: s.options.Workers, NoCache: s.options.NoCache, Tool: s.options.Tool, Rules: s.options.Rules}
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
			return nil, err
		}
	}
	unsaved, err := t.unsaved(s.walked[root])
	if err != nil {
		return nil, err
	}
	if outcome != nil && len(unsaved) == 0 {
		return outcome, nil
	}
	options.Unsaved = unsaved
	return run(ctx)
}

// unsaved gives the documents of the tree that are not on the disk as they are in the editor; nil for none. Files that are there and were not
// walked are none of the tree's.
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
		Range: spanOf(&f.Place, lines, encoding), Severity: severity, Code: f.Code, Source: "aiohub", Message: strings.Join(text, "\n"),
	}
}
