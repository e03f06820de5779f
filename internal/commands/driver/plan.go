package driver

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"path"
	"strings"

	"aiohub/internal/files/cache"
	"aiohub/internal/files/config"
	"aiohub/internal/files/walk"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/plan"
)

// Graph makes the call graph of a tree that was looked at, or takes it from the cache if none of the files that it is
// made from has changed.
func Graph(ctx context.Context, c *config.Config, outcome *Outcome, options Options) (*callgraph.Graph, error) {
	in := callgraph.Input{Library: knowledge.Library{}, Root: c.Root, Files: outcome.Walked, Workers: options.Workers,
		Progress: options.Progress, Unsaved: options.Unsaved, Track: plan.Tracked}
	store := cache.Open(cacheOf(c, options), options.Tool, in.Selected(), walk.MaxSize)
	defer store.Release() // that nothing is kept has been said of the outcome
	return graphIn(ctx, store, in, options)
}

// cacheOf says where what is found out of a tree is kept.
func cacheOf(c *config.Config, options Options) cache.Where {
	several := len(c.Parts) > 0 // trees at once, of which each has outcomes of its own
	return cache.Where{
		Root:    c.Root,
		Own:     c.CacheDir,
		None:    options.NoCache || !c.Cache || several,
		Unsaved: options.Unsaved,
	}
}

func graphIn(ctx context.Context, store *cache.Cache, in callgraph.Input, options Options) (*callgraph.Graph, error) {
	if blob, ok := store.Graph(ctx, options.Workers); ok {
		if g := decodeGraph(blob); g != nil {
			return g, nil
		}
	}
	store.Forget()
	in.Content = store.Seen
	g, err := callgraph.Build(ctx, in)
	if err != nil || !store.Keeps() {
		return g, err
	}
	var blob bytes.Buffer
	if err := gob.NewEncoder(&blob).Encode(g); err != nil {
		return nil, fmt.Errorf("encode the call graph for the cache: %w", err)
	}
	store.StoreGraph(blob.Bytes())
	return g, nil
}

func decodeGraph(blob []byte) *callgraph.Graph {
	g := &callgraph.Graph{}
	if gob.NewDecoder(bytes.NewReader(blob)).Decode(g) != nil {
		return nil
	}
	return g
}

// PlanInput is what the plan of a tree is made from, as the configuration has it.
func PlanInput(c *config.Config, outcome *Outcome, graph *callgraph.Graph) plan.Input {
	return plan.Input{
		Graph: graph, Answers: Answers(c), Programs: programs(outcome, graph),
		Limits: plan.Limits{Lines: c.Plan.StepLines, Files: c.Plan.StepFiles},
	}
}

// Answers are what the configuration says about the plan.
func Answers(c *config.Config) *plan.Answers {
	a := &plan.Answers{
		Patched: c.Plan.Patched, Blocking: c.Plan.Blocking, NeverBlocks: c.Plan.NeverBlocks, Public: c.Plan.Public,
		StaysSync: c.Plan.StaysSync, Calls: c.Plan.Calls,
	}
	a.Place = func(key string) (string, int) { return c.Place("plan." + key) }
	return a
}

// programs gives the programs of a tree, those of its tests left out.
func programs(outcome *Outcome, graph *callgraph.Graph) []plan.Program {
	started := map[string]bool{} // files with a function main
	for i := range graph.Funcs {
		if graph.Funcs[i].Qual == "main" {
			started[graph.Files[graph.Funcs[i].File].Path] = true
		}
	}
	var list []plan.Program
	for _, entry := range outcome.Entries {
		if entry.Test {
			continue
		}
		p := plan.Program{Entry: entry.File, Loaded: !started[entry.File] && !startFiles[path.Base(entry.File)],
			Patches: map[string]bool{}, Files: map[string]bool{}}
		for _, name := range entry.Modules {
			p.Patches[name] = true
		}
		for _, i := range entry.Runs {
			if int(i) < len(outcome.Walked) {
				p.Files[strings.Clone(outcome.Walked[i].Path)] = true
			}
		}
		list = append(list, p)
	}
	return list
}

// startFiles are names of files that servers and the interpreter start by themselves.
var startFiles = map[string]bool{"wsgi.py": true, "asgi.py": true, "__main__.py": true, "manage.py": true}
