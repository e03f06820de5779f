package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"aiohub/internal/files/fence"
	"aiohub/internal/files/gitrepo"
	"aiohub/internal/output/glyph"
	"aiohub/internal/output/report"
	"aiohub/internal/program/inventory"
	"aiohub/internal/rules/baseline"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

// standing is where a tree stands: what there is, what the baseline allows, and how that has come about.
type standing struct {
	Rules       []level `json:"rules"`
	Directories []level `json:"directories"` // down to the second below what was asked for
	Trend       []point `json:"trend"`       // what the baseline allowed, at each commit that changed it, oldest first
}

// level is a count beside what the baseline allows.
type level struct {
	Name    string `json:"name"`
	Now     int    `json:"now"`
	Allowed int    `json:"allowed"`
}

// point is a baseline of the past.
type point struct {
	Date    string `json:"date"`
	Commit  string `json:"commit"`
	Allowed int    `json:"allowed"`
}

// shownPoints is how many commits the trend shows to people.
const shownPoints = 12

func newStanding(now, allowed baseline.Counts, below string) *standing {
	s := &standing{Rules: []level{}, Directories: []level{}, Trend: []point{}}
	directories := map[string]*level{}
	for _, r := range all.Rules() {
		if now.Total(r.Code)+allowed.Total(r.Code) > 0 {
			s.Rules = append(s.Rules, level{r.Code + " " + r.Name, now.Total(r.Code), allowed.Total(r.Code)})
		}
		for counts, add := range map[*baseline.Counts]func(*level, int){
			&now: func(l *level, n int) { l.Now += n }, &allowed: func(l *level, n int) { l.Allowed += n },
		} {
			for file, n := range (*counts)[r.Code] {
				directory := inventory.Directory(file, below)
				if directories[directory] == nil {
					directories[directory] = &level{Name: directory}
				}
				add(directories[directory], n)
			}
		}
	}
	for _, directory := range directories {
		s.Directories = append(s.Directories, *directory)
	}
	slices.SortFunc(s.Directories,
		func(a, b level) int { return cmp.Or(cmp.Compare(b.Now, a.Now), strings.Compare(a.Name, b.Name)) })
	return s
}

// addTrend adds the past. A repository that git cannot read is no reason to say nothing of the present.
func (a *App) addTrend(ctx context.Context, j *job, s *standing) error {
	points, err := trend(ctx, j)
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		a.tell(j.globals, "warning: no trend: %v", err)
	default:
		s.Trend = points
	}
	return nil
}

// trend reads the baselines of the past, as far as the rules and files go that were asked for.
func trend(ctx context.Context, j *job) ([]point, error) {
	points := []point{}
	if _, err := fence.Within(j.Config.Root, j.Config.Baseline); err != nil {
		return points, nil // the user has named one elsewhere
	}
	versions, err := gitrepo.Versions(ctx, j.Config.Root, j.Config.Baseline)
	if errors.Is(err, gitrepo.ErrNone) {
		return points, nil
	}
	if err != nil {
		return nil, err
	}
	for _, version := range versions {
		counts, err := baseline.Parse(version.Content, "")
		if err != nil {
			continue // deleted, or in the middle of a merge
		}
		sum := 0
		for code, files := range counts {
			for file, n := range files {
				if j.wanted(file) && rule.Find(all.Rules(), code) != nil {
					sum += n
				}
			}
		}
		points = append(points, point{version.Date, version.Commit, sum})
	}
	return points, nil
}

// write writes the standing in a format: as JSON, or for people as tables no wider than 80 characters.
func (s *standing) write(w io.Writer, format string) error {
	switch format {
	case "json":
		return report.Encode(w, s, "  ")
	case "jsonl":
		return report.Encode(w, s, "")
	}
	var b strings.Builder
	table := func(what string, levels []level) {
		fmt.Fprintf(&b, "%-52s%8s%10s\n", what, "now", "allowed")
		for _, l := range levels {
			name := glyph.Line(l.Name)
			if utf8.RuneCountInString(name) > 51 {
				name = string([]rune(name)[:50]) + "…"
			}
			fmt.Fprintf(&b, "%-52s%8d%10d\n", name, l.Now, l.Allowed)
		}
	}
	table("rule", append(slices.Clone(s.Rules), s.total()))
	b.WriteByte('\n')
	table("directory", s.Directories)
	if len(s.Trend) > 0 {
		fmt.Fprintf(&b, "\n%-12s%-40s%10s\n", "since", "commit", "allowed")
		for _, p := range s.Trend[max(0, len(s.Trend)-shownPoints):] {
			fmt.Fprintf(&b, "%-12s%-40s%10d\n", p.Date, p.Commit, p.Allowed)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *standing) total() level {
	total := level{Name: "total"}
	for _, l := range s.Rules {
		total.Now += l.Now
		total.Allowed += l.Allowed
	}
	return total
}
