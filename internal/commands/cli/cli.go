// Package cli is the command line: flags in, exit code out. Findings and answers go to stdout, everything else to
// stderr behind "aiohub:".
package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/glyph"
	"aiohub/internal/output/term"
)

// Exit codes.
const (
	Clean    = 0 // nothing to report
	Found    = 1 // findings, or something that is not up to date
	Unusable = 2 // could not work: wrong usage, wrong configuration, nothing to read

	// Interrupted is what a shell makes of SIGINT, and tells loops in it to end as well.
	Interrupted = 128 + int(syscall.SIGINT)
	Terminated  = 128 + int(syscall.SIGTERM)
)

// softMemoryLimit is from where on memory counts more than time, in bytes: nova's cold run stays below 200 MB with it
// and takes no more time; with 140 MB it took a quarter more. For trees larger than nova driver raises it.
const softMemoryLimit = 160 << 20

// errFound ends a command that has reported what it found.
var errFound = errors.New("found something")

// errReported ends a command that has said on stderr why it could not work.
var errReported = errors.New("could not work")

// App is the program as seen from outside.
type App struct {
	Stdout, Stderr io.Writer
	Version        string
}

// Main runs the program and returns its exit code.
func Main(args []string) int {
	ctx, stop := untilSignal()
	defer stop()
	if os.Getenv("GOGC") == "" {
		// A run is short and most of what it allocates lives to its end: collecting less often is a fifth of the time.
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(softMemoryLimit)
	}
	app := &App{Stdout: os.Stdout, Stderr: os.Stderr, Version: Version}
	return app.Run(ctx, args)
}

// errTerminated is why a run ends that was asked to by SIGTERM.
var errTerminated = errors.New("terminated")

// untilSignal returns a context that the first signal ends; with the handler gone, a second one ends the process at
// once.
func untilSignal() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case got := <-signals:
			cause := context.Canceled
			if got == syscall.SIGTERM {
				cause = errTerminated
			}
			cancel(cause)
			signal.Stop(signals)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// Run runs one command line.
func (a *App) Run(ctx context.Context, args []string) int {
	root := a.command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return Clean
	case errors.Is(err, errFound):
		return Found
	case errors.Is(err, errReported):
		return Unusable
	case errors.Is(err, context.Canceled):
		a.say("error: interrupted, nothing was changed")
		if context.Cause(ctx) == errTerminated {
			return Terminated
		}
		return Interrupted
	}
	a.complain(err)
	return Unusable
}

// complain prints errors with their hints.
func (a *App) complain(err error) {
	for _, each := range fault.Each(err) {
		a.say("error: %s", each)
		if hint := hint(each); hint != "" {
			a.say("hint: %s", hint)
		}
	}
}

// hint is the way out of an error.
func hint(err error) string {
	if hint := fault.Hint(err); hint != "" {
		return hint
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "name a directory or a file that exists"
	case errors.Is(err, fs.ErrPermission):
		return "make it readable for this user, or exclude it"
	case errors.Is(err, syscall.ENOSPC):
		return "free some space on the device"
	}
	return ""
}

// globals are the flags of every command.
type globals struct {
	config  string
	noCache bool
	jobs    int
	quiet   bool
	color   string
}

