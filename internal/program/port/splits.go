package port

import (
	"slices"

	"aiohub/internal/language/pysource"
	"aiohub/internal/program/atomic"
	"aiohub/internal/program/callgraph"
)

// Splits tells whether a place of the rule is a check-then-act that an await splits.
func (r *Rule) Splits() bool { return r == splits }

// NoteSplits adds a place for each check-then-act that an await of the result splits. files are the facts of the
// graph's files as they were.
func (out *Result) NoteSplits(graph *callgraph.Graph, files []*atomic.File) {
	if len(out.Files) == 0 || len(out.Awaits) == 0 {
		return
	}
	for path := range out.Awaits {
		slices.Sort(out.Awaits[path])
	}
	before := map[string]*File{}
	for i := range out.Files {
		before[out.Files[i].Path] = &out.Files[i]
	}
	awaits := func(fn callgraph.FuncID, pos uint32) bool {
		_, is := slices.BinarySearch(out.Awaits[graph.Files[graph.Funcs[fn].File].Path], int(pos))
		return is
	}
	for _, f := range atomic.Splits(atomic.Input{Graph: graph, Files: files}, awaits) {
		path := graph.Files[f.File].Path
		file := before[path]
		if file == nil {
			continue
		}
		where := pysource.NewLines(file.Before).Place(path, int(f.Start), int(f.End))
		out.Places = append(out.Places, Place{
			File: path, Line: where.Line, Column: where.Column, Start: int(f.Start), End: int(f.End),
			Name: graph.Funcs[f.Fn].Name(),
			Test: graph.Files[f.File].Test, Rule: splits, Note: f.Message,
		})
	}
	out.sort()
}
