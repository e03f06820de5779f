package inventory

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"aiohub/internal/output/glyph"
	"aiohub/internal/output/report"
	"aiohub/internal/program/scan"
)

// Statistics is an inventory in numbers. All lists begin with what there is most of.
type Statistics struct {
	Files    int     `json:"files"`           // Python files that were looked at
	Lines    int     `json:"lines,omitempty"` // of them; 0 if they are not all of the tree
	Kinds    []Count `json:"kinds"`
	Packages []Count `json:"packages"` // directories, down to the second below the root
}

// Count is how often something occurs, in the program and in its tests.
type Count struct {
	Name  string  `json:"name"`
	Code  int     `json:"code"`
	Tests int     `json:"tests"`
	Names []Count `json:"names,omitempty"` // of a kind: the names of eventlet
}

func (c *Count) add(test bool) {
	if test {
		c.Tests++
	} else {
		c.Code++
	}
}

// NewStatistics makes the statistics of records, whose files are named below the root. They are counted by the
// directories below one of it, "" for the root.
func NewStatistics(records []scan.Record, files, lines int, below string) *Statistics {
	s := &Statistics{Files: files, Lines: lines, Kinds: []Count{}, Packages: []Count{}}
	kinds, packages := map[scan.Kind]*Count{}, map[string]*Count{}
	names := map[scan.Kind]map[string]*Count{}
	for i := range records {
		r := &records[i]
		if kinds[r.Kind] == nil {
			kinds[r.Kind], names[r.Kind] = &Count{Name: string(r.Kind)}, map[string]*Count{}
		}
		kinds[r.Kind].add(r.Test)
		of(names[r.Kind], r.Canon).add(r.Test)
		of(packages, Directory(r.File, below)).add(r.Test)
	}
	for _, kind := range Kinds {
		if count := kinds[kind]; count != nil {
			count.Names = sorted(names[kind])
			s.Kinds = append(s.Kinds, *count)
		}
	}
	s.Packages = append(s.Packages, sorted(packages)...)
	return s
}

func of(counts map[string]*Count, name string) *Count {
	if counts[name] == nil {
		counts[name] = &Count{Name: name}
	}
	return counts[name]
}

func sorted(counts map[string]*Count) []Count {
	var list []Count
	for _, count := range counts {
		list = append(list, *count)
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Code+b.Tests, a.Code+a.Tests), strings.Compare(a.Name, b.Name))
	})
	return list
}

// Directory is that of a file, down to the second below another directory, "" for the root.
func Directory(file, below string) string {
	rest, inside := strings.CutPrefix(file, below+"/")
	if !inside {
		rest, below = file, ""
	}
	parts := strings.SplitN(path.Dir(rest), "/", 3)
	return path.Join(below, strings.Join(parts[:min(len(parts), 2)], "/"))
}

// JSON writes the statistics as JSON.
func (s *Statistics) JSON(w io.Writer, indent string) error { return report.Encode(w, s, indent) }

const (
	tableWidth       = 80
	shownDirectories = 12
)

// Text writes the statistics as a table for people, no wider than 80 characters.
func (s *Statistics) Text(w io.Writer) error {
	var b strings.Builder
	if len(s.Kinds) == 0 {
		fmt.Fprintf(&b, "no use of eventlet in %s\n", s.size())
		_, err := io.WriteString(w, b.String())
		return err
	}
	total := Count{Name: "total"}
	fmt.Fprintf(&b, "%-12s%6s%7s  %s\n", "kind", "code", "tests", "names")
	for _, kind := range s.Kinds {
		total.Code += kind.Code
		total.Tests += kind.Tests
		line := fmt.Sprintf("%-12s%6d%7d  ", kind.Name, kind.Code, kind.Tests)
		b.WriteString(strings.TrimRight(line+namesIn(kind.Names, tableWidth-utf8.RuneCountInString(line)), " ") + "\n")
	}
	fmt.Fprintf(&b, "%-12s%6d%7d  in %s\n\n", total.Name, total.Code, total.Tests, s.size())
	fmt.Fprintf(&b, "%-52s%6s%7s\n", "directory", "code", "tests")
	for i, directory := range s.Packages {
		if i == shownDirectories && len(s.Packages) > shownDirectories+1 {
			fmt.Fprintf(&b, "and %d more\n", len(s.Packages)-i)
			break
		}
		fmt.Fprintf(&b, "%-52s%6d%7d\n", cut(glyph.Line(directory.Name), 51), directory.Code, directory.Tests)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// namesIn lists as many names as fit, without what all have in common.
func namesIn(names []Count, width int) string {
	line := ""
	for i, name := range names {
		short := strings.TrimPrefix(glyph.Line(name.Name), "eventlet.")
		next := fmt.Sprintf("%s %d", short, name.Code+name.Tests)
		if line != "" {
			next = line + ", " + next
		}
		rest := ""
		if i+1 < len(names) {
			rest = fmt.Sprintf(", %d more", len(names)-i-1)
		}
		if utf8.RuneCountInString(next+rest) > width {
			if line == "" {
				return cut(short, width)
			}
			return fmt.Sprintf("%s, %d more", line, len(names)-i)
		}
		line = next
	}
	return line
}

func cut(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:width-1]) + "…"
}

// size says how much was looked at.
func (s *Statistics) size() string {
	number := func(n int, what string) string {
		if n == 1 {
			return "1 " + what
		}
		return fmt.Sprintf("%d %ss", n, what)
	}
	if s.Lines == 0 {
		return number(s.Files, "Python file")
	}
	return number(s.Files, "Python file") + ", " + number(s.Lines, "line")
}
