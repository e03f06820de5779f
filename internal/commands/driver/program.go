package driver

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"aiohub/internal/files/cache"
	"aiohub/internal/files/config"
	"aiohub/internal/files/pyversion"
	"aiohub/internal/files/walk"
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/view"
	"aiohub/internal/program/atomic"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/plan"
	"aiohub/internal/rules/rule"
)

// CheckGraph runs the rules over the call graph, and adds what they find to the outcome. What they have found of a tree
// is kept beside its graph, under the content of all files that the graph is made from: a single changed file can
// change the findings of any other.
func CheckGraph(ctx context.Context, c *config.Config, outcome *Outcome, options Options) error {
	in := callgraph.Input{Library: knowledge.Library{}, Root: c.Root, Files: outcome.Walked, Workers: options.Workers,
		Progress: options.Progress, Unsaved: options.Unsaved, Track: plan.Tracked}
	store := cache.Open(cacheOf(c, options), options.Tool, in.Selected(), walk.MaxSize)
	defer store.Release()
	oldest := pyversion.Oldest(c.Root)
	under := oldest + " " + c.Target
	found, ok := keptFromGraph(ctx, store, under, options)
	if !ok {
		g, err := graphIn(ctx, store, in, options)
		if err != nil {
			return err
		}
		if found, err = overGraph(ctx, c, g, oldest, options); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := keepFromGraph(store, under, found); err != nil {
			return err
		}
	}
	outcome.graphed = true
	for i := range outcome.Raw {
		if f := &outcome.Raw[i]; f.Stage == 2 && found.staysSync(f) {
			f.Safety, f.Stage = finding.Manual, 0 // no step of the plan puts an await there
		}
	}
	outcome.Raw = append(outcome.Raw, found.Findings...)
	slices.SortStableFunc(outcome.Raw, finding.Compare)
	outcome.Raw = slices.CompactFunc(outcome.Raw, finding.Same)
	return nil
}

// fromGraph is what the call graph says.
type fromGraph struct {
	Findings []finding.Finding
	Sync     map[string][][2]int // ranges of bytes, by file, of functions that cannot be async for what calls them
}

func (g *fromGraph) staysSync(f *finding.Finding) bool {
	return slices.ContainsFunc(g.Sync[f.File], func(function [2]int) bool {
		return function[0] <= f.Start && f.End <= function[1]
	})
}

func keptFromGraph(ctx context.Context, store *cache.Cache, under string, options Options) (found fromGraph, ok bool) {
	blob, ok := store.Findings(ctx, options.Workers, under)
	return found, ok && gob.NewDecoder(bytes.NewReader(blob)).Decode(&found) == nil
}

func keepFromGraph(store *cache.Cache, under string, found fromGraph) error {
	if !store.Keeps() {
		return nil
	}
	var blob bytes.Buffer
	if err := gob.NewEncoder(&blob).Encode(found); err != nil {
		return fmt.Errorf("encode findings for the cache: %w", err)
	}
	store.StoreFindings(under, blob.Bytes())
	return nil
}

// overGraph runs the rules over a graph. A file that is gone or can no longer be read has no findings: the run has said
// so already.
func overGraph(ctx context.Context, c *config.Config, g *callgraph.Graph, oldest string,
	options Options) (fromGraph, error) {
	program := rule.NewProgram(g)
	program.OldestPython = oldest
	program.Read = func(path string) ([]byte, bool) {
		if src, ok := options.Unsaved[path]; ok {
			return src, true
		}
		src, err := os.ReadFile(filepath.Join(c.Root, filepath.FromSlash(path)))
		return src, err == nil
	}
	if c.Target != "" {
		tasks, err := Tasks(ctx, c, g, c.Target, options)
		if err != nil {
			return fromGraph{}, err
		}
		program.SetTasks(tasks)
	}
	parts := make([][]finding.Finding, len(g.Files))
	var workers errgroup.Group
	workers.SetLimit(max(options.Workers, 1))
	for i := range g.Files {
		if !program.Concerns(int32(i)) {
			continue
		}
		workers.Go(func() error {
			path := g.Files[i].Path
			src, ok := program.Read(path)
			if !ok {
				return nil
			}
			var parser pysyntax.Parser
			parts[i] = rule.NewGraphPass(path, src, parser.Parse(src), program).RunGraph(options.Rules)
			return nil
		})
	}
	workers.Wait()
	found := fromGraph{Sync: map[string][][2]int{}}
	for _, part := range parts {
		for _, f := range part {
			f.File = view.Printable(strings.Clone(f.File))
			found.Findings = append(found.Findings, f)
		}
	}
	slices.SortFunc(found.Findings, finding.Compare)
	for _, id := range plan.Uncallable(g) {
		f := &g.Funcs[id]
		file := view.Printable(strings.Clone(g.Files[f.File].Path))
		found.Sync[file] = append(found.Sync[file], [2]int{int(f.Start), int(f.End)})
	}
	return found, nil
}

// Tasks finds what several tasks do at once that they may not, when a program goes to a target.
func Tasks(ctx context.Context, c *config.Config, g *callgraph.Graph, target string, options Options) ([]atomic.Finding,
	error) {
	paths := make([]string, len(g.Files))
	for i := range g.Files {
		paths[i] = g.Files[i].Path
	}
	files, err := atomic.ReadAll(ctx, c.Root, paths, options.Unsaved, options.Workers)
	if err != nil {
		return nil, err
	}
	in := atomic.Input{Graph: g, Files: files}
	if target == "asyncio" {
		in.Target = atomic.Asyncio
	}
	return atomic.Find(in), nil
}
