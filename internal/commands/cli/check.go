package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/commands/driver"
	"aiohub/internal/files/config"
	"aiohub/internal/files/fence"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/report"
	"aiohub/internal/output/term"
	"aiohub/internal/rules/baseline"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

// checkFlags are the flags of check.
type checkFlags struct {
	format, baseline string
	stdin, group     string
	selected         []string
	ignored          []string
	perFile          []string
	update, accept   bool
	runtime          bool
	all, statistics  bool
	possible, why    bool
	target           string
}

func (a *App) checkCommand(g *globals) *cobra.Command {
	flags := &checkFlags{}
	cmd := &cobra.Command{
		Use:   "check [PATH ...]",
		Short: "report findings that the baseline does not allow",
		Long: `Run the rules over the tree and compare with the baseline, a committed file that says how many findings of each rule
each file has. Counts may only fall. Without a baseline every finding is reported.

The tree is found from PATH upwards: the directory with the baseline, else with [tool.aiohub] in its pyproject.toml, else with a
pyproject.toml, setup.cfg or setup.py, else the top of the git repository. PATH only chooses what is shown. "-" takes one file
from stdin, under the name that --stdin-filename gives.

--update writes the baseline: counts that fell, and counts that rose in one file while the rule's total did not, which is
code that moved. More than that needs --accept-growth.

--runtime checks, and with --update writes, the policy that the import hook aiohub.ratchet enforces in running programs.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			j, err := g.openWith(args, cmd.InOrStdin(), flags.stdin)
			if err != nil {
				return err
			}
			if j.Config.Apart != nil && flags.baseline == "" {
				return j.Config.Apart
			}
			if flags.accept && !flags.update {
				return fault.New("--accept-growth does nothing without --update", "give both, or neither")
			}
			if j.Unsaved != nil && (flags.update || flags.runtime) {
				return fault.New("what comes from stdin is not recorded", "leave out --update and --runtime, or save the file")
			}
			if err := checkGroup(flags.group); err != nil {
				return err
			}
			if flags.update && (flags.all || flags.statistics) {
				return fault.New("--update shows nothing", "leave out --all and --statistics, or give them in a run of their own")
			}
			format, err := flags.apply(j)
			if err != nil {
				return err
			}
			if textual := slices.Contains([]string{"full", "concise", "json", "jsonl"}, format); flags.statistics && !textual {
				return fault.New(fmt.Sprintf("--statistics has no format %q", format), "the formats are full, concise, json, jsonl")
			}
			configured, err := configure(j.Config)
			if err != nil {
				return err
			}
			if flags.runtime {
				return a.checkRuntime(cmd.Context(), j, flags.update, flags.accept)
			}
			return a.check(cmd, j, configured, format, flags)
		},
	}
	formatFlag(cmd, &flags.format)
	stdinFlag(cmd, &flags.stdin)
	groupFlag(cmd, &flags.group)
	f := cmd.Flags()
	f.StringSliceVar(&flags.selected, "select", nil, "run only these `RULES`: codes, starts of codes, names")
	f.StringSliceVar(&flags.ignored, "ignore", nil, "do not run these `RULES`")
	f.StringArrayVar(&flags.perFile, "per-file-ignores", nil,
		"`PATTERN:RULES` not to run in some files; can be given again")
	f.StringVar(&flags.baseline, "baseline", "", "the baseline `FILE`, relative to the root of the tree")
	targetFlag(cmd, &flags.target)
	f.BoolVar(&flags.why, "why", false, "say how findings about several tasks come about: the chains of calls")
	f.BoolVar(&flags.possible, "possible", false, "report what is only possible, too")
	f.BoolVar(&flags.update, "update", false, "write the baseline")
	f.BoolVar(&flags.accept, "accept-growth", false, "let --update write counts that rose")
	f.BoolVar(&flags.all, "all", false, "report what the baseline allows as well, with numbers and their trend in git")
	f.BoolVar(&flags.statistics, "statistics", false, "show these numbers alone, as text or JSON")
	f.BoolVar(&flags.runtime, "runtime", false, "check the policy for running programs")
	return cmd
}

// apply lets flags override the configuration.
func (flags *checkFlags) apply(j *job) (format string, err error) {
	c := j.Config
	if len(flags.selected) > 0 {
		c.Select = flags.selected
		c.Override("select", "--select")
	}
	if len(flags.ignored) > 0 {
		c.Ignore = flags.ignored
		c.Override("ignore", "--ignore")
	}
	if err := flags.takeTarget(c); err != nil {
		return "", err
	}
	if flags.possible {
		c.Possible = true
		c.Override("possible", "--possible")
	}
	for _, each := range flags.perFile {
		pattern, rules, ok := strings.Cut(each, ":")
		if !ok || pattern == "" || rules == "" {
			return "", fault.New(fmt.Sprintf("--per-file-ignores: %q has no `:`", each),
				"write PATTERN:RULE,RULE as in tests/*:AH301")
		}
		if c.PerFileIgnores == nil {
			c.PerFileIgnores = map[string][]string{}
		}
		c.PerFileIgnores[pattern] = strings.Split(rules, ",")
		c.Override("per-file-ignores", "--per-file-ignores")
		c.Override("per-file-ignores."+pattern, "--per-file-ignores")
	}
	if flags.baseline != "" {
		c.Baseline = flags.baseline
		c.Override("baseline", "--baseline")
	}
	return j.format(flags.format)
}

// targetFlag is the flag for where a program goes.
func targetFlag(cmd *cobra.Command, target *string) {
	cmd.Flags().StringVar(
		target,
		"target",
		"",
		"the `TARGET`, where the program goes or has gone: one of "+strings.Join(config.Targets, ", "),
	)
	cobra.CheckErr(
		cmd.RegisterFlagCompletionFunc("target", cobra.FixedCompletions(config.Targets, cobra.ShellCompDirectiveNoFileComp)),
	)
}

func checkTarget(target string) error {
	if target != "" && !slices.Contains(config.Targets, target) {
		return fault.New(fmt.Sprintf("--target: unknown target %q", target),
			"the targets are "+strings.Join(config.Targets, ", "))
	}
	return nil
}

// takeTarget lets the flag override the target of the configuration.
func (flags *checkFlags) takeTarget(c *config.Config) error {
	if flags.target != "" {
		c.Target = flags.target
		c.Override("target", "--target")
	}
	return checkTarget(flags.target)
}

// configure checks what the configuration says about rules.
func configure(c *config.Config) (*driver.Configured, error) {
	configured, key, err := driver.Configure(c, all.Rules())
	var unknown *rule.UnknownError
	switch {
	case errors.As(err, &unknown):
		hint := "`aiohub rule` lists them"
		if unknown.Meant != "" {
			hint = fmt.Sprintf("did you mean %q?", unknown.Meant)
		}
		return nil, c.Invalid(key, unknown.Error(), hint)
	case err != nil:
		return nil, c.Invalid(key, err.Error(), "patterns are written as in a .gitignore")
	}
	return configured, nil
}

// which names the first counts of those that changed.
func (j *job) which(changes []baseline.Change) string {
	const few = 3
	var names []string
	for _, c := range changes[:min(few, len(changes))] {
		names = append(names, c.Code+" in "+j.shown(c.File))
	}
	if more := len(changes) - few; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

func (a *App) check(cmd *cobra.Command, j *job, configured *driver.Configured, format string, flags *checkFlags) error {
	// A baseline that cannot be used is known before the work.
	file, err := j.Config.BaselineFile()
	if err != nil {
		return err
	}
	allowed, exists, err := baseline.Load(file, j.baseline())
	if err != nil {
		return err
	}
	outcome, err := a.runAll(cmd.Context(), j)
	if err != nil {
		return err
	}
	accepted := func(code, file string) bool { return allowed.Of(code, file) > 0 }
	if err := j.refuse(outcome.Blind(configured, accepted),
		"make it readable, exclude it, or say that it does not matter: --ignore "+rule.Unparsable); err != nil {
		return err
	}
	// The first baseline is that of the whole tree: what it leaves out would be new to the next run.
	wanted := j.wanted
	if flags.update && !exists {
		wanted = func(string) bool { return true }
	}
	var found []finding.Finding
	for _, f := range outcome.Findings(configured) {
		if wanted(f.File) {
			found = append(found, f)
		}
	}
	now := baseline.Count(found)
	unseen := outcome.Unseen()
	looked := func(code, file string) bool {
		r := rule.Find(configured.Rules, code)
		return r != nil && wanted(file) && configured.Runs(r) && (code == rule.Unparsable || !unseen(file))
	}
	before := allowed.Only(looked)
	if hidden := outcome.Hidden(configured, accepted); len(hidden) > 0 {
		// Names lead through what was not scanned: what is found less may be there still.
		if _, fallen := before.Changes(now); len(fallen) > 0 {
			a.tell(j.globals, "warning: %s fell and will not be recorded (%s): %s is %s", count(len(fallen), "count"),
				j.which(fallen), j.shown(hidden[0].File), hidden[0].Message)
			now = now.AtLeast(before)
		}
	}
	if flags.update {
		a.warn(j, outcome, nil)
		return a.update(j, file, exists, allowed, before, now, looked, flags.accept)
	}
	risen, fallen := before.Changes(now)
	reported := found
	if exists && !flags.all {
		reported = above(found, risen)
	}
	var where *standing
	if flags.all || flags.statistics {
		where = newStanding(now, before, j.part())
		if err := a.addTrend(cmd.Context(), j, where); err != nil {
			return err
		}
	}
	a.warn(j, outcome, func(file string) bool {
		return slices.ContainsFunc(reported,
			func(f finding.Finding) bool { return f.Code == rule.Unparsable && f.File == file })
	})
	err = a.deliver(func(w io.Writer) error {
		if flags.statistics {
			return where.write(w, format)
		}
		err := a.writeFindings(w, format, term.Colour(a.Stdout, j.color), flags.group, flags.why,
			named(reported, j.names(format)), configured)
		if err == nil && flags.all && (format == "full" || format == "concise") {
			if format == "concise" {
				fmt.Fprintln(w)
			}
			err = where.write(w, format)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.verdict(j, exists, found, before, now, risen, fallen)
}

// refuse ends a check that would speak of files that it has not seen; nil if there are none in what was asked for.
func (j *job) refuse(blind []fault.Problem, hint string) error {
	var faults []error
	for _, problem := range blind {
		if !j.concerns(problem) {
			continue
		}
		f := fault.At(j.shown(problem.File), 0, problem.Message, hint)
		if problem.Extent == fault.Moved {
			f.Hint = "run again when nobody is writing there"
		}
		faults = append(faults, f)
	}
	return errors.Join(faults...)
}

// above keeps the findings whose count has risen. Which of them is new cannot be told, so all of that rule and file are
// shown.
func above(found []finding.Finding, risen []baseline.Change) []finding.Finding {
	type key struct{ code, file string }
	keys := map[key]bool{}
	for _, change := range risen {
		keys[key{change.Code, change.File}] = true
	}
	var kept []finding.Finding
	for _, f := range found {
		if keys[key{f.Code, f.File}] {
			kept = append(kept, f)
		}
	}
	return kept
}

func (a *App) writeFindings(w io.Writer, format string, colour bool, group string, why bool, found []finding.Finding,
	configured *driver.Configured) error {
	var rules []finding.Descriptor
	for _, r := range configured.Rules {
		if configured.Runs(r) {
			rules = append(rules, r.Descriptor())
		}
	}
	return report.Write(w, format,
		&report.Report{Findings: found, Rules: rules, Version: a.Version, Colour: colour, Group: group, Why: why})
}

// verdict says on stderr how things stand, and decides the exit code.
func (a *App) verdict(j *job, exists bool, found []finding.Finding, before, now baseline.Counts, risen,
	fallen []baseline.Change) error {
	if !exists {
		if len(found) == 0 {
			a.tell(j.globals, "no findings")
			return nil
		}
		a.tell(j.globals, "%s in %s; there is no baseline", count(len(found), "finding"), count(files(found), "file"))
		a.tell(j.globals, "hint: `aiohub check --update` writes %s, and from then on counts may only fall", j.baseline())
		return errFound
	}
	a.tellChanges(j, risen)
	if len(risen) > 0 {
		if len(before.Grown(now)) == 0 {
			a.tell(j.globals, "hint: no rule's total rose: if code moved, `aiohub check --update` takes the new places")
		} else {
			a.tell(j.globals,
				"hint: `aiohub rule CODE` explains a rule; `# aiohub: ignore[CODE] reason` takes back a finding that has to stay")
		}
		return errFound
	}
	if len(fallen) > 0 {
		a.tellChanges(j, fallen)
		a.tell(j.globals, "%s fell: `aiohub check --update` records it, so that they stay there", count(len(fallen), "count"))
	} else {
		a.tell(j.globals, "%s, as many as the baseline allows", count(len(found), "finding"))
	}
	return nil
}

