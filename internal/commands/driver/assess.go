package driver

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"aiohub/internal/files/walk"
	"aiohub/internal/language/pysource"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
	"aiohub/internal/output/view"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/directive"
	"aiohub/internal/rules/rule"
)

// Comment is a directive with its place.
type Comment struct {
	Directive directive.Directive
	Place     place.Place   // of the whole comment
	Codes     []place.Place // of Directive.Codes
}

// assess runs all rules over the files that have records or directives, and makes findings of what could not be
// scanned, unreadable directories among it.
func assess(result *scan.Result, files []walk.File, unreadable []fault.Problem, options Options) *Outcome {
	outcome := &Outcome{
		Records: result.Records, Entries: result.Entries, Problems: append(result.Problems, unreadable...),
		Files: result.Files, Lines: result.Lines, Bytes: result.Bytes,
	}
	slices.SortStableFunc(outcome.Problems, func(a, b fault.Problem) int { return place.Compare(a.Place, b.Place) })
	type part struct {
		findings []finding.Finding
		comments []Comment
	}
	parts := make([]part, len(result.Units))
	var workers errgroup.Group
	workers.SetLimit(max(options.Workers, 1))
	for i := range result.Units {
		workers.Go(func() error {
			unit := &result.Units[i]
			from, to := recordsOf(result.Records, unit.Path)
			pass := rule.NewPass(unit.Path, unit.Src, unit.Tree, result.Records[from:to])
			parts[i] = part{pass.Run(options.Rules), comments(unit, pass.Lines())}
			return nil
		})
	}
	workers.Wait()
	for _, p := range parts {
		outcome.Raw = append(outcome.Raw, p.findings...)
		outcome.Directives = append(outcome.Directives, p.comments...)
	}
	if unparsable := rule.Find(options.Rules, rule.Unparsable); unparsable != nil {
		for _, problem := range outcome.Problems {
			if problem.Extent != fault.Moved {
				outcome.Raw = append(outcome.Raw, unparsableFinding(unparsable, problem))
			}
		}
	}
	if own := rule.Find(options.Rules, rule.OwnEventlet); own != nil {
		for _, file := range ownEventlet(files) {
			f := unparsableFinding(own,
				fault.Problem{Place: place.Place{File: file},
					Message: "the tree has an eventlet of its own: imports that lead here are no uses of eventlet"})
			outcome.Raw = append(outcome.Raw, f)
		}
	}
	slices.SortFunc(outcome.Raw, finding.Compare)
	outcome.makeNamesPrintable()
	return outcome
}

// makeNamesPrintable gives files whose names are no UTF-8 names that are, and that differ: from here on they only name
// places, in JSON and in the baseline too.
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
	from, _ = slices.BinarySearchFunc(records, file,
		func(r scan.Record, file string) int { return strings.Compare(r.File, file) })
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

func unparsableFinding(r *rule.Rule, problem fault.Problem) finding.Finding {
	at := problem.Place
	if at.Line == 0 {
		at.Line, at.Column, at.EndLine, at.EndColumn = 1, 1, 1, 1
	}
	return finding.Finding{
		Place: at, Code: r.Code, Name: r.Name, Severity: r.Severity, Safety: finding.Manual,
		Help: cmp.Or(problem.Hint, r.Help), Message: problem.Message,
	}
}

// comments finds the directives of a file: in Python among its comments, elsewhere on any line with a '#'.
func comments(unit *scan.Unit, lines *pysource.Lines) []Comment {
	if !bytes.Contains(unit.Src, []byte("aiohub")) && !bytes.Contains(unit.Src, []byte("AH")) {
		return nil
	}
	var found []Comment
	add := func(start, end int) {
		d, ok := directive.Parse(unit.Src[start:end], start)
		if !ok {
			return
		}
		comment := Comment{Place: lines.Place(unit.Path, d.Start, d.End)}
		d.Target = target(lines, start, comment.Place.Line)
		comment.Directive = d
		for _, code := range d.Codes {
			comment.Codes = append(comment.Codes, lines.Place(unit.Path, code.Start, code.End))
		}
		found = append(found, comment)
	}
	if unit.Tree != nil {
		for _, span := range unit.Tree.Comments {
			add(int(span.Start), int(span.End))
		}
		return found
	}
	for line := 1; line <= lines.Count(); line++ {
		text := lines.Bytes(line)
		if hash := bytes.IndexByte(text, '#'); hash >= 0 {
			add(lines.Start(line)+hash, lines.Start(line)+len(text))
		}
	}
	return found
}

// target returns the line a comment is about: its own, or for a comment alone on its line the next one with code.
func target(lines *pysource.Lines, start, line int) int {
	if len(bytes.TrimSpace(lines.Bytes(line)[:start-lines.Start(line)])) > 0 {
		return line
	}
	for next := line + 1; next <= lines.Count(); next++ {
		if text := bytes.TrimSpace(lines.Bytes(next)); len(text) > 0 && text[0] != '#' {
			return next
		}
	}
	return line
}
