package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/term"
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
				return a.deliver(func(w io.Writer) error { return listRules(w, all.Rules(), term.Width(a.Stdout)) })
			}
			r := rule.Find(all.Rules(), args[0])
			if some := startingWith(args[0]); r == nil && len(some) > 0 {
				return a.deliver(func(w io.Writer) error { return listRules(w, some, term.Width(a.Stdout)) })
			}
			if r == nil {
				hint := "`aiohub rule` lists them"
				if meant := rule.Nearest(all.Rules(), args[0]); meant != "" {
					hint = fmt.Sprintf("did you mean %q?", meant)
				}
				return fault.New(fmt.Sprintf("there is no rule %q", args[0]), hint)
			}
			return a.deliver(func(w io.Writer) error {
				page := r.Doc.Page
				if width := term.Width(a.Stdout); width > 0 {
					page = term.Fill(page, min(width, pageWidth))
				}
				_, err := io.WriteString(w, page)
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

// pageWidth is the longest line that is read with ease.
const pageWidth = 100

// listRules lists rules, one a line unless a terminal is not as wide.
func listRules(w io.Writer, rules []*rule.Rule, width int) error {
	for _, r := range rules {
		note := ""
		if r.OptIn {
			note = "  (off by default)"
		}
		margin, text := fmt.Sprintf("%s  %-26s ", r.Code, r.Name), r.Doc.Title+note
		line := margin + text + "\n"
		if width > 0 && utf8.RuneCountInString(margin+text) > width {
			line = term.Hang(margin, text, width)
		}
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
	}
	return nil
}
