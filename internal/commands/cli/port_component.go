package cli

import (
	"context"
	"fmt"
	"slices"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/walk"
	"aiohub/internal/output/fault"
	"aiohub/internal/program/atomic"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/plan"
	"aiohub/internal/program/port"
)

// component is what stage 2 is to turn into coroutines: a step of the plan, or with --only all that the named functions
// need.
func (a *App) component(ctx context.Context, j *job, flags *portFlags) (component port.Component, found bool,
	err error) {
	chosen := &planFlags{}
	if len(flags.only) > 1 {
		return component, false, fault.New("--only takes one function at stage 2", "port one after the other")
	}
	if len(flags.only) == 1 {
		chosen.only = flags.only[0]
	}
	outcome, p, err := a.planOf(ctx, j, chosen)
	if err != nil {
		return component, false, err
	}
	steps := p.Steps()
	if len(steps) == 0 {
		return component, false, nil
	}
	number := max(flags.step, 1)
	switch {
	case chosen.only != "" && flags.step == 0:
	case number > len(steps):
		return component, false, fault.New(fmt.Sprintf("--step %d: the plan has %s", flags.step, count(len(steps), "step")),
			"`aiohub plan` lists them")
	default:
		step := steps[number-1]
		a.tell(j.globals, "step %d of %d: %s", number, len(steps), step.Title)
		steps = []plan.Step{step}
	}
	graph, err := graphForPort(ctx, j, outcome.Walked)
	if err != nil {
		return component, false, err
	}
	var funcs []callgraph.FuncID
	for _, step := range steps {
		funcs = append(funcs, step.Funcs...)
	}
	component.Graph, component.Funcs = graph, sameFuncs(p.Graph, funcs, graph)
	return component, true, nil
}

// graphForPort is the call graph that stages 2 and 3 work on. Tests call what becomes async, too, but have no say in
// the plan. Calls that answers settle lead where these say.
func graphForPort(ctx context.Context, j *job, files []walk.File) (*callgraph.Graph, error) {
	graph, err := callgraph.Build(ctx,
		callgraph.Input{Library: knowledge.Library{}, Root: j.Config.Root, Files: files, Workers: j.workers(), Tests: true,
			Track: port.Tracked})
	if err != nil {
		return nil, err
	}
	return graph, driver.Answers(j.Config).Apply(graph)
}

// noteSplits adds to a result what its awaits split.
func noteSplits(ctx context.Context, j *job, graph *callgraph.Graph, result *port.Result) error {
	if len(result.Files) == 0 {
		return nil
	}
	paths := make([]string, len(graph.Files))
	for i := range graph.Files {
		paths[i] = graph.Files[i].Path
	}
	files, err := atomic.ReadAll(ctx, j.Config.Root, paths, nil, j.workers())
	if err != nil {
		return err
	}
	result.NoteSplits(graph, files)
	return nil
}

// sameFuncs finds functions of one graph in another, by their names.
func sameFuncs(graph *callgraph.Graph, funcs []callgraph.FuncID, in *callgraph.Graph) []callgraph.FuncID {
	names := map[string]bool{}
	for _, f := range funcs {
		names[graph.Funcs[f].Name()] = true
	}
	var same []callgraph.FuncID
	for i := range in.Funcs {
		if names[in.Funcs[i].Name()] {
			same = append(same, callgraph.FuncID(i))
		}
	}
	return same
}

// stage runs the stage that was asked for.
func (a *App) stage(ctx context.Context, j *job, flags *portFlags) (*port.Result, error) {
	options := port.Options{Facade: flags.facade, Unsafe: flags.unsafe, Accept: flags.accept}
	if flags.stage == 3 {
		return a.lastStage(ctx, j, options, flags.stats)
	}
	if flags.stage == 2 && flags.stats {
		return a.survey(ctx, j, options)
	}
	if flags.stage == 2 {
		component, found, err := a.component(ctx, j, flags)
		if err != nil || !found {
			return &port.Result{}, err
		}
		tree, err := a.sources(ctx, j)
		if err != nil {
			return nil, err
		}
		result, err := port.Stage2(tree, component, options)
		if err != nil {
			return nil, err
		}
		return result, noteSplits(ctx, j, component.Graph, result)
	}
	tree, err := a.sources(ctx, j)
	if err != nil {
		return nil, err
	}
	if options.Wanted, err = j.only(tree.Paths, flags.only); err != nil {
		return nil, err
	}
	return port.Stage1(tree, options)
}

// lastStage ports the whole tree to plain asyncio.
func (a *App) lastStage(ctx context.Context, j *job, options port.Options, stats bool) (*port.Result, error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	outcome, _, err := a.planOf(ctx, j, &planFlags{})
	if err != nil {
		return nil, err
	}
	graph, err := graphForPort(ctx, j, outcome.Walked)
	if err != nil {
		return nil, err
	}
	tree, err := a.sources(ctx, j)
	if err != nil {
		return nil, err
	}
	var doubles *callgraph.Graph
	if slices.ContainsFunc(graph.Files,
		func(f callgraph.File) bool { return f.Test }) { // without tests nothing is handed in
		doubles, err = callgraph.Build(ctx,
			callgraph.Input{Library: knowledge.Library{}, Root: j.Config.Root, Files: outcome.Walked, Workers: j.workers(),
				Tests: true, Doubles: true})
		if err != nil {
			return nil, err
		}
	}
	result, err := port.Stage3(tree, graph, doubles, options)
	if err == nil && stats {
		result = port.Survey3(result, tree)
	}
	return result, err
}
