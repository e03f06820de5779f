package cli

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/config"
	"aiohub/internal/driver"
	"aiohub/internal/fault"
	"aiohub/internal/nearest"
	"aiohub/internal/report"
	"aiohub/internal/rule/all"
	"aiohub/internal/term"
)

// job is one command's run on a tree.
type job struct {
	*globals
	Config *config.Config
	Within string // the part of the tree that was asked for, "" for all of it
}

// open finds the project of the path in args, which default to the current directory.
func (g *globals) open(args []string) (*job, error) {
	at := "."
	if len(args) > 0 {
		at = args[0]
	}
	if _, err := os.Stat(at); err != nil {
		return nil, &fault.Error{Path: at, Message: "cannot be read: " + reason(err), Hint: "name a directory or a file that exists"}
	}
	c, err := config.Load(at, g.config)
	if err != nil {
		return nil, err
	}
	absolute, err := filepath.Abs(at)
	if err != nil {
		return nil, err
	}
	if absolute, err = filepath.EvalSymlinks(absolute); err != nil {
		return nil, err
	}
	within, err := filepath.Rel(c.Root, absolute)
	if err != nil {
		return nil, err
	}
	if within == "." {
		within = ""
	}
	return &job{globals: g, Config: c, Within: filepath.ToSlash(within)}, nil
}

func reason(err error) string {
	if path, ok := err.(*os.PathError); ok {
		return path.Err.Error()
	}
	return err.Error()
}

// wanted tells whether a file belongs to the part of the tree that was asked for.
func (j *job) wanted(file string) bool {
	return j.Within == "" || file == j.Within || strings.HasPrefix(file, j.Within+"/")
}

// run looks at the tree, and says on stderr what could not be looked at.
func (a *App) run(ctx context.Context, j *job) (*driver.Outcome, error) {
	var progress *term.Progress
	if j.quiet {
		progress = &term.Progress{}
	} else {
		progress = term.Start(a.Stderr)
	}
	outcome, err := driver.Run(ctx, j.Config, driver.Options{
		Workers: j.workers(), NoCache: j.noCache, Tool: a.identity(), Rules: all.Rules(), Progress: progress.Update,
	})
	progress.Stop()
	if err != nil {
		return nil, err
	}
	for _, problem := range outcome.Problems {
		if !j.wanted(problem.File) {
			continue
		}
		place := problem.File
		if problem.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", place, problem.Line, problem.Col+1)
		}
		a.tell(j.globals, "warning: %s: %s", place, problem.Message)
	}
	if outcome.CacheFault != nil {
		a.tell(j.globals, "warning: the cache is not kept: %v", outcome.CacheFault)
	}
	if outcome.Files == 0 {
		a.tell(j.globals, "warning: no Python files in %s", path.Join(j.Config.Root, j.Within))
	}
	return outcome, nil
}

// identity changes whenever the program could give another answer: with its version, and with its file for one that is
// built again and again under the same version.
func (a *App) identity() string {
	self, err := os.Executable()
	if err != nil {
		return a.Version
	}
	info, err := os.Stat(self)
	if err != nil {
		return a.Version
	}
	return fmt.Sprintf("%s %d %d", a.Version, info.Size(), info.ModTime().UnixNano())
}

// formatFlag adds --output-format.
func formatFlag(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVar(format, "output-format", "", "one of "+strings.Join(report.Formats, ", "))
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("output-format", cobra.FixedCompletions(report.Formats, cobra.ShellCompDirectiveNoFileComp)))
}

// format settles the output format: the flag, else the configuration.
func (j *job) format(flag string) (string, error) {
	if flag != "" {
		j.Config.OutputFormat = flag
		j.Config.Override("output-format", "--output-format")
	}
	if !report.Known(j.Config.OutputFormat) {
		hint := "the formats are " + strings.Join(report.Formats, ", ")
		if meant := nearest.Word(j.Config.OutputFormat, report.Formats); meant != "" {
			hint = fmt.Sprintf("did you mean %q?", meant)
		}
		return "", j.Config.Invalid("output-format", fmt.Sprintf("unknown format %q", j.Config.OutputFormat), hint)
	}
	return j.Config.OutputFormat, nil
}
