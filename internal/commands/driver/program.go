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
	"aiohub/internal/language/pysyntax"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/view"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule"
)

// CheckGraph runs the rules over the call graph, and adds what they find to the outcome. What they have found of a tree is kept beside its
// graph, under the content of all files that the graph is made from: a single changed file can change the findings of any other.
func CheckGraph(ctx context.Context, c *config.Config, outcome *Outcome, options Options) error {
	in := callgraph.Input{Root: c.Root, Files: outcome.Walked, Workers: options.Workers, Progress: options.Progress, Unsaved: options.Unsaved}
	store := cache.Open(cacheOf(c, options), options.Tool, in.Selected(), callgraph.MaxSize)
	defer store.Release()
	found, ok := keptFindings(ctx, store, options)
	if !ok {
		g, err := graphIn(ctx, store, in, options)
		if err != nil {
			return err
		}
		found = overGraph(c.Root, g, options)
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := keepFindings(store, found); err != nil {
			return err
		}
	}
	outcome.graphed = true
	outcome.Raw = append(outcome.Raw, found...)
	slices.SortStableFunc(outcome.Raw, finding.Compare)
	outcome.Raw = slices.CompactFunc(outcome.Raw, func(a, b finding.Finding) bool { return a.Place == b.Place && a.Code == b.Code })
	return nil
}

func keptFindings(ctx context.Context, store *cache.Cache, options Options) (found []finding.Finding, ok bool) {
	blob, ok := store.Findings(ctx, options.Workers)
	return found, ok && gob.NewDecoder(bytes.NewReader(blob)).Decode(&found) == nil
}

func keepFindings(store *cache.Cache, found []finding.Finding) error {
	if !store.Keeps() {
		return nil
	}
	var blob bytes.Buffer
	if err := gob.NewEncoder(&blob).Encode(found); err != nil {
		return fmt.Errorf("encode findings for the cache: %w", err)
	}
	store.StoreFindings(blob.Bytes())
	return nil
}

// overGraph runs the rules over a graph. A file that is gone or can no longer be read has no findings: the run has said so already.
func overGraph(root string, g *callgraph.Graph, options Options) []finding.Finding {
	program := rule.NewProgram(g)
	parts := make([][]finding.Finding, len(g.Files))
	var workers errgroup.Group
	workers.SetLimit(max(options.Workers, 1))
	for i := range g.Files {
		if !program.Concerns(int32(i)) {
			continue
		}
		workers.Go(func() error {
			path := g.Files[i].Path
			src, ok := options.Unsaved[path]
			if !ok {
				var err error
				if src, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(path))); err != nil {
					return nil
				}
			}
			var parser pysyntax.Parser
			parts[i] = rule.NewGraphPass(path, src, parser.Parse(src), program).RunGraph(options.Rules)
			return nil
		})
	}
	workers.Wait()
	var found []finding.Finding
	for _, part := range parts {
		for _, f := range part {
			f.File = view.Printable(strings.Clone(f.File))
			found = append(found, f)
		}
	}
	slices.SortFunc(found, finding.Compare)
	return found
}
