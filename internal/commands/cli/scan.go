package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/driver"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/nearest"
	"aiohub/internal/output/report"
	"aiohub/internal/output/term"
	"aiohub/internal/program/inventory"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

func (a *App) scanCommand(g *globals) *cobra.Command {
	var format, stdin, group string
	var kinds []string
	var statistics bool
	cmd := &cobra.Command{
		Use:   "scan [PATH ...]",
		Short: "list every use of eventlet",
		Long: `List every use of eventlet: imports, uses through aliases and re-exports, methods of its objects, mock targets,
strings, environment variables, requirements, and calls that are green only because of monkey_patch.

The tree is that of the project PATH belongs to: names are resolved across all of it, and shown below PATH. "-" takes one file from
stdin, under the name that --stdin-filename gives.
An inventory is no verdict: the exit code is 0 whether there are uses or not. ` + "`aiohub check`" + ` judges.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			j, err := g.openWith(args, cmd.InOrStdin(), stdin)
			if err != nil {
				return err
			}
			format, err := j.format(format)
			if err != nil {
				return err
			}
			if err := checkGroup(group); err != nil {
				return err
			}
			only, err := kindSet(kinds)
			if err != nil {
				return err
			}
			outcome, err := a.run(cmd.Context(), j)
			if err != nil {
				return err
			}
			a.warn(j, outcome, nil)
			for _, f := range outcome.Raw {
				if f.Code == rule.OwnEventlet {
					a.tell(g, "warning: %s: %s", j.shown(f.File), f.Message)
				}
			}
			var records, shown []scan.Record
			for i := range outcome.Records {
				if r := &outcome.Records[i]; j.wanted(r.File) && (only == nil || only[r.Kind]) {
					records = append(records, *r)
					shown = append(shown, j.renamed(*r, format))
				}
			}
			files, lines := j.files(outcome), outcome.Lines
			if files < outcome.Files {
				lines = 0 // they are not counted by file
			}
			numbers := inventory.NewStatistics(records, files, lines, j.part())
			if statistics {
				return a.deliver(func(w io.Writer) error { return writeStatistics(w, format, numbers) })
			}
			table := term.IsTerminal(a.Stdout) && (format == "full" || format == "concise") && !g.quiet
			if err := a.deliver(func(w io.Writer) error {
				if err := a.writeRecords(w, format, term.Colour(a.Stdout, g.color), group, shown); err != nil || !table {
					return err
				}
				if format == "concise" && len(shown) > 0 {
					fmt.Fprintln(w)
				}
				return numbers.Text(w)
			}); err != nil {
				return err
			}
			if table {
				a.sayNext(j, len(records))
				return nil
			}
			a.tell(g, "%s, %s: %s", count(outcome.Files, "file"), count(outcome.Lines, "line"), inventory.Summary(records))
			return nil
		},
	}
	formatFlag(cmd, &format)
	stdinFlag(cmd, &stdin)
	groupFlag(cmd, &group)
	cmd.Flags().BoolVar(&statistics, "statistics", false, "show numbers alone: kinds, names, directories; as text or JSON")
	cmd.Flags().StringSliceVar(&kinds, "kind", nil, "show only these `KINDS`: "+strings.Join(kindNames(), ", "))
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(kindNames(), cobra.ShellCompDirectiveNoFileComp)),
	)
	return cmd
}

// files is how many Python files there are in the part of the tree that was asked for.
func (j *job) files(outcome *driver.Outcome) int {
	n := 0
	for _, file := range outcome.Paths {
		if j.wanted(file) {
			n++
		}
	}
	return n
}

func writeStatistics(w io.Writer, format string, numbers *inventory.Statistics) error {
	switch format {
	case "json":
		return numbers.JSON(w, "  ")
	case "jsonl":
		return numbers.JSON(w, "")
	case "full", "concise":
		return numbers.Text(w)
	}
	return fault.New(fmt.Sprintf("--statistics has no format %q", format), "the formats are full, concise, json, jsonl")
}

// sayNext says which command to type after an inventory.
func (a *App) sayNext(j *job, found int) {
	if found == 0 {
		return
	}
	if file, err := j.Config.BaselineFile(); err == nil {
		if _, err := file.Read(); err == nil {
			a.tell(j.globals, "next: `aiohub check`, what has changed since %s", j.baseline())
			return
		}
	}
	a.tell(j.globals, "next: `aiohub check`, what each use means for the move to asyncio")
	a.tell(j.globals, "or `aiohub plan`, where to begin")
}

func (a *App) writeRecords(w io.Writer, format string, colour bool, group string, records []scan.Record) error {
	switch format {
	case "json":
		return inventory.JSON(w, records)
	case "jsonl":
		return inventory.JSONLines(w, records)
	}
	return report.Write(w, format, &report.Report{
		Findings: inventory.Findings(records), Rules: inventory.Descriptors(), Version: a.Version, Colour: colour,
		Group: group,
	})
}

// renamed gives a record the names of files that a format wants.
func (j *job) renamed(r scan.Record, format string) scan.Record {
	name := j.names(format)
	r.File = name(r.File)
	r.Entries = slices.Clone(r.Entries)
	for i := range r.Entries {
		r.Entries[i] = name(r.Entries[i])
	}
	return r
}

func kindNames() []string {
	names := make([]string, len(inventory.Kinds))
	for i, kind := range inventory.Kinds {
		names[i] = string(kind)
	}
	return names
}

// kindSet checks names of kinds; nil for none means all.
func kindSet(names []string) (map[scan.Kind]bool, error) {
	if len(names) == 0 {
		return nil, nil
	}
	set := map[scan.Kind]bool{}
	known := kindNames()
	for _, name := range names {
		found := false
		for _, kind := range known {
			found = found || kind == name
		}
		if !found {
			hint := "the kinds are " + strings.Join(known, ", ")
			if meant := nearest.Word(name, known); meant != "" {
				hint = fmt.Sprintf("did you mean %q?", meant)
			}
			return nil, fault.New(fmt.Sprintf("--kind: unknown kind %q", name), hint)
		}
		set[scan.Kind(name)] = true
	}
	return set, nil
}
