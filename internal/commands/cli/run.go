package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/config"
	"aiohub/internal/files/walk"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/nearest"
	"aiohub/internal/output/report"
	"aiohub/internal/output/term"
	"aiohub/internal/rules/rule/all"
)

// job is one command's run on a tree.
type job struct {
	*globals
	Config  *config.Config
	Unsaved map[string][]byte // the file from stdin
}

// open finds the tree of the paths, which default to the current directory.
func (g *globals) open(paths []string) (*job, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	c, err := config.Load(paths, g.config)
	if err != nil {
		return nil, err
	}
	return &job{globals: g, Config: c}, nil
}

// openWith is open for commands that take a file from stdin as well.
func (g *globals) openWith(paths []string, stdin io.Reader, name string) (*job, error) {
	if !slices.Contains(paths, "-") {
		if name != "" {
			return nil, fault.New("--stdin-filename does nothing without `-`", "give `-` in place of the paths")
		}
		return g.open(paths)
	}
	if len(paths) > 1 {
		return nil, fault.New("`-` and other paths at once", "give `-` alone: it stands for one file of the tree")
	}
	if name == "" {
		return nil, fault.New("`-` needs --stdin-filename", "name the file of the tree that the content belongs to")
	}
	// The file need not be there yet, its directory has to be.
	j, err := g.open([]string{filepath.Dir(name)})
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(stdin, walk.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read stdin: %w", err)
	}
	j.Unsaved = map[string][]byte{j.Config.Only(filepath.Base(name)): content}
	return j, nil
}

// wanted tells whether a file belongs to the part of the tree that was asked for.
func (j *job) wanted(file string) bool { return j.Config.Covers(file) }

// part is the path below the root that was asked for, "" for several or none.
func (j *job) part() string {
	if len(j.Config.Within) != 1 {
		return ""
	}
	return j.Config.Within[0]
}

// shown is the path of a file of the tree for people.
func (j *job) shown(file string) string { return j.Config.View.File(file) }

// names is how a format names files: as the user reaches them, or for systems that know the repository as that does.
func (j *job) names(format string) func(string) string {
	switch format {
	case "github", "gitlab", "sarif":
		return j.Config.View.Committed
	}
	return j.Config.View.File
}

// baseline is the path of the baseline for people.
func (j *job) baseline() string {
	if filepath.IsAbs(j.Config.Baseline) {
		return j.Config.View.Path(j.Config.Baseline)
	}
	return j.shown(j.Config.Baseline)
}

// named gives findings the names of files that a format wants.
func named(found []finding.Finding, name func(string) string) []finding.Finding {
	renamed := slices.Clone(found)
	for i := range renamed {
		renamed[i].File = name(renamed[i].File)
	}
	return renamed
}

// concerns tells whether a problem is one of the part of the tree that was asked for.
func (j *job) concerns(problem fault.Problem) bool {
	return j.wanted(problem.File) || slices.ContainsFunc(j.Config.Within, func(path string) bool {
		return strings.HasPrefix(path, problem.File+"/") // a directory above it
	})
}

// warn says on stderr what could not be scanned, but for files about which known says that it is said already.
func (a *App) warn(j *job, outcome *driver.Outcome, known func(file string) bool) {
	for _, problem := range outcome.Problems {
		if !j.concerns(problem) || known != nil && known(problem.File) {
			continue
		}
		problem.File = j.shown(problem.File)
		a.tell(j.globals, "warning: %s", &problem)
	}
}

// run looks at the tree.
func (a *App) run(ctx context.Context, j *job) (*driver.Outcome, error) {
	var progress *term.Progress
	if j.quiet {
		progress = &term.Progress{}
	} else {
		progress = term.Start(a.Stderr)
	}
	outcome, err := driver.Run(ctx, j.Config, driver.Options{
		Workers: j.workers(), NoCache: j.noCache, Tool: a.identity(), Rules: all.Rules(), Progress: progress.Update,
		Unsaved: j.Unsaved,
	})
	progress.Stop()
	if err != nil {
		return nil, err
	}
	if outcome.CacheFault != nil {
		a.tell(j.globals, "warning: the cache is not kept: %v", outcome.CacheFault)
	}
	if outcome.Files == 0 {
		a.tell(j.globals, "warning: no Python files in %s", j.Config.Root)
		return outcome, nil
	}
	for _, missed := range outcome.Missed {
		a.tell(j.globals, "warning: %s: %s", j.shown(missed.File), missed.Message)
	}
	return outcome, nil
}

// runAll looks at the tree and runs the rules over its call graph as well.
func (a *App) runAll(ctx context.Context, j *job) (*driver.Outcome, error) {
	outcome, err := a.run(ctx, j)
	if err != nil {
		return nil, err
	}
	options := driver.Options{Workers: j.workers(), NoCache: j.noCache, Tool: a.identity(), Rules: all.Rules(),
		Unsaved: j.Unsaved}
	return outcome, driver.CheckGraph(ctx, j.Config, outcome, options)
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
	cmd.Flags().StringVar(format, "output-format", "", "the `FORMAT`: one of "+strings.Join(report.Formats, ", "))
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc(
			"output-format",
			cobra.FixedCompletions(report.Formats, cobra.ShellCompDirectiveNoFileComp),
		),
	)
}

// groupFlag adds --group.
func groupFlag(cmd *cobra.Command, group *string) {
	cmd.Flags().StringVar(group, "group", "", "group a long list `BY` file or by rule, in the formats for people")
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc("group", cobra.FixedCompletions(report.Groups, cobra.ShellCompDirectiveNoFileComp)))
}

// checkGroup finds fault with a way to group that there is not.
func checkGroup(group string) error {
	if group != "" && !slices.Contains(report.Groups, group) {
		return fault.New(fmt.Sprintf("--group: %q is none", group), "group by "+strings.Join(report.Groups, ", or by "))
	}
	return nil
}

// stdinFlag adds --stdin-filename.
func stdinFlag(cmd *cobra.Command, name *string) {
	cmd.Flags().StringVar(name, "stdin-filename", "", "the `FILE` of the tree whose content `-` takes from stdin")
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
