package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/files/gitrepo"
	"aiohub/internal/language/edit"
	"aiohub/internal/output/fault"
	"aiohub/internal/program/series"
)

// seriesMemoryLimit is softMemoryLimit for a series, in bytes.
const seriesMemoryLimit = 768 << 20

// seriesFlags are the flags of port that are about patches.
type seriesFlags struct {
	dir      string
	test     string
	steps    int
	signoff  bool
	trailers []string
}

func (flags *seriesFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&flags.dir, "series", "",
		"write patches for git's am into `DIR`, one for each step; without --stage, of all stages as far as they can be done")
	f.IntVar(&flags.steps, "steps", 0,
		"with --series, end after `N` steps of the plan that changed something, before stage 3; 0 for all")
	f.StringVar(&flags.test, "test", "",
		"with --series, run this `COMMAND` after each patch, in a copy of the tree; a step that it fails for is left out")
	f.BoolVar(&flags.signoff, "signoff", false,
		"with --series, sign the patches off, as format.signOff of git's configuration does")
	f.StringArrayVar(&flags.trailers, "trailer", nil,
		"with --series, end each message with this `LINE`, as 'Implements: blueprint x'; can be given again")
}

// check finds fault with flags that do not go together.
func (flags *portFlags) checkSeries() error {
	s := &flags.series
	switch {
	case s.dir == "" && (s.test != "" || s.signoff || s.steps != 0 || len(s.trailers) > 0):
		return fault.New("--test, --steps, --signoff and --trailer belong to --series",
			"give --series DIR, the folder that the patches are to lie in")
	case s.dir == "":
		return nil
	case s.steps < 0:
		return fault.New(fmt.Sprintf("--steps %d: not a number of steps", s.steps), "leave it out for all")
	case flags.write || flags.diff || flags.stats || flags.allowDirty || flags.step != 0:
		return fault.New("--series excludes --write, --diff, --stats, --step and --allow-dirty",
			"a series is made of what is committed, and has all steps; the tree is left alone")
	case len(flags.only) > 0 && flags.stage == 0:
		return fault.New("--only means modules at stage 1 and a function at stage 2", "give --stage, too")
	}
	for _, line := range s.trailers {
		if name, value, ok := strings.Cut(line, ": "); !ok || name == "" || strings.ContainsAny(name, " \t") || value == "" ||
			strings.ContainsAny(line, "\r\n") {
			return fault.New(fmt.Sprintf("--trailer %q: not the last line of a message", line), "write it as 'Name: value'")
		}
	}
	return nil
}

// portSeries makes the patches of the stages that were asked for.
func (a *App) portSeries(ctx context.Context, j *job, flags *portFlags) error {
	// A series holds a whole tree in memory for minutes: below the limit of other commands it would do nothing but
	// collect.
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(seriesMemoryLimit))
	dir, err := filepath.Abs(flags.series.dir)
	if err != nil {
		return err
	}
	folder, err := series.OpenFolder(dir, j.Config.View.Path(dir))
	if err != nil {
		return err
	}
	if err := edit.Clean(ctx, j.Config.Root); err != nil {
		return err
	}
	users, err := flags.series.users(ctx, j.Config.Root)
	if err != nil {
		return err
	}
	replica, err := gitrepo.NewReplica(ctx, j.Config.Root)
	if err != nil {
		return err
	}
	defer replica.Close()
	work, config := *j, *j.Config
	config.Root = replica.Root
	work.Config, work.noCache = &config, true
	c := &chain{
		app: a, job: &work, flags: flags, replica: replica,
		limits: series.Limits{Files: config.Plan.StepFiles, Lines: config.Plan.StepLines},
	}
	if err := c.make(ctx); err != nil {
		return err
	}
	if len(c.patches) == 0 {
		if c.left > 0 {
			a.tell(j.globals, "no patches: what is left stays as it is")
			return errFound
		}
		a.tell(j.globals, "no patches: nothing to change")
		return nil
	}
	files, err := c.files(ctx, folder, users)
	if err != nil {
		return err
	}
	if err := folder.Write(files); err != nil {
		return fmt.Errorf("write the series: %w", err)
	}
	a.tell(j.globals, "%s in %s; `git am %s/*.patch` applies them", patches(len(files)), j.Config.View.Path(dir),
		j.Config.View.Path(dir))
	return nil
}

// users gives the trailers that the user wants in each message.
func (flags *seriesFlags) users(ctx context.Context, root string) ([]string, error) {
	lines := flags.trailers
	if flags.signoff || gitrepo.SignsOff(ctx, root) {
		who, err := gitrepo.Committer(ctx, root)
		if err != nil {
			return nil, err
		}
		lines = append(lines, "Signed-off-by: "+who)
	}
	return lines, nil
}

func patches(n int) string {
	if n == 1 {
		return "1 patch"
	}
	return fmt.Sprintf("%d patches", n)
}
