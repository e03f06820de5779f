// Package inventory prints the records of a scan: as JSON in the record's own fields, in other formats as notes.
package inventory

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/output/report"
	"aiohub/internal/program/scan"
)

// record is a scan.Record as JSON. The first fields are always there, in this order; docs/tool.md says what each means.
type record struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	EndLine  int      `json:"end_line"`
	EndCol   int      `json:"end_column"`
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Kind     string   `json:"kind"`
	Name     string   `json:"name"`
	Canon    string   `json:"canon"`
	Ctx      string   `json:"ctx"`
	Test     bool     `json:"test"`
	Via      *string  `json:"via"`
	Maybe    bool     `json:"maybe"`
	Func     string   `json:"func"`
	Code     string   `json:"code"`
	Asname   string   `json:"asname,omitempty"`
	Form     string   `json:"form,omitempty"`
	Switches bool     `json:"switches,omitempty"`
	Entries  []string `json:"entries,omitempty"`
}

func newRecord(r *scan.Record) record {
	out := record{
		File: r.File, Line: r.Line, Column: r.Column, EndLine: r.EndLine, EndCol: r.EndColumn, Start: r.Start, End: r.End,
		Kind: string(r.Kind), Name: r.Name, Canon: r.Canon, Ctx: string(r.Ctx),
		Test: r.Test, Maybe: r.Maybe, Func: r.Func, Code: r.Code(), Asname: r.Asname, Form: r.Form, Switches: r.Switches,
		Entries: r.Entries,
	}
	if r.Via != "" {
		out.Via = &r.Via
	}
	return out
}

// JSONLines writes one record a line.
func JSONLines(w io.Writer, records []scan.Record) error {
	out := bufio.NewWriter(w)
	for i := range records {
		if err := report.Encode(out, newRecord(&records[i]), ""); err != nil {
			return err
		}
	}
	return out.Flush()
}

// JSON writes all records as one array.
func JSON(w io.Writer, records []scan.Record) error {
	list := make([]record, 0, len(records))
	for i := range records {
		list = append(list, newRecord(&records[i]))
	}
	return report.Encode(w, list, "  ")
}

// Kinds are all kinds, in the order in which a summary counts them.
var Kinds = []scan.Kind{
	scan.Import, scan.Use, scan.Method, scan.Face, scan.Patch, scan.String, scan.Env, scan.Requirement, scan.Option,
	scan.Library, scan.Implicit,
}

var titles = map[scan.Kind]string{
	scan.Import: "import of eventlet", scan.Use: "use of an eventlet name", scan.Method: "method of an eventlet object",
	scan.Face:  "face between green threads and coroutines",
	scan.Patch: "eventlet attribute named by a string", scan.String: "string that names eventlet",
	scan.Option: "option that chooses eventlet", scan.Library: "name of another library that chooses eventlet",
	scan.Env: "environment variable of eventlet", scan.Requirement: "requirement of eventlet or aiohub",
	scan.Implicit: "call that is green because of monkey_patch",
}

// Descriptors describe the kinds, sorted by code, for formats that want to know.
func Descriptors() []finding.Descriptor {
	var list []finding.Descriptor
	for _, kind := range Kinds {
		title := titles[kind]
		list = append(list, finding.Descriptor{
			Code: string(kind), Name: string(kind), Title: title, Severity: finding.Note, What: title, Help: "see docs/tool.md",
		})
	}
	slices.SortFunc(list, func(a, b finding.Descriptor) int { return strings.Compare(a.Code, b.Code) })
	return list
}

// Findings turns records into notes.
func Findings(records []scan.Record) []finding.Finding {
	list := make([]finding.Finding, 0, len(records))
	for i := range records {
		r := &records[i]
		list = append(list, finding.Finding{
			Place: r.Place, Code: string(r.Kind), Name: string(r.Kind), Severity: finding.Note, Message: describe(r),
		})
	}
	return list
}

func describe(r *scan.Record) string {
	var b strings.Builder
	b.WriteString(r.Canon)
	if r.Name != r.Canon {
		fmt.Fprintf(&b, " as %s", r.Name)
	}
	fmt.Fprintf(&b, " (%s", r.Ctx)
	if r.Via != "" {
		fmt.Fprintf(&b, ", via %s", r.Via)
	}
	if r.Maybe {
		b.WriteString(", maybe")
	}
	if r.Test {
		b.WriteString(", test")
	}
	b.WriteString(")")
	if r.Func != "" {
		fmt.Fprintf(&b, " in %s", r.Func)
	}
	return b.String()
}

// Summary counts records by kind, code and tests apart.
func Summary(records []scan.Record) string {
	code, tests := map[scan.Kind]int{}, map[scan.Kind]int{}
	for i := range records {
		if records[i].Test {
			tests[records[i].Kind]++
		} else {
			code[records[i].Kind]++
		}
	}
	var parts []string
	for _, kind := range Kinds {
		if code[kind]+tests[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d/%d", kind, code[kind], tests[kind]))
		}
	}
	if len(parts) == 0 {
		return "no use of eventlet"
	}
	return strings.Join(parts, ", ") + " (code/tests)"
}
