package port

import (
	"fmt"
	"io"
	"strings"
)

// Explain prints the rules of a stage, or of all for 0, as Markdown.
func Explain(w io.Writer, stage int) error {
	var b strings.Builder
	b.WriteString("# Rules of `aiohub port`\n")
	for _, r := range Rules {
		if stage != 0 && r.Stage != stage {
			continue
		}
		fmt.Fprintf(&b, "\n## `%s`\n\nStage %d, %s: %s.\n\n%s\n", r.Name, r.Stage, r.Safety, r.Title, r.Why)
		if r.After == "" {
			continue
		}
		b.WriteString("\n```py\n")
		if r.Before != "" {
			b.WriteString("# before\n" + r.Before + "\n# after\n")
		}
		b.WriteString(r.After + "\n```\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
