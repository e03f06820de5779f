package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/fence"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/webpage"
	"aiohub/internal/rules/rule/all"
)

var reportFormats = []string{"html", "json"}

func (a *App) reportCommand(g *globals) *cobra.Command {
	var output, format string
	cmd := &cobra.Command{
		Use:   "report [PATH]",
		Short: "write a page that says how far the port is",
		Long: `Write one HTML file, without anything from the network: progress over time from the baselines in git's history, the packages and
what is left in each, the plan as a list to work through, questions with their answers to paste, and the findings with their code.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(reportFormats, format) {
				return fault.New(fmt.Sprintf("--output-format: unknown format %q", format), "the formats are html, json")
			}
			j, err := g.open(args)
			if err != nil {
				return err
			}
			configured, err := configure(j.Config)
			if err != nil {
				return err
			}
			outcome, p, err := a.planOf(cmd.Context(), j, &planFlags{})
			if err != nil {
				return err
			}
			options := driver.Options{Workers: j.workers(), NoCache: j.noCache, Tool: a.identity(), Rules: all.Rules()}
			if err := driver.CheckGraph(cmd.Context(), j.Config, outcome, options); err != nil {
				return err
			}
			var found []finding.Finding
			for _, f := range outcome.Findings(configured) {
				if j.wanted(f.File) {
					found = append(found, f)
				}
			}
			p.Shown = nil // the page is read elsewhere: files are named from the root of the tree
			history, err := driver.History(cmd.Context(), j.Config)
			switch {
			case errors.Is(err, context.Canceled):
				return err
			case err != nil:
				a.tell(j.globals, "warning: no history: %v", err)
			}
			data := driver.Report(j.Config, outcome, found, p, all.Rules(), a.Version, history)
			write := func(w io.Writer) error { return webpage.HTML(w, data) }
			if format == "json" {
				write = func(w io.Writer) error { return webpage.JSON(w, data) }
			}
			write = clean(format == "json", write)
			if output == "" || output == "-" {
				return a.deliver(write)
			}
			return a.save(j, output, write)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write to this `FILE` instead of to stdout")
	cmd.Flags().StringVar(&format, "output-format", "html", "the `FORMAT`: html, or json: the data of the page")
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc(
			"output-format",
			cobra.FixedCompletions(reportFormats, cobra.ShellCompDirectiveNoFileComp),
		),
	)
	return cmd
}

// save writes an answer to a file that the user names, as a whole or not at all.
func (a *App) save(j *job, path string, write func(io.Writer) error) error {
	content, err := render(write)
	if err != nil {
		return err
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	file, err := fence.Named(j.Config.Root, absolute)
	if err != nil {
		return fault.At(path, 0, err.Error(), "name a file in a directory that exists")
	}
	if err := file.Replace(content, 0o644); err != nil {
		return fault.At(path, 0, "cannot be written: "+err.Error(), "name a file in a directory that can be written to")
	}
	a.tell(j.globals, "%s written", path)
	return nil
}
