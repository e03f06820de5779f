package driver

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"

	"aiohub/internal/directive"
	"aiohub/internal/finding"
	"aiohub/internal/knowledge"
	"aiohub/internal/rule"
	"aiohub/internal/scan"
	"aiohub/internal/view"
	"aiohub/internal/walk"
)

// Comment is a directive with its place.
type Comment struct {
	Directive directive.Directive
	Place     finding.Finding   // of the whole comment
	Codes     []finding.Finding // places of Directive.Codes
}

// assess runs all rules over the files that have records or directives, and makes findings of what could not be scanned, unreadable
// directories among it.
func assess(result *scan.Result, files []walk.File, unreadable []scan.Problem, options Options) *Outcome {
	outcome := &Outcome{
		Records: result.Records, Entries: result.Entries, Problems: append(result.Problems, unreadable...),
		Files: result.Files, Lines: result.Lines, Bytes: result.Bytes, Sources: make([]string, len(result.Records)),
	}
	slices.SortStableFunc(outcome.Problems, func(a, b scan.Problem) int { return strings.Compare(a.File, b.File) })
	type part struct {
		findings []finding.Finding
		comments []Comment
	}
	parts := make([]part, len(result.Units))
	var workers sync.WaitGroup
	next := make(chan int)
	for range max(options.Workers, 1) {
		workers.Go(func() {
			for i := range next {
				unit := &result.Units[i]
				from, to := recordsOf(result.Records, unit.Path)
				pass := rule.NewPass(unit.Path, unit.Src, unit.Tree, result.Records[from:to])
				for j := from; j < to; j++ {
					r := &result.Records[j]
					outcome.Sources[j] = rule.Locate(unit.Path, unit.Src, pass.Lines(), r.Start, r.End).Source
				}
				parts[i] = part{pass.Run(options.Rules), comments(unit, pass.Lines())}
			}
		})
	}
	for i := range result.Units {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, p := range parts {
		outcome.Raw = append(outcome.Raw, p.findings...)
		outcome.Directives = append(outcome.Directives, p.comments...)
	}
	if unparsable := rule.Find(options.Rules, rule.Unparsable); unparsable != nil {
		for _, problem := range outcome.Problems {
			if problem.Extent != scan.Moved {
				outcome.Raw = append(outcome.Raw, unparsableFinding(unparsable, problem))
			}
		}
	}
	if own := rule.Find(options.Rules, rule.OwnEventlet); own != nil {
		for _, file := range ownEventlet(files) {
			f := unparsableFinding(own, scan.Problem{File: file, Message: "the tree has an eventlet of its own: imports that lead here are no uses of eventlet"})
			outcome.Raw = append(outcome.Raw, f)
		}
	}
	slices.SortFunc(outcome.Raw, finding.Compare)
	outcome.makeNamesPrintable()
	return outcome
}

// makeNamesPrintable gives files whose names are no UTF-8 names that are, and that differ: from here on they only name places, in JSON
// and in the baseline too.
func (o *Outcome) makeNamesPrintable() {
	fix := func(name *string) { *name = view.Printable(*name) }
	for i := range o.Records {
		fix(&o.Records[i].File)
		for j := range o.Records[i].Entries {
			fix(&o.Records[i].Entries[j])
		}
	}
	for i := range o.Entries {
		fix(&o.Entries[i].File)
	}
	for i := range o.Raw {
		fix(&o.Raw[i].File)
	}
	for i := range o.Problems {
		fix(&o.Problems[i].File)
	}
	for i := range o.Directives {
		fix(&o.Directives[i].Place.File)
		for j := range o.Directives[i].Codes {
			fix(&o.Directives[i].Codes[j].File)
		}
	}
}

func recordsOf(records []scan.Record, file string) (from, to int) {
	from, _ = slices.BinarySearchFunc(records, file, func(r scan.Record, file string) int { return strings.Compare(r.File, file) })
	for to = from; to < len(records) && records[to].File == file; to++ {
	}
	return from, to
}

// ownEventlet finds modules that are called eventlet and are in no package.
func ownEventlet(files []walk.File) []string {
	packages := map[string]bool{}
	var own []string
	for _, file := range files {
		if dir, name := path.Split(file.Path); name == "__init__.py" {
			packages[path.Clean(dir)] = true
		}
	}
	for _, file := range files {
		dir, name := path.Split(file.Path)
		dir = path.Clean(dir)
		isPackage := name == "__init__.py" && path.Base(dir) == knowledge.Root
		if isPackage {
			dir = path.Dir(dir)
		}
		if (isPackage || name == knowledge.Root+".py") && !packages[dir] {
			own = append(own, file.Path)
		}
	}
	return own
}

func unparsableFinding(r *rule.Rule, problem scan.Problem) finding.Finding {
	line := max(problem.Line, 1)
	return finding.Finding{
		File: problem.File, Line: line, Col: problem.Col, EndLine: line, EndCol: problem.Col,
		Code: r.Code, Name: r.Name, Severity: r.Severity, Safety: finding.Manual, Help: r.Help,
		Message: problem.Message,
	}
}

// comments finds the directives of a file: in Python among its comments, elsewhere on any line with a '#'.
func comments(unit *scan.Unit, lines []int) []Comment {
	if !bytes.Contains(unit.Src, []byte("aiohub")) && !bytes.Contains(unit.Src, []byte("AH")) {
		return nil
	}
	var found []Comment
	add := func(start, end int) {
		d, ok := directive.Parse(unit.Src[start:end], start)
		if !ok {
			return
		}
		place := rule.Locate(unit.Path, unit.Src, lines, d.Start, d.End)
		d.Line = place.Line
		d.Target = target(unit.Src, lines, start, d.Line)
		comment := Comment{Directive: d, Place: place}
		for _, code := range d.Codes {
			comment.Codes = append(comment.Codes, rule.Locate(unit.Path, unit.Src, lines, code.Start, code.End))
		}
		found = append(found, comment)
	}
	if unit.Tree != nil {
		for _, span := range unit.Tree.Comments {
			add(int(span.Start), int(span.End))
		}
		return found
	}
	for i, start := range lines {
		end := len(unit.Src)
		if i+1 < len(lines) {
			end = lines[i+1]
		}
		if hash := bytes.IndexByte(unit.Src[start:end], '#'); hash >= 0 {
			add(start+hash, start+len(bytes.TrimRight(unit.Src[start:end], "\r\n")))
		}
	}
	return found
}

// target returns the line a comment is about: its own, or for a comment alone on its line the next one with code.
func target(src []byte, lines []int, start, line int) int {
	if len(bytes.TrimSpace(src[lines[line-1]:start])) > 0 {
		return line
	}
	for next := line; next < len(lines); next++ {
		end := len(src)
		if next+1 < len(lines) {
			end = lines[next+1]
		}
		if text := bytes.TrimSpace(src[lines[next]:end]); len(text) > 0 && text[0] != '#' {
			return next + 1
		}
	}
	return line
}
