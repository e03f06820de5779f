// Package report writes findings in the formats that people and CI systems read. Every format is a function of the
// findings alone: no clock, no host name, so that two runs write the same bytes.
package report

import (
	"io"
	"slices"

	"aiohub/internal/output/finding"
)

// Report is all that a format may print.
type Report struct {
	Findings []finding.Finding    // in the order of finding.Compare
	Rules    []finding.Descriptor // of every code that could have been reported, sorted by code
	Version  string               // of the tool
	Colour   bool                 // for the full and the concise format
	Why      bool                 // a full report says how findings come about
	Group    string               // of a full or concise report: "file", "rule", or "" for none
}

var formats = map[string]func(io.Writer, *Report) error{
	"full":    full,
	"concise": concise,
	"json":    asJSON,
	"jsonl":   asJSONLines,
	"github":  github,
	"gitlab":  gitlab,
	"sarif":   sarif,
	"junit":   junit,
}

// Groups are the ways to group a report for people.
var Groups = []string{"file", "rule"}

// Formats are the names that Write takes, in the order in which they are shown.
var Formats = []string{"full", "concise", "json", "jsonl", "github", "gitlab", "sarif", "junit"}

// Known tells whether there is a format of this name.
func Known(format string) bool { return slices.Contains(Formats, format) }

// Write writes the report to w in a known format.
func Write(w io.Writer, format string, r *Report) error { return formats[format](w, r) }
