package driver

import (
	"fmt"
	"slices"
	"strings"

	"aiohub/internal/files/config"
	"aiohub/internal/files/glob"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
	"aiohub/internal/rules/rule"
)

// Configured is a configuration that is known to fit the rules.
type Configured struct {
	Rules   []*rule.Rule // all
	On      *rule.Selection
	Ignored *rule.Selection // what is off because somebody has said so
	PerFile []PerFile
	// Possible says that what is only possible is wanted too.
	Possible bool
	Target   string // see config.Config
}

// PerFile turns rules off in some files.
type PerFile struct {
	Files glob.List
	Off   *rule.Selection
}

// Configure checks what a configuration says about rules. key is the key at fault when there is an error.
func Configure(c *config.Config, rules []*rule.Rule) (configured *Configured, key string, err error) {
	ignored, err := rule.NewSelection(rules, c.Ignore, nil)
	if err != nil {
		return nil, "ignore", err
	}
	on, err := rule.NewSelection(rules, c.Select, c.Ignore)
	if err != nil {
		return nil, "select", err
	}
	configured = &Configured{Rules: rules, On: on, Ignored: ignored, Possible: c.Possible, Target: c.Target}
	patterns := make([]string, 0, len(c.PerFileIgnores))
	for pattern := range c.PerFileIgnores {
		patterns = append(patterns, pattern)
	}
	slices.Sort(patterns)
	for _, pattern := range patterns {
		off, err := rule.NewSelection(rules, c.PerFileIgnores[pattern], nil)
		if err != nil {
			return nil, "per-file-ignores." + pattern, err
		}
		files, err := glob.ParseList([]string{pattern})
		if err != nil {
			return nil, "per-file-ignores." + pattern, err
		}
		configured.PerFile = append(configured.PerFile, PerFile{files, off})
	}
	return configured, "", nil
}

// Runs tells whether a rule runs.
func (c *Configured) Runs(r *rule.Rule) bool { return c.On.On(r) && r.For(c.Target) }

// Active tells whether a rule is on for a file.
func (c *Configured) Active(r *rule.Rule, file string) bool {
	if !c.Runs(r) {
		return false
	}
	for _, per := range c.PerFile {
		if per.Off.On(r) && per.Files.Covers(file) {
			return false
		}
	}
	return true
}

// Blind finds what could not be scanned and is not said in a finding either, because it came and went, or the rules
// that were chosen leave out the one about such files. To ignore that rule is a choice. accepted tells what somebody
// has taken note of before.
func (o *Outcome) Blind(c *Configured, accepted func(code, file string) bool) []fault.Problem {
	r := rule.Find(c.Rules, rule.Unparsable)
	var blind []fault.Problem
	for _, problem := range o.Unread() {
		switch {
		case problem.Extent == fault.Moved, !c.On.On(r) && !c.Ignored.On(r) && !accepted(r.Code, problem.File):
			blind = append(blind, problem)
		}
	}
	return blind
}

// Hidden lists what could not be scanned at all, and of which nobody has said that it does not matter.
func (o *Outcome) Hidden(c *Configured, accepted func(code, file string) bool) []fault.Problem {
	r := rule.Find(c.Rules, rule.Unparsable)
	if c.Ignored.On(r) {
		return nil
	}
	return slices.DeleteFunc(o.Unread(), func(p fault.Problem) bool { return accepted(r.Code, p.File) })
}

// Unread lists what could not be scanned at all.
func (o *Outcome) Unread() []fault.Problem {
	return slices.DeleteFunc(slices.Clone(o.Problems), func(p fault.Problem) bool { return p.Extent == fault.Part })
}

// Unseen tells of which files nothing is known, so that what was counted in them before stands: those that could not be
// read, and those below a directory that could not.
func (o *Outcome) Unseen() func(file string) bool {
	unread := map[string]bool{}
	for _, problem := range o.Unread() {
		unread[problem.File] = true
	}
	return func(file string) bool {
		if len(unread) == 0 {
			return false
		}
		for i := range len(file) {
			if file[i] == '/' && unread[file[:i]] {
				return true
			}
		}
		return unread[file]
	}
}

// Findings applies the configuration and the directives in the files.
func (o *Outcome) Findings(c *Configured) []finding.Finding {
	used := make([][]bool, len(o.Directives))
	at := map[string][]int{} // directives by file
	for i, comment := range o.Directives {
		used[i] = make([]bool, len(comment.Directive.Codes))
		at[comment.Place.File] = append(at[comment.Place.File], i)
	}
	byCode := map[string]*rule.Rule{}
	for _, r := range c.Rules {
		byCode[r.Code] = r
	}
	var kept []finding.Finding
	for _, f := range o.Raw {
		if !c.Active(byCode[f.Code], f.File) {
			continue
		}
		taken := false
		for _, i := range at[f.File] {
			d := &o.Directives[i].Directive
			if d.Fault != "" || !d.File && (d.Target < f.Line || d.Target > f.EndLine) {
				continue
			}
			for j, code := range d.Codes {
				if strings.EqualFold(code.Text, f.Code) || code.Text == f.Name {
					used[i][j] = true
					taken = true
				}
			}
		}
		if !taken && (c.Possible || !f.Possible) {
			kept = append(kept, f)
		}
	}
	kept = append(kept, o.directiveFindings(c, used)...)
	slices.SortFunc(kept, finding.Compare)
	return kept
}

// ran tells whether all that a rule checks was checked in this run.
func (o *Outcome) ran(r *rule.Rule) bool {
	return (r.Check != nil || r.CheckGraph != nil) && (r.CheckGraph == nil || o.graphed)
}

// directiveFindings reports directives that are wrong, and those that take nothing back. A directive for a rule that is
// not on is not unused: somebody may turn the rule on again.
func (o *Outcome) directiveFindings(c *Configured, used [][]bool) []finding.Finding {
	malformed, unused := rule.Find(c.Rules, rule.MalformedIgnore), rule.Find(c.Rules, rule.UnusedIgnore)
	var found []finding.Finding
	report := func(r *rule.Rule, at place.Place, message string) {
		if r != nil && c.Active(r, at.File) {
			found = append(found, finding.Finding{
				Place: at, Code: r.Code, Name: r.Name, Severity: r.Severity, Safety: finding.Manual, Help: r.Help, Message: message,
			})
		}
	}
	for i, comment := range o.Directives {
		if comment.Directive.Fault != "" {
			what := "this aiohub comment "
			if comment.Directive.Miss {
				what = "this comment "
			}
			report(malformed, comment.Place, what+comment.Directive.Fault)
			continue
		}
		for j, code := range comment.Directive.Codes {
			r := rule.Find(c.Rules, code.Text)
			switch {
			case r == nil:
				message := fmt.Sprintf("there is no rule %q", code.Text)
				if meant := rule.Nearest(c.Rules, code.Text); meant != "" {
					message += fmt.Sprintf(", did you mean %q?", meant)
				}
				report(malformed, comment.Codes[j], message)
			case !used[i][j] && c.Active(r, comment.Place.File) && o.ran(r):
				report(unused, comment.Codes[j], fmt.Sprintf("nothing here for %s to be ignored", code.Text))
			}
		}
	}
	return found
}
