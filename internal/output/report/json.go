package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"aiohub/internal/output/finding"
	"aiohub/internal/output/glyph"
)

// entry is a finding as JSON.
type entry struct {
	Code      string `json:"code"`
	Name      string `json:"name"`
	Severity  string `json:"severity"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Message   string `json:"message"`
	Help      string `json:"help"`
	Fix       string `json:"fix"`
	Stage     int    `json:"stage,omitempty"`
	Source    string `json:"source"`
	Possible  bool   `json:"possible,omitempty"`
	Why       string `json:"why,omitempty"`
}

func newEntry(f *finding.Finding) entry {
	return entry{
		Code: f.Code, Name: f.Name, Severity: string(f.Severity), File: f.File,
		Line: f.Line, Column: f.Column, EndLine: f.EndLine, EndColumn: f.EndColumn,
		Start: f.Start, End: f.End, Message: f.Message, Help: f.Help, Fix: string(f.Safety), Stage: f.Stage, Source: f.Text,
		Possible: f.Possible, Why: f.Why,
	}
}

func asJSON(w io.Writer, r *Report) error {
	entries := make([]entry, 0, len(r.Findings))
	for i := range r.Findings {
		entries = append(entries, newEntry(&r.Findings[i]))
	}
	return indented(w, entries)
}

func asJSONLines(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	for i := range r.Findings {
		if err := Encode(out, newEntry(&r.Findings[i]), ""); err != nil {
			return err
		}
	}
	return out.Flush()
}

func indented(w io.Writer, value any) error { return Encode(w, value, "  ") }

// Encode writes a value as JSON and a line end, indented or on one line, in characters that can be shown.
func Encode(w io.Writer, value any, indent string) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(glyph.JSON(b.Bytes()))
	return err
}
