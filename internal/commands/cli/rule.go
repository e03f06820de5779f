package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"aiohub/internal/output/fault"
	"aiohub/internal/rules/rule"
	"aiohub/internal/rules/rule/all"
)

func (a *App) ruleCommand() *cobra.Command {
	var names []string
	for _, r := range all.Rules() {
		names = append(names, r.Code)
	}
	return &cobra.Command{
		Use:       "rule [CODE]",
		Short:     "explain a rule, or list all",
		Long:      "Explain the rule with a code or a name: what it reports, why, what to do, and what goes wrong on the way. Without one, list all rules; with the start of\ncodes, as in AH1, those.",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: names,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.deliver(func(w io.Writer) error { return listRules(w, all.Rules()) })
			}
			r := rule.Find(all.Rules(), args[0])
			if some := startingWith(args[0]); r == nil && len(some) > 0 {
				return a.deliver(func(w io.Writer) error { return listRules(w, some) })
			}
			if r == nil {
				hint := "`aiohub rule` lists them"
				if meant := rule.Nearest(all.Rules(), args[0]); meant != "" {
					hint = fmt.Sprintf("did you mean %q?", meant)
				}
				return fault.New(fmt.Sprintf("there is no rule %q", args[0]), hint)
			}
			return a.deliver(func(w io.Writer) error {
				_, err := io.WriteString(w, r.Doc.Page)
				return err
			})
		},
	}
}

// startingWith lists the rules whose codes start like this.
func startingWith(start string) []*rule.Rule {
	var some []*rule.Rule
	for _, r := range all.Rules() {
		if strings.HasPrefix(r.Code, strings.ToUpper(start)) {
			some = append(some, r)
		}
	}
	return some
}

func listRules(w io.Writer, rules []*rule.Rule) error {
	for _, r := range rules {
		note := ""
		if r.OptIn {
			note = "  (off by default)"
		}
		if _, err := fmt.Fprintf(w, "%s  %-26s %s%s\n", r.Code, r.Name, r.Doc.Title, note); err != nil {
			return err
		}
	}
	return nil
}
