package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/config"
	"aiohub/internal/files/gitrepo"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/nearest"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/plan"
	"aiohub/internal/program/plan/show"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

// planFormats are the formats of plan.
var planFormats = []string{"text", "json", "jsonl", "dot", "mermaid"}

// planFlags are the flags of plan.
type planFlags struct {
	format    string
	why, who  string
	next      bool
	step      int
	only      string
	until     string
	entry     string
	assume    []string
	questions bool
	table     bool
	since     string
	target    string
}

func (a *App) planCommand(g *globals) *cobra.Command {
	flags := &planFlags{}
	cmd := &cobra.Command{
		Use:   "plan [PATH]",
		Short: "say what must become async, in which steps, and why",
		Long: `Follow the calls of the tree backwards from those that block, and say which functions must become async, which may,
where that stops, and in which steps the code can follow, each of which leaves a working program.

What cannot be known is asked: answers go into [tool.aiohub.plan] of pyproject.toml.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.table {
				return a.deliver(blockingTable)
			}
			return a.plan(cmd, g, args, flags)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.format, "output-format", "text", "the `FORMAT`: one of "+strings.Join(planFormats, ", "))
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc(
			"output-format",
			cobra.FixedCompletions(planFormats, cobra.ShellCompDirectiveNoFileComp),
		),
	)
	f.StringVar(&flags.why, "why", "", "show the shortest chain from `FUNCTION` to what blocks")
	f.StringVar(&flags.who, "who", "", "show what would become async with `FUNCTION`")
	f.BoolVar(&flags.next, "next", false, "show the first step")
	f.IntVar(&flags.step, "step", 0, "show step `N`")
	f.StringVar(&flags.only, "only", "", "plan no further than what `FUNCTION` needs")
	f.StringVar(&flags.until, "until", "", "plan no further than what `MODULE` and what is below it need")
	f.StringVar(&flags.entry, "entry", "", "plan for the program of this `FILE` alone")
	f.StringArrayVar(&flags.assume, "assume", nil, "suppose that `'F calls G'`; can be given again")
	f.BoolVar(&flags.questions, "questions", false, "show all questions")
	f.BoolVar(&flags.table, "table", false, "print the table of calls that block")
	targetFlag(cmd, &flags.target)
	f.StringVar(&flags.since, "since", "", "compare with the tree of a git `REVISION`")
	cmd.MarkFlagsMutuallyExclusive("why", "who", "next", "step", "questions", "since", "table", "target")
	return cmd
}

func (a *App) plan(cmd *cobra.Command, g *globals, args []string, flags *planFlags) error {
	j, err := g.open(args)
	if err != nil {
		return err
	}
	if !slices.Contains(planFormats, flags.format) {
		hint := "the formats are " + strings.Join(planFormats, ", ")
		if meant := nearest.Word(flags.format, planFormats); meant != "" {
			hint = fmt.Sprintf("did you mean %q?", meant)
		}
		return fault.New(fmt.Sprintf("--output-format: unknown format %q", flags.format), hint)
	}
	if err := checkTarget(flags.target); err != nil {
		return err
	}
	_, p, err := a.planOf(cmd.Context(), j, flags)
	if err != nil {
		return err
	}
	for _, notice := range p.Notices() {
		a.tell(g, "warning: %s", notice)
	}
	if flags.target == "threads" {
		return a.planThreads(cmd.Context(), j, flags, p)
	}
	if flags.since != "" {
		return a.planSince(cmd.Context(), j, flags, p)
	}
	isJSON := strings.HasPrefix(flags.format, "json")
	return a.deliver(clean(isJSON, func(w io.Writer) error { return flags.write(w, p) }))
}

// planThreads says what a move to threads would cost.
func (a *App) planThreads(ctx context.Context, j *job, flags *planFlags, p *plan.Plan) error {
	if flags.format != "text" && flags.format != "json" {
		return fault.New(fmt.Sprintf("--target threads has no format %q", flags.format), "the formats are text, json")
	}
	found, err := driver.Tasks(ctx, j.Config, p.Graph, flags.target, driver.Options{Workers: j.workers()})
	if err != nil {
		return err
	}
	name := func(code string) string { return rule.Find(all.Rules(), code).Name }
	return a.deliver(clean(flags.format == "json", func(w io.Writer) error {
		if flags.format == "json" {
			return show.ThreadsJSON(w, p, found, name)
		}
		return show.Threads(w, p, found, name)
	}))
}

// planOf looks at the tree and makes its plan.
func (a *App) planOf(ctx context.Context, j *job, flags *planFlags) (*driver.Outcome, *plan.Plan, error) {
	outcome, err := a.run(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	graph, err := driver.Graph(ctx, j.Config, outcome,
		driver.Options{Workers: j.workers(), NoCache: j.noCache, Tool: a.identity()})
	if err != nil {
		return nil, nil, err
	}
	in := driver.PlanInput(j.Config, outcome, graph)
	if err := flags.narrow(&in, j.shown); err != nil {
		return nil, nil, err
	}
	p, err := plan.New(in)
	if err != nil {
		return nil, nil, err
	}
	p.Shown = j.shown
	return outcome, p, nil
}

// planSince compares with the tree of an earlier revision, by the same configuration. Answers that do not fit it yet
// are left out there.
func (a *App) planSince(ctx context.Context, j *job, flags *planFlags, now *plan.Plan) error {
	dir, err := gitrepo.Unpack(ctx, j.Config.Root, flags.since)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	then := *j
	config := *j.Config
	config.Root, config.Plan = dir, configPlanOf(j.Config)
	then.Config, then.noCache = &config, true
	_, before, err := a.planOf(ctx, &then, &planFlags{})
	if err != nil {
		return fmt.Errorf("plan of %s: %w", flags.since, err)
	}
	change := plan.Compare(before, now)
	return a.deliver(clean(flags.format == "json", func(w io.Writer) error {
		if flags.format == "json" {
			return show.ChangeJSON(w, &change, flags.since)
		}
		return show.Change(w, &change, flags.since)
	}))
}

// configPlanOf keeps of the answers what can be said of any tree.
func configPlanOf(c *config.Config) config.Plan {
	foreign := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return strings.Contains(name, ":") })
	}
	return config.Plan{Patched: c.Plan.Patched, Blocking: foreign(c.Plan.Blocking),
		NeverBlocks: foreign(c.Plan.NeverBlocks)}
}

// narrow applies the flags that change what is planned. An entry is named below the root of the tree, or as the user
// reaches it.
func (flags *planFlags) narrow(in *plan.Input, shown func(string) string) error {
	if flags.entry != "" {
		i := slices.IndexFunc(in.Programs, func(p plan.Program) bool {
			return p.Entry == flags.entry || shown(p.Entry) == flags.entry
		})
		if i < 0 {
			var entries []string
			for _, p := range in.Programs {
				entries = append(entries, shown(p.Entry))
			}
			hint := "no program of this tree calls monkey_patch"
			if len(entries) > 0 {
				hint = "the programs are " + strings.Join(entries, ", ")
			}
			return fault.New(fmt.Sprintf("--entry: %q is no program of this tree", flags.entry), hint)
		}
		in.Programs = in.Programs[i : i+1]
		in.Within = in.Programs[0].Files
	}
	for _, text := range flags.assume {
		caller, callee, ok := strings.Cut(text, " calls ")
		if !ok {
			return fault.New(fmt.Sprintf("--assume: %q says nothing about a call", text),
				`write "module:function calls module:function"`)
		}
		in.Assumed = append(in.Assumed, plan.Assumption{Caller: strings.TrimSpace(caller), Callee: strings.TrimSpace(callee)})
	}
	in.Only, in.Until = flags.only, flags.until
	return nil
}

func (flags *planFlags) write(w io.Writer, p *plan.Plan) error {
	switch {
	case flags.why != "":
		return each(w, p, flags.why, show.Why)
	case flags.who != "":
		return each(w, p, flags.who, show.Who)
	case flags.next || flags.step != 0:
		return flags.writeStep(w, p)
	case flags.questions:
		return show.Questions(w, p)
	}
	switch flags.format {
	case "json":
		return show.JSON(w, p)
	case "jsonl":
		return show.JSONLines(w, p)
	case "dot":
		return show.Dot(w, p)
	case "mermaid":
		return show.Mermaid(w, p)
	}
	return show.Page(w, p)
}

func each(w io.Writer, p *plan.Plan, words string, write func(io.Writer, *plan.Plan, callgraph.FuncID) error) error {
	ids, err := p.Find(words)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := write(w, p, id); err != nil {
			return err
		}
	}
	return nil
}

func (flags *planFlags) writeStep(w io.Writer, p *plan.Plan) error {
	steps := p.Steps()
	number := max(flags.step, 1)
	switch {
	case len(steps) == 0:
		return fault.New("there are no steps: nothing here has to become async", "`aiohub plan` says what it has looked at")
	case flags.step < 0 || number > len(steps):
		return fault.New(fmt.Sprintf("there is no step %d", flags.step), fmt.Sprintf("the steps are 1 to %d", len(steps)))
	}
	return show.Step(w, p, &steps[number-1], len(steps))
}

// blockingTable prints the calls that are known to block, and what makes them green.
func blockingTable(w io.Writer) error {
	for _, call := range knowledge.BlockingCalls() {
		patch := string(call.Patch)
		switch call.Patch {
		case "":
			patch = "eventlet"
		case knowledge.NeverGreen:
			patch = "never green"
		}
		if _, err := fmt.Fprintf(w, "%-60s %s\n", call.Name, patch); err != nil {
			return err
		}
	}
	return nil
}