// update writes the baseline if it may.
func (a *App) update(j *job, file fence.File, exists bool, allowed, before, now baseline.Counts,
	looked func(code, file string) bool, accept bool) error {
	grown := before.Grown(now)
	if exists && len(grown) > 0 && !accept {
		for _, code := range grown {
			a.say("error: %s rose from %d to %d", code, before.Total(code), now.Total(code))
		}
		risen, _ := before.Changes(now)
		a.tellChanges(j, risen)
		a.tell(j.globals,
			"hint: the baseline is not written; counts may only fall, or give --accept-growth and say why in the commit")
		return errFound
	}
	if err := baseline.Store(file, allowed.Merge(now, looked)); err != nil {
		return err
	}
	risen, fallen := before.Changes(now)
	if !exists {
		findings, places := 0, map[string]bool{}
		for _, change := range risen {
			findings += change.Now
			places[change.File] = true
		}
		a.tell(j.globals, "%s: %s of %s in %s", j.baseline(), count(findings, "finding"), count(len(now), "rule"),
			count(len(places), "file"))
		return nil
	}
	a.tellChanges(j, append(fallen, risen...))
	a.tell(j.globals, "%s: %s fell, %s rose", j.baseline(), count(len(fallen), "count"), count(len(risen), "count"))
	return nil
}

// mostChanges is how many counts are named; a long list of them says less than its length.
const mostChanges = 20

// tellChanges says which counts have changed, and how.
func (a *App) tellChanges(j *job, changes []baseline.Change) {
	for i, change := range changes {
		if i == mostChanges && len(changes) > mostChanges+1 {
			a.tell(j.globals, "and %d more counts", len(changes)-i)
			return
		}
		how := "rose"
		if change.Now < change.Before {
			how = "fell"
		}
		a.tell(j.globals, "%s: %s %s from %d to %d", j.shown(change.File), change.Code, how, change.Before, change.Now)
	}
}

func files(found []finding.Finding) int {
	names := map[string]bool{}
	for i := range found {
		names[found[i].File] = true
	}
	return len(names)
}

// count puts a number before a word.
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
