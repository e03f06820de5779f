// Package series makes patches for review of what port makes of a tree.
//
// A Patch is data: what changes, and what its message says. Moves divides the result of stage 1, whose files do not
// depend on each other, and Component describes a step of stage 2. A Folder is where patches lie on the disk; it
// remembers which of them are its own.
package series

import (
	"fmt"
	"strings"

	"aiohub/internal/language/edit"
	"aiohub/internal/program/port"
)

// Limits are how large a patch may be for a reviewer to read it, as far as what belongs together allows.
type Limits struct {
	Files int
	Lines int // that go or come, as the diff has them
}

// Patch is a commit to be.
type Patch struct {
	Key     string   // says whether two patches are the same one of two runs
	Subject string   // of at most 50 characters
	Why     []string // paragraphs
	Async   []string // functions that become coroutines, each with its reason
	Left    string   // what the step does not do, or ""
	Proved  []Proof
	Look    []string // what a reviewer is to look at, with its place
	Tests   []string // files of tests that change with the code
	Files   []port.File
}

// Proof is a rule that the patch follows, in so many places.
type Proof struct {
	Rule   *port.Rule
	Places int
}

// Lines counts the lines that go or come with files.
func Lines(files []port.File) int {
	lines := 0
	for i := range files {
		lines += changed(&files[i])
	}
	return lines
}

func changed(f *port.File) int {
	lines := 0
	for line := range strings.Lines(edit.Diff(f.Path, f.Before, f.After)) {
		switch {
		case strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "--- "):
		case line[0] == '+', line[0] == '-':
			lines++
		}
	}
	return lines
}

// Fit tells whether files are few enough for one patch.
func (l Limits) Fit(files []port.File) bool { return len(files) <= l.Files && Lines(files) <= l.Lines }

// about enters the places of the patch's files.
func (p *Patch) about(result *port.Result, what func(*port.Place) bool) {
	own := map[string]bool{}
	for _, f := range p.Files {
		own[f.Path] = true
	}
	at := map[*port.Rule]int{}
	for i := range result.Places {
		place := &result.Places[i]
		if !own[place.File] || place.IsManual() || result.Open(place.Rule) || !what(place) {
			continue
		}
		if _, ok := at[place.Rule]; !ok {
			at[place.Rule] = len(p.Proved)
			p.Proved = append(p.Proved, Proof{Rule: place.Rule})
		}
		p.Proved[at[place.Rule]].Places++
	}
}

// where names a place.
func where(place *port.Place, what string) string {
	return fmt.Sprintf("%s:%d: %s", place.File, place.Line, what)
}
