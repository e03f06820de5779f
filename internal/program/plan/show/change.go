package show

import (
	"encoding/json"
	"fmt"
	"io"

	"aiohub/internal/program/plan"
)

// Change writes what has become of a tree since a revision.
func Change(w io.Writer, c *plan.Change, revision string) error {
	b := &page{}
	b.line("since %s", revision)
	row := func(word string, before, after int) {
		b.line("  %-6s %7s  ->  %7s  %+6d", word, thousands(before), thousands(after), after-before)
	}
	row("must", c.Before.Must, c.After.Must)
	row("may", c.Before.May, c.After.May)
	row("face", c.Before.Faces, c.After.Faces)
	row("async", c.Before.Async, c.After.Async)
	list := func(title string, names []string) {
		if len(names) == 0 {
			return
		}
		b.line("")
		b.line("%s (%d)", title, len(names))
		for _, name := range names {
			b.line("  %s", name)
		}
	}
	list("became async", c.Ported)
	list("no longer block", c.Freed)
	list("are gone", c.Gone)
	list("must become async now, and did not before", c.New)
	list("new faces", c.NewFaces)
	return b.to(w)
}

// ChangeJSON writes the same as a document.
func ChangeJSON(w io.Writer, c *plan.Change, revision string) error {
	of := func(c plan.Counts) counts { return counts{c.All, c.Async, c.Must, c.May, c.Faces} }
	list := func(names []string) []string { return append([]string{}, names...) }
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{
		"version": Version, "since": revision, "before": of(c.Before), "after": of(c.After),
		"ported": list(c.Ported), "freed": list(c.Freed), "new": list(c.New), "gone": list(c.Gone),
		"new-faces": list(c.NewFaces),
	})
	if err != nil {
		return fmt.Errorf("write the comparison: %w", err)
	}
	return nil
}
