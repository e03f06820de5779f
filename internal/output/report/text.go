package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"aiohub/internal/output/finding"
	"aiohub/internal/output/glyph"
)

// sgr wraps text in a colour, given as the parameters of the terminal's "select graphic rendition".
func sgr(on bool, parameters, text string) string {
	if !on || text == "" {
		return text
	}
	return "\x1b[" + parameters + "m" + text + "\x1b[0m"
}

const (
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	yellow = "1;33"
	blue   = "1;34"
	cyan   = "36"
)

func colourOf(severity finding.Severity) string {
	switch severity {
	case finding.Error:
		return red
	case finding.Warning:
		return yellow
	}
	return blue
}

func head(r *Report, f *finding.Finding) string {
	where := fmt.Sprintf("%s:%d:%d:", lineStart(f.File), f.Line, f.Column)
	return fmt.Sprintf("%s %s %s", sgr(r.Colour, bold, where), sgr(r.Colour, colourOf(f.Severity), f.Code),
		glyph.Line(f.Message))
}

// lineStart is a path at the start of a line, where a log takes two colons for the start of a command.
func lineStart(file string) string {
	if strings.HasPrefix(file, ":") {
		file = "./" + file
	}
	return glyph.Line(file)
}

func concise(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	grouped(out, r, func(f *finding.Finding, head string) { fmt.Fprintln(out, head) })
	return out.Flush()
}

func full(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	grouped(out, r, func(f *finding.Finding, head string) {
		fmt.Fprintln(out, head)
		frame(out, r, f)
		if f.Help != "" {
			fmt.Fprintf(out, "    %s %s%s\n", sgr(r.Colour, cyan, "help:"), glyph.Line(f.Help), fixNote(f))
		}
		if r.Why && f.Why != "" {
			for line := range strings.SplitSeq(f.Why, "\n") {
				fmt.Fprintf(out, "    %s %s\n", sgr(r.Colour, cyan, "why:"), glyph.Line(line))
			}
		}
		fmt.Fprintln(out)
	})
	return out.Flush()
}

// grouped calls write for each finding, with its first line. In a group, under a line that says what its findings have
// in common and how many there are, the lines leave that out.
func grouped(out io.Writer, r *Report, write func(f *finding.Finding, head string)) {
	key := func(f *finding.Finding) string { return f.File }
	switch r.Group {
	case "":
		for i := range r.Findings {
			write(&r.Findings[i], head(r, &r.Findings[i]))
		}
		return
	case "rule":
		key = func(f *finding.Finding) string {
			if f.Code == f.Name {
				return f.Code
			}
			return f.Code + " " + f.Name
		}
	}
	var keys []string
	groups := map[string][]*finding.Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if groups[key(f)] == nil {
			keys = append(keys, key(f))
		}
		groups[key(f)] = append(groups[key(f)], f)
	}
	if r.Group == "rule" {
		slices.Sort(keys)
	}
	for _, k := range keys {
		fmt.Fprintf(out, "%s %d\n", sgr(r.Colour, bold, lineStart(k)+":"), len(groups[k]))
		for _, f := range groups[k] {
			at := fmt.Sprintf("%d:%d:", f.Line, f.Column)
			if r.Group == "rule" {
				write(f, fmt.Sprintf("  %s %s", sgr(r.Colour, bold, lineStart(f.File)+":"+at), glyph.Line(f.Message)))
			} else {
				write(f, fmt.Sprintf("  %s %s %s", sgr(r.Colour, bold, at), sgr(r.Colour, colourOf(f.Severity), f.Code),
					glyph.Line(f.Message)))
			}
		}
	}
}

// fixNote says what rewrites the place, and when: the plan decides which step of stage 2 a function belongs to.
func fixNote(f *finding.Finding) string {
	switch {
	case f.Stage == 0:
		return ""
	case f.Stage == stageOfSteps:
		return fmt.Sprintf("   [%s fix in its step of stage %d]", f.Safety, f.Stage)
	}
	return fmt.Sprintf("   [%s fix: stage %d]", f.Safety, f.Stage)
}

const stageOfSteps = 2

// maxFrame is how many cells of a source line are shown; a generated line may have megabytes.
const maxFrame = 160

// frame shows the source line with carets under the finding's first line.
func frame(out *bufio.Writer, r *Report, f *finding.Finding) {
	if f.Text == "" {
		return
	}
	shown := f.Place
	shown.Text = glyph.Break(f.Text)
	before, marked, after := shown.Split()
	if marked == "" && f.EndColumn > f.Column {
		return // it stands behind what is kept of a very long line
	}
	before = expand(before, 0)
	marked = expand(marked, glyph.Width(before))
	after = expand(after, glyph.Width(before)+glyph.Width(marked))
	if over := glyph.Width(before) + glyph.Width(marked) - maxFrame; over > 0 {
		// Keep the place visible: drop what stands left of it first.
		if before != "" {
			before = glyph.CutStart(before, over)
		}
		marked = glyph.Cut(marked, maxFrame)
	}
	after = glyph.Cut(after, max(maxFrame-glyph.Width(before)-glyph.Width(marked), 0))
	number := strconv.Itoa(f.Line)
	gutter := strings.Repeat(" ", max(len(number), 3))
	line := strings.TrimRight(before+marked+after, " ")
	fmt.Fprintf(out, "    %*s %s %s\n", len(gutter), sgr(r.Colour, dim, number), sgr(r.Colour, dim, "|"), line)
	carets := strings.Repeat("^", max(glyph.Width(strings.TrimRight(marked, " ")), 1))
	label := ""
	if f.Label != "" {
		label = " " + glyph.Line(f.Label)
	}
	fmt.Fprintf(out, "    %s %s %s%s\n", gutter, sgr(r.Colour, dim, "|"), strings.Repeat(" ", glyph.Width(before)),
		sgr(r.Colour, colourOf(f.Severity), carets+label))
}

// expand makes text fit for a terminal cell by cell: tabs become spaces up to the next multiple of eight, and what
// cannot be shown a visible mark, so that a file cannot steer the terminal.
func expand(s string, at int) string {
	var b strings.Builder
	for _, char := range s {
		switch {
		case char == '\t':
			spaces := 8 - at%8
			b.WriteString(strings.Repeat(" ", spaces))
			at += spaces
			continue
		case !glyph.Shown(char):
			char = glyph.Mark
		}
		b.WriteRune(char)
		at += glyph.RuneWidth(char)
	}
	return b.String()
}
