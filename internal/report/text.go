package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"aiohub/internal/finding"
	"aiohub/internal/glyph"
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
	place := fmt.Sprintf("%s:%d:%d:", place(f.File), f.Line, column(f.Source, f.Col)+1)
	return fmt.Sprintf("%s %s %s", sgr(r.Colour, bold, place), sgr(r.Colour, colourOf(f.Severity), f.Code), glyph.Line(f.Message))
}

// place is a path at the start of a line, where a log takes two colons for the start of a command.
func place(file string) string {
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
			fmt.Fprintf(out, "    %s %s%s\n", sgr(r.Colour, cyan, "help:"), glyph.Line(f.Help), fixNote(f.Safety))
		}
		fmt.Fprintln(out)
	})
	return out.Flush()
}

// grouped calls write for each finding, with its first line. In a group, under a line that says what its findings have in common and how
// many there are, the lines leave that out.
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
		fmt.Fprintf(out, "%s %d\n", sgr(r.Colour, bold, place(k)+":"), len(groups[k]))
		for _, f := range groups[k] {
			at := fmt.Sprintf("%d:%d:", f.Line, column(f.Source, f.Col)+1)
			if r.Group == "rule" {
				write(f, fmt.Sprintf("  %s %s", sgr(r.Colour, bold, place(f.File)+":"+at), glyph.Line(f.Message)))
			} else {
				write(f, fmt.Sprintf("  %s %s %s", sgr(r.Colour, bold, at), sgr(r.Colour, colourOf(f.Severity), f.Code), glyph.Line(f.Message)))
			}
		}
	}
}

func fixNote(safety finding.Safety) string {
	switch safety {
	case finding.Safe:
		return "   [safe fix]"
	case finding.Unsafe:
		return "   [unsafe fix]"
	}
	return ""
}

// maxFrame is how many characters of a source line are shown; a generated line may have megabytes.
const maxFrame = 160

// frame shows the source line with carets under the finding's first line.
func frame(out *bufio.Writer, r *Report, f *finding.Finding) {
	if f.Source == "" {
		return
	}
	source := glyph.Break(f.Source)
	start := min(f.Col, len(source))
	end := len(source)
	if f.EndLine == f.Line {
		end = min(max(f.EndCol, start), len(source))
	}
	before, marked, after := expand(source[:start], 0), "", ""
	marked = expand(source[start:end], width(before))
	after = expand(source[end:], width(before)+width(marked))
	if over := width(before) + width(marked) - maxFrame; over > 0 {
		// Keep the place visible: drop what stands left of it first.
		drop := min(over, width(before))
		before = "…" + string([]rune(before)[drop:])
		marked = cut(marked, maxFrame)
	}
	after = cut(after, max(maxFrame-width(before)-width(marked), 0))
	number := strconv.Itoa(f.Line)
	gutter := strings.Repeat(" ", max(len(number), 3))
	line := strings.TrimRight(before+marked+after, " ")
	fmt.Fprintf(out, "    %*s %s %s\n", len(gutter), sgr(r.Colour, dim, number), sgr(r.Colour, dim, "|"), line)
	carets := strings.Repeat("^", max(width(strings.TrimRight(marked, " ")), 1))
	label := ""
	if f.Label != "" {
		label = " " + glyph.Line(f.Label)
	}
	fmt.Fprintf(out, "    %s %s %s%s\n", gutter, sgr(r.Colour, dim, "|"), strings.Repeat(" ", width(before)), sgr(r.Colour, colourOf(f.Severity), carets+label))
}

func cut(s string, limit int) string {
	if width(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}

// expand makes text fit for a terminal cell by cell: tabs become spaces up to the next multiple of eight, and what cannot be shown a
// visible mark, so that a file cannot steer the terminal.
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
		at++
	}
	return b.String()
}

// width counts characters, which is a cell each but for wide scripts and combining marks: good enough for carets.
func width(s string) int { return utf8.RuneCountInString(s) }

// column turns a byte column of a line into one in characters.
func column(line string, col int) int { return utf8.RuneCountInString(line[:min(col, len(line))]) }
