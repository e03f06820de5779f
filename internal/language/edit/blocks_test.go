package edit_test

import (
	"testing"

	"aiohub/internal/language/edit"
	"aiohub/internal/language/pysyntax"
)

// TestFillBlocks takes the lines with "gone" out: a block that has nothing left gets a pass, one that has keeps what it
// has.
func TestFillBlocks(t *testing.T) {
	src := "if a:\n    gone1\n    gone2\nelse:\n    gone3\n    stays\ngone4\ngone5\nfor x in y:\n\tgone6\n\n\tgone7\n"
	want := "if a:\n    pass\nelse:\n    stays\nfor x in y:\n\tpass\n\n"
	var parser pysyntax.Parser
	tree := parser.Parse([]byte(src))
	set := edit.Set{Src: []byte(src)}
	for n := range tree.All() {
		if text := string(tree.Text(n)); tree.Kind(n) == pysyntax.ExprStmt && text != "stays" {
			edit.DeleteStatement(&set, tree, n)
		}
	}
	edit.FillBlocks(&set, tree)
	got, err := set.Apply()
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := edit.Parses(got); err != nil {
		t.Error(err)
	}
}
