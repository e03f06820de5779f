package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/output/glyph"
)

var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// github writes workflow commands, which GitHub shows as annotations in the diff.
func github(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	for i := range r.Findings {
		f := &r.Findings[i]
		command := "error"
		switch f.Severity {
		case finding.Warning:
			command = "warning"
		case finding.Note:
			command = "notice"
		}
		message := f.Message
		if f.Help != "" {
			message += "\nhelp: " + f.Help
		}
		fmt.Fprintf(out, "::%s file=%s,line=%d,", command, githubProperty.Replace(glyph.Line(f.File)), f.Line)
		if f.EndLine == f.Line {
			// GitHub takes columns only when both lines are the same.
			fmt.Fprintf(out, "endLine=%d,col=%d,endColumn=%d,", f.EndLine, f.Column, f.EndColumn)
		} else {
			fmt.Fprintf(out, "endLine=%d,", f.EndLine)
		}
		fmt.Fprintf(out, "title=%s::%s\n", githubProperty.Replace(f.Code+" "+f.Name),
			githubData.Replace(glyph.Lines(message)))
	}
	return out.Flush()
}