func (a *App) command() *cobra.Command {
	g := &globals{}
	root := &cobra.Command{
		Use:   "aiohub",
		Short: "find where Python code uses eventlet, and move it to asyncio",
		Long: `aiohub reads a Python code base that uses eventlet and helps to move it to asyncio in steps.

Answers go to stdout, everything else to stderr. The exit code is 0 if there is nothing to report, 1 for findings
or for something that is not up to date, 2 if aiohub could not work.`,
		Version:       a.Version,
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
		Args:                       unknownCommand,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	root.SetVersionTemplate("aiohub {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fault.New(err.Error(), fmt.Sprintf("`%s --help` lists what it takes", cmd.CommandPath()))
	})
	flags := root.PersistentFlags()
	flags.StringVar(&g.config, "config", "", "read `FILE` instead of the project's pyproject.toml")
	flags.BoolVar(&g.noCache, "no-cache", false, "neither read nor write the cache")
	flags.IntVarP(&g.jobs, "jobs", "j", 0, "work on `N` files at once; 0 means one for each core")
	flags.BoolVarP(&g.quiet, "quiet", "q", false, "say nothing on stderr but errors")
	flags.StringVar(&g.color, "color", "auto", "when to write colours: `WHEN` is auto, always or never")
	cobra.CheckErr(
		root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(term.Modes, cobra.ShellCompDirectiveNoFileComp)))
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(term.Modes, g.color) {
			return fault.New(fmt.Sprintf("--color: %q is none of the modes", g.color),
				"the modes are "+strings.Join(term.Modes, ", "))
		}
		return nil
	}
	root.AddCommand(
		a.scanCommand(g), a.checkCommand(g), a.planCommand(g), a.portCommand(g), a.reportCommand(g), a.ruleCommand(),
		a.doctorCommand(g), a.lspCommand(g), a.configCommand(g), a.manCommand(),
	)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	explainArgs(root)
	fill(root)
	root.SetUsageTemplate(
		strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", helpWidth)),
	)
	return root
}

// helpWidth is that of what --help prints, which fits any terminal.
const helpWidth = 79

// fill breaks the descriptions of all commands into lines.
func fill(command *cobra.Command) {
	command.Long = strings.TrimRight(term.Fill(command.Long, helpWidth), "\n")
	for _, below := range command.Commands() {
		fill(below)
	}
}

// unknownCommand finds fault with words behind the program's own name.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "`aiohub --help` lists the commands"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("did you mean %q?", near[0])
	}
	return fault.New(fmt.Sprintf("unknown command %q", args[0]), hint)
}

// explainArgs lets commands that are called with the wrong arguments say how they are called.
func explainArgs(root *cobra.Command) {
	for _, command := range root.Commands() {
		inherit := command.Args
		command.Args = func(cmd *cobra.Command, args []string) error {
			if inherit == nil {
				return nil
			}
			if err := inherit(cmd, args); err != nil {
				return fault.New(err.Error(), fmt.Sprintf("`%s --help` says how to call it", cmd.CommandPath()))
			}
			return nil
		}
	}
}

// workers is how many files are worked on at once.
func (g *globals) workers() int {
	if g.jobs > 0 {
		return g.jobs
	}
	return runtime.GOMAXPROCS(0)
}

// tell writes a line to stderr, unless the user wants quiet.
func (a *App) tell(g *globals, format string, args ...any) {
	if !g.quiet {
		a.say(format, args...)
	}
}

// say writes a line to stderr. Whatever is in it, names of files too, stays on this line and behind the program's name.
func (a *App) say(format string, args ...any) {
	fmt.Fprintf(a.Stderr, "aiohub: %s\n", glyph.Line(fmt.Sprintf(format, args...)))
}

// render makes a whole answer. A command that fails on the way prints nothing.
func render(write func(io.Writer) error) ([]byte, error) {
	var answer bytes.Buffer
	if err := write(&answer); err != nil {
		return nil, err
	}
	return answer.Bytes(), nil
}

// clean lets through only what can be shown, for answers that are made elsewhere.
func clean(isJSON bool, write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		var answer bytes.Buffer
		if err := write(&answer); err != nil {
			return err
		}
		shown := glyph.JSON(answer.Bytes())
		if !isJSON {
			shown = []byte(glyph.Lines(answer.String()))
		}
		_, err := w.Write(shown)
		return err
	}
}

// deliver writes a whole answer to stdout at once.
func (a *App) deliver(write func(io.Writer) error) error {
	answer, err := render(write)
	if err != nil {
		return err
	}
	if _, err := a.Stdout.Write(answer); err != nil {
		return fmt.Errorf("write to stdout: %w", err)
	}
	return nil
}
