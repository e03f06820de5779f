package port

import (
	"io"
	"strings"
)

// Explain prints the rules of a stage, or of all for 0, as Markdown.
func Explain(w io.Writer, stage int) error {
	var b strings.Builder
	b.WriteString("# Rules of `aiohub port`\n")
	for _, r := range Rules {
		if stage == 0 || r.Stage == stage {
			b.WriteString("\n" + r.Page)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
