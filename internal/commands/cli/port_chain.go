package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"aiohub/internal/files/gitrepo"
	"aiohub/internal/files/walk"
	"aiohub/internal/language/edit"
	"aiohub/internal/output/fault"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/plan"
	"aiohub/internal/program/port"
	"aiohub/internal/program/series"
)

// chain is a series while it is made.
type chain struct {
	app     *App
	job     *job // on the replica
	flags   *portFlags
	limits  series.Limits
	replica *gitrepo.Replica
	patches []series.Patch
	left    int // steps, or parts of some, that stay as they are

	walked []walk.File
	graph  *callgraph.Graph // of the replica as it is now, with its tests; nil when that has changed
	tree   *port.Tree       // the same
}

func (c *chain) make(ctx context.Context) error {
	if err := c.run(ctx); err != nil {
		return fault.New("the tests fail before anything is changed: "+err.Error(),
			"a series is tested against a tree whose tests pass; look at --test")
	}
	if c.flags.stage == 0 || c.flags.stage == 1 {
		if err := c.moves(ctx); err != nil {
			return err
		}
	}
	if c.flags.stage == 0 || c.flags.stage == 2 {
		if err := c.components(ctx); err != nil {
			return err
		}
	}
	if c.flags.stage == 3 || c.flags.stage == 0 && c.flags.series.steps == 0 {
		return c.last(ctx)
	}
	return nil
}

// moves makes the patches of stage 1.
func (c *chain) moves(ctx context.Context) error {
	flags := *c.flags
	flags.stage = 1
	result, err := c.app.stage(ctx, c.job, &flags)
	if err != nil {
		return err
	}
	c.app.tellPort(c.job, result)
	for _, patch := range series.Moves(result, flags.facade, c.limits) {
		failed, err := c.add(ctx, patch)
		if err != nil {
			return err
		}
		if failed != nil {
			return fault.New(
				fmt.Sprintf("the tests fail with %q: %v", patch.Subject, failed),
				"what they say is above; `aiohub port --stage 1 --write` in a clean tree shows them the same, and --only leaves modules out",
			)
		}
	}
	return nil
}

// components makes a patch of each step of the plan.
func (c *chain) components(ctx context.Context) error {
	chosen := &planFlags{}
	if len(c.flags.only) > 0 {
		chosen.only = c.flags.only[0]
	}
	outcome, p, err := c.app.planOf(ctx, c.job, chosen)
	if err != nil {
		return err
	}
	c.walked = outcome.Walked
	steps, done := p.Steps(), 0
	for i := range steps {
		if c.flags.series.steps > 0 && done == c.flags.series.steps {
			break
		}
		before := len(c.patches)
		c.app.tell(c.job.globals, "step %d of %d: %s", i+1, len(steps), steps[i].Title)
		if err := c.step(ctx, p, &steps[i], steps[i].Parts); err != nil {
			return err
		}
		if len(c.patches) > before {
			done++
		}
	}
	c.patches = series.Distinct(c.patches)
	return nil
}

// last makes the patches of stage 3, which changes all of the tree or nothing. A series of all stages ends before it
// where it cannot be done.
func (c *chain) last(ctx context.Context) error {
	flags := *c.flags
	flags.stage = 3
	result, err := c.app.stage(ctx, c.job, &flags)
	if err != nil {
		return err
	}
	c.app.tellPort(c.job, result)
	if result.Refused {
		c.left++
		c.app.tell(c.job.globals, "the series ends before stage 3, until what is listed above is done")
		return nil
	}
	c.app.tellGone(c.job, result)
	for _, patch := range series.Last(result) {
		failed, err := c.add(ctx, patch)
		switch {
		case err != nil:
			return err
		case failed != nil && c.flags.stage == 3:
			return fault.New("the tests fail with stage 3: "+failed.Error(),
				"`aiohub port --stage 3` shows the change; nothing was written")
		case failed != nil:
			c.left++
			c.app.tell(c.job.globals, "the series ends before %q, the tests fail with it: %v", patch.Subject, failed)
			return nil
		}
	}
	return nil
}

