package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/doctor"
	"aiohub/internal/output/glyph"
)

func (a *App) doctorCommand(g *globals) *cobra.Command {
	var python string
	cmd := &cobra.Command{
		Use:   "doctor [PATH]",
		Short: "look whether this environment is fit for aiohub",
		Long: `Look at the Python environment of the project and at how its programs start: versions of Python, eventlet, greenlet and
aiohub, the hub that would be used, libraries that stay a hazard beside green threads, and hazards of import order and patching.

The environment is the one that aiohub is installed in beside eventlet, else the active virtual environment, else one in the tree, else
python3; the first line says which, and why. Nothing of the tree is executed.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			j, err := g.open(args)
			if err != nil {
				return err
			}
			configured, err := configure(j.Config)
			if err != nil {
				return err
			}
			var lines []doctor.Line
			env, err := doctor.Find(cmd.Context(), j.Config.Root, python)
			if err != nil {
				lines = append(lines, doctor.Line{Level: doctor.Error, Text: err.Error()})
			} else {
				lines = doctor.Examine(env, a.Version)
			}
			outcome, err := a.runAll(cmd.Context(), j)
			if err != nil {
				return err
			}
			a.warn(j, outcome, nil)
			entries := slices.Clone(outcome.Entries)
			for i := range entries {
				entries[i].File = j.shown(entries[i].File)
			}
			found := named(outcome.Findings(configured), j.shown)
			lines = append(lines, doctor.Tree(entries, found)...)
			if env != nil {
				lines = append(lines, doctor.Workers(env, found)...)
			}
			if err := a.deliver(func(w io.Writer) error { return writeLines(w, lines) }); err != nil {
				return err
			}
			if slices.ContainsFunc(lines,
				func(l doctor.Line) bool { return l.Level == doctor.Error || l.Level == doctor.Warning }) {
				return errFound
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&python, "python", "", "look at the environment of this `INTERPRETER`")
	return cmd
}

func writeLines(w io.Writer, lines []doctor.Line) error {
	for _, line := range lines {
		if _, err := fmt.Fprintf(w, "%-8s %s\n", line.Level, glyph.Line(line.Text)); err != nil {
			return err
		}
		if line.Help != "" {
			if _, err := fmt.Fprintf(w, "         help: %s\n", glyph.Line(line.Help)); err != nil {
				return err
			}
		}
	}
	return nil
}
