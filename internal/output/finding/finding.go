// Package finding is what the tool reports: one place in one file, what is wrong there, and the way out.
//
// Findings are plain values. They live as long as a run, are kept in the cache between runs, and know nothing of the
// rule that made them beyond its code, so that whoever prints them needs no rules.
package finding

import (
	"cmp"
	"strings"

	"aiohub/internal/output/place"
)

// Severity is how much a finding weighs.
type Severity string

const (
	Error   Severity = "error"   // does not work today, or is bound to go wrong in the move
	Warning Severity = "warning" // has to change on the way to asyncio
	Note    Severity = "note"    // worth knowing
)

// Safety says what a rewrite of the place may do to behaviour.
type Safety string

const (
	Safe   Safety = "safe"   // same behaviour
	Unsafe Safety = "unsafe" // behaviour differs in a way the rule names
	Manual Safety = "manual" // a person has to do it
)

// Finding is what is said about one place.
type Finding struct {
	place.Place
	Code     string // AH101
	Name     string // green-yield
	Severity Severity
	Message  string // what is wrong, one line
	Label    string // stands under the code: why it matters, or ""
	Help     string // the way out, one line
	Safety   Safety
	Stage    int    // of aiohub port, which makes the rewrite; 0 if it makes none
	Why      string // how it comes about, a line for each step; may be empty
	Possible bool   // it depends on what the tool does not know; otherwise it is certain
}

// Descriptor is what formats print about a code once, at the top or at the end.
type Descriptor struct {
	Code, Name, Title string
	Severity          Severity
	What              string // one paragraph
	Help              string // one line
	Markdown          string // the whole page
}

// Compare is the order of all output.
func Compare(a, b Finding) int {
	return cmp.Or(
		place.Compare(a.Place, b.Place),
		strings.Compare(a.Code, b.Code),
		strings.Compare(a.Message, b.Message),
	)
}

// Same tells whether two findings are one: both checks of a rule have come to the same place.
func Same(a, b Finding) bool { return a.Place == b.Place && a.Code == b.Code && a.Message == b.Message }