// step makes the patch of components, or several where one would be too large to review or fails its tests.
func (c *chain) step(ctx context.Context, p *plan.Plan, step *plan.Step, parts [][]callgraph.FuncID) error {
	var funcs []callgraph.FuncID
	for _, part := range parts {
		funcs = append(funcs, part...)
	}
	result, err := c.stage2(ctx, p, funcs)
	if err != nil {
		return err
	}
	if len(result.Files) == 0 {
		c.left++
		c.app.tell(c.job.globals, "  stays as it is: %s", why(result))
		return nil
	}
	if len(parts) > 1 && !c.limits.Fit(result.Files) {
		return c.halves(ctx, p, step, parts)
	}
	failed, err := c.add(ctx, series.Component(p, step, funcs, result))
	switch {
	case err != nil || failed == nil:
		return err
	case len(parts) > 1:
		return c.halves(ctx, p, step, parts)
	}
	c.left++
	c.app.tell(c.job.globals, "  left out, the tests fail with it: %v", failed)
	return nil
}

// stage2 ports functions of a plan, that may have been made of the replica as it was.
func (c *chain) stage2(ctx context.Context, p *plan.Plan, funcs []callgraph.FuncID) (*port.Result, error) {
	var err error
	if c.graph == nil {
		if c.graph, err = graphForPort(ctx, c.job, c.walked); err != nil {
			return nil, err
		}
	}
	if c.tree == nil {
		if c.tree, err = c.app.sources(ctx, c.job); err != nil {
			return nil, err
		}
	}
	result, err := port.Stage2(c.tree, port.Component{Graph: c.graph, Funcs: sameFuncs(p.Graph, funcs, c.graph)},
		port.Options{Unsafe: c.flags.unsafe})
	if err != nil {
		return nil, err
	}
	return result, noteSplits(ctx, c.job, c.graph, result)
}

func (c *chain) halves(ctx context.Context, p *plan.Plan, step *plan.Step, parts [][]callgraph.FuncID) error {
	middle := len(parts) / 2
	if err := c.step(ctx, p, step, parts[:middle]); err != nil {
		return err
	}
	return c.step(ctx, p, step, parts[middle:])
}

// why says what stands in the way of a component, in a few words.
func why(result *port.Result) string {
	var reasons []string
	for i := range result.Places {
		if p := &result.Places[i]; p.IsManual() {
			reasons = append(reasons, fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Rule.Title))
		}
	}
	for _, f := range result.Faults {
		reasons = append(reasons, f.File+": "+f.Message)
	}
	switch len(reasons) {
	case 0:
		return "nothing in it would have to wait"
	case 1:
		return reasons[0]
	}
	return fmt.Sprintf("%s, and %d more places", reasons[0], len(reasons)-1)
}

// add writes a patch to the replica. failed is what the tests say against it; it is taken back then.
func (c *chain) add(ctx context.Context, patch series.Patch) (failed, err error) {
	files := make([]edit.File, len(patch.Files))
	var paths, fresh []string
	for i, f := range patch.Files {
		files[i] = edit.File{Path: filepath.Join(c.replica.Root, filepath.FromSlash(f.Path)), Shown: f.Path, Before: f.Before,
			After: f.After}
		paths = append(paths, f.Path)
		if f.Before == nil {
			fresh = append(fresh, f.Path)
		}
	}
	if err := edit.Write(ctx, files); err != nil {
		return nil, err
	}
	if err := c.replica.Add(ctx, paths); err != nil {
		return nil, err
	}
	if failed := c.run(ctx); failed != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return failed, c.replica.Drop(ctx, fresh)
	}
	c.graph, c.tree = nil, nil
	c.patches = append(c.patches, patch)
	return nil, nil
}

// saidLines is how much is shown of what the tests say when they fail.
const saidLines = 12

// run runs the tests, if there are any.
func (c *chain) run(ctx context.Context) error {
	if c.flags.series.test == "" {
		return nil
	}
	shell := exec.CommandContext(ctx, "sh", "-c", c.flags.series.test)
	shell.Dir = c.replica.Root
	shell.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	said, err := shell.CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimRight(string(said), "\n"), "\n")
	if len(said) == 0 {
		return err
	}
	for _, line := range lines[max(0, len(lines)-saidLines):] {
		c.app.tell(c.job.globals, "    %s", line)
	}
	return err
}

// files are the mails, with names for the folder.
func (c *chain) files(ctx context.Context, folder *series.Folder, users []string) ([]series.File, error) {
	tested := ""
	if c.flags.series.test != "" {
		tested = "`" + c.flags.series.test + "` passes with this patch."
	}
	var messages []string
	for i := range c.patches {
		p := &c.patches[i]
		messages = append(messages, p.Message(tested, folder.Trailers(p, users)))
	}
	mails, err := c.replica.Mails(ctx, messages)
	if err != nil {
		return nil, err
	}
	files := make([]series.File, len(mails))
	for i, m := range mails {
		files[i] = series.File{Key: c.patches[i].Key, Name: m.File, Text: m.Text}
	}
	return files, nil
}
