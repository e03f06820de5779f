package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/driver"
	"aiohub/internal/language/edit"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/glyph"
	"aiohub/internal/output/term"
	"aiohub/internal/program/port"
)

// portFlags are the flags of port.
type portFlags struct {
	stage      int
	step       int
	facade     string
	only       []string
	write      bool
	diff       bool
	stats      bool
	unsafe     bool
	allowDirty bool
	explain    bool
	format     string
	accept     []string
	series     seriesFlags
}

func (a *App) portCommand(g *globals) *cobra.Command {
	flags := &portFlags{}
	cmd := &cobra.Command{
		Use:   "port [PATH]",
		Short: "rewrite a step of the way to asyncio",
		Long: `Rewrite the code such that it works after each step, formatting kept.

Stage 1 moves names: what came from eventlet comes from aiohub.green, or with --facade from a module of the project's own, and
programs install aiohub's hub where they patched. The code runs on asyncio's loop then, and is otherwise as it was.

Stage 2 makes a component async: the next step of ` + "`aiohub plan`" + `, or with --only what one function needs. Its callers wait for it through
a bridge, so that nothing else changes; a later step replaces the bridge by an await. A component is ported as a whole or not at all.

Stage 3 takes away what stood between the worlds: all that waits is a coroutine, tests follow, programs start with asyncio.run, and
eventlet leaves the requirements. It changes the whole tree or nothing, and says what still needs eventlet, or a decision.

A rewrite is safe if its condition was proved for the very place. An unsafe one changes behaviour in a way that its rule names, and is
made with --unsafe only. What is left to people is listed on stderr. --explain prints the rules.

Without --write the change is shown as a diff; the exit code is 1 if there is one. --write writes all files or none, and not where git
has changes that are not committed.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.explain {
				return a.deliver(func(w io.Writer) error { return port.Explain(w, flags.stage) })
			}
			j, err := g.open(args)
			if err != nil {
				return err
			}
			if err := flags.check(cmd); err != nil {
				return err
			}
			if flags.series.dir != "" {
				return a.portSeries(cmd.Context(), j, flags)
			}
			return a.port(cmd.Context(), j, flags)
		},
	}
	f := cmd.Flags()
	f.IntVar(&flags.stage, "stage", 0, "the `STAGE` to port to: 1, 2 or 3")
	f.IntVar(&flags.step, "step", 0, "at stage 2, port step `N` of the plan; the first is the next one, and the default")
	f.StringVar(&flags.facade, "facade", "",
		"get the names from this `MODULE` of the project, as package.concurrency; it is made if it is not there")
	f.StringSliceVar(
		&flags.only,
		"only",
		nil,
		"stage 1: change only these `MODULES`: dotted names of modules and packages, or paths; stage 2: port what this function needs, as package.module:Class.method",
	)
	f.BoolVar(&flags.diff, "diff", false, "show the change (the default)")
	f.BoolVar(&flags.write, "write", false, "write the change")
	f.BoolVar(&flags.stats, "stats", false, "count what can be rewritten, by family, and change nothing")
	f.BoolVar(&flags.unsafe, "unsafe", false, "make the unsafe rewrites too")
	f.StringSliceVar(&flags.accept, "accept", nil,
		"at stage 3, make the edits of these manual `RULES` too: you have looked at their places; kill is one")
	f.BoolVar(&flags.allowDirty, "allow-dirty", false, "write although git has changes that are not committed")
	f.StringVar(
		&flags.format,
		"output-format",
		"text",
		"the `FORMAT`: text, which is a diff, or json: files, places and what was decided about them; with --stats, counts and places",
	)
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc(
			"output-format",
			cobra.FixedCompletions(portFormats, cobra.ShellCompDirectiveNoFileComp),
		),
	)
	flags.series.add(cmd)
	f.BoolVar(&flags.explain, "explain", false, "print the rules of the stage, or of all")
	return cmd
}

// portFormats are the formats of port.
var portFormats = []string{"text", "json"}

func (flags *portFlags) check(cmd *cobra.Command) error {
	if err := flags.checkSeries(); err != nil {
		return err
	}
	switch {
	case !cmd.Flags().Changed("stage") && flags.series.dir != "":
	case !cmd.Flags().Changed("stage"):
		return fault.New("--stage is missing", "begin with --stage 1: names move, and nothing else")
	case flags.stage < 1 || flags.stage > 3:
		return fault.New(fmt.Sprintf("--stage %d: there is no such stage", flags.stage), "the stages are 1, 2 and 3")
	case flags.stage == 3 && len(flags.only) > 0:
		return fault.New("--only does not go with stage 3", "stage 3 changes the whole tree, or nothing of it")
	case len(flags.accept) > 0 && flags.stage != 3 && (flags.stage != 0 || flags.series.dir == ""):
		return fault.New("--accept belongs to stage 3", "leave it out")
	case flags.step != 0 && flags.stage != 2, flags.facade != "" && flags.stage > 1:
		return fault.New("--step belongs to stage 2 and --facade to stage 1", "leave it out, or name the other stage")
	case !slices.Contains(portFormats, flags.format):
		return fault.New(fmt.Sprintf("--output-format: unknown format %q", flags.format),
			"the formats are "+strings.Join(portFormats, ", "))
	case flags.format == "json" && flags.series.dir != "":
		return fault.New("--output-format json does not go with --series", "leave one of them out")
	case flags.write && flags.diff || flags.write && flags.stats:
		return fault.New("--write, --diff and --stats exclude each other", "give one of them")
	}
	return nil
}

func (a *App) port(ctx context.Context, j *job, flags *portFlags) error {
	if flags.write && !flags.allowDirty {
		if err := edit.Clean(ctx, j.Config.Root); err != nil {
			return err
		}
	}
	result, err := a.stage(ctx, j, flags)
	if err != nil {
		return err
	}
	switch {
	case flags.stats && flags.format == "json":
		return a.deliver(clean(true, result.WriteStatsJSON))
	case flags.stats:
		return a.deliver(result.WriteStats)
	}
	a.tellPort(j, result)
	a.tellGone(j, result)
	if flags.format == "json" {
		if err := a.deliver(clean(true, result.WriteJSON)); err != nil {
			return err
		}
	}
	switch {
	case result.Refused:
		a.tell(j.globals, "nothing is changed, until what is listed above is done")
		return errFound
	case len(result.Files) == 0 && flags.stage == 2 && len(result.Places) > 0:
		a.tell(j.globals, "the component stays as it is, until what is listed above is done")
		return errFound
	case len(result.Files) == 0:
		a.tell(j.globals, "nothing to change")
		return nil
	}
	if flags.write {
		return a.writePort(ctx, j, result)
	}
	diff := func(w io.Writer) error {
		for _, f := range result.Files {
			if _, err := io.WriteString(w, edit.Diff(f.Path, f.Before, f.After)); err != nil {
				return err
			}
		}
		return nil
	}
	if term.IsTerminal(a.Stdout) {
		diff = clean(false, diff) // elsewhere it is a patch, and has to be exact
	}
	if flags.format == "text" {
		if err := a.deliver(diff); err != nil {
			return err
		}
	}
	a.tell(j.globals, "%s would change; --write writes them", count(len(result.Files), "file"))
	return errFound
}

// sources reads the tree, and says on stderr what could not be read.
func (a *App) sources(ctx context.Context, j *job) (*port.Tree, error) {
	progress := &term.Progress{}
	if !j.quiet {
		progress = term.Start(a.Stderr)
	}
	result, paths, err := driver.Sources(ctx, j.Config, driver.Options{Workers: j.workers(), Progress: progress.Update})
	progress.Stop()
	if err != nil {
		return nil, err
	}
	for _, problem := range result.Problems {
		if j.wanted(problem.File) {
			a.tell(j.globals, "warning: %s: %s", j.shown(problem.File), problem.Message)
		}
	}
	return &port.Tree{Root: j.Config.Root, Paths: paths, Result: result}, nil
}

// only decides which files may change: those below PATH, and of them those that --only names.
func (j *job) only(paths, names []string) (func(string) bool, error) {
	modules := pymodule.New(paths)
	chosen := map[string]bool{}
	for _, name := range names {
		found := false
		for i, path := range paths {
			module := modules.Name(modules.Node(i))
			if path == name || strings.HasPrefix(path, strings.TrimSuffix(name, "/")+"/") || module == name ||
				strings.HasPrefix(module, name+".") {
				chosen[path], found = true, true
			}
		}
		if !found {
			return nil, fault.New(fmt.Sprintf("--only %s: there is no such module", name),
				"give the dotted name of a module or package of the tree, or a path below its root")
		}
	}
	return func(file string) bool { return j.wanted(file) && (len(names) == 0 || chosen[file]) }, nil
}

func (a *App) writePort(ctx context.Context, j *job, result *port.Result) error {
	files := make([]edit.File, len(result.Files))
	for i, f := range result.Files {
		files[i] = edit.File{
			Path: filepath.Join(j.Config.Root, filepath.FromSlash(f.Path)), Shown: glyph.Line(j.shown(f.Path)), Before: f.Before,
			After: f.After,
		}
	}
	if err := edit.Write(ctx, files); err != nil {
		return err
	}
	a.tell(j.globals, "%s changed", count(len(files), "file"))
	return nil
}
