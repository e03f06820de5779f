package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func (a *App) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "print the manual page",
		Long:  "Print the manual page in the format of man(1): `aiohub man | man -l -`.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.deliver(func(w io.Writer) error { return man(w, cmd.Root(), a.Version) })
		},
	}
}

// man writes one page for the program and all its commands. cobra/doc writes a page for each command, and takes three
// more modules and 690 kB of the binary, a tenth of it.
func man(w io.Writer, root *cobra.Command, version string) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH AIOHUB 1 \"\" \"aiohub %s\" \"User Commands\"\n", roff(version))
	fmt.Fprintf(&b, ".SH NAME\naiohub \\- %s\n", roff(root.Short))
	b.WriteString(".SH SYNOPSIS\n.B aiohub\n.I command\n[\\fIoption\\fR ...] [\\fIPATH\\fR]\n")
	fmt.Fprintf(&b, ".SH DESCRIPTION\n%s", paragraphs(root.Long))
	b.WriteString(".SH COMMANDS\n")
	for _, command := range root.Commands() {
		if command.Hidden || command.Name() == "help" {
			continue
		}
		fmt.Fprintf(&b, ".SS %s\n%s", roff(command.Use), paragraphs(command.Short+".\n\n"+command.Long))
		options(&b, command.LocalNonPersistentFlags())
	}
	b.WriteString(".SH OPTIONS\n")
	options(&b, root.PersistentFlags())
	b.WriteString(`.SH EXIT STATUS
0 if there is nothing to report, 1 for findings or something that is not up to date, 2 if aiohub could not work,
130 if it was interrupted.
.SH ENVIRONMENT
.TP
.B NO_COLOR
if set and not empty, no colours are written, unless \fB\-\-color\fR says so.
.TP
.B FORCE_COLOR
if set and not empty, colours are written to what is no terminal, too.
.TP
.B AIOHUB_CACHE_DIR
the folder for the outcome of earlier runs, outside of the tree.
.SH FILES
.TP
.I pyproject.toml
the table [tool.aiohub] is the configuration; \fBaiohub config\fR shows it.
.TP
.I aiohub\-baseline.json
the counts that \fBaiohub check\fR allows.
.TP
.I ~/.cache/aiohub
the outcome of earlier runs, or in $XDG_CACHE_HOME/aiohub; may be deleted at any time.
`)
	_, err := io.WriteString(w, b.String())
	return err
}

func options(b *strings.Builder, flags *pflag.FlagSet) {
	flags.VisitAll(func(flag *pflag.Flag) {
		if flag.Hidden {
			return
		}
		name := "\\fB\\-\\-" + roff(flag.Name) + "\\fR"
		if flag.Shorthand != "" {
			name = "\\fB\\-" + flag.Shorthand + "\\fR, " + name
		}
		value, usage := pflag.UnquoteUsage(flag)
		if value != "" {
			name += " \\fI" + roff(value) + "\\fR"
		}
		fmt.Fprintf(b, ".TP\n%s\n%s\n", name, roff(usage))
	})
}

func paragraphs(text string) string {
	var b strings.Builder
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if paragraph = strings.TrimSpace(paragraph); paragraph != "" && paragraph != "." {
			fmt.Fprintf(&b, "%s\n.PP\n", roff(paragraph))
		}
	}
	return strings.TrimSuffix(b.String(), ".PP\n")
}

// roff keeps text from being read as a request.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "`", "").Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
