package port

import (
	"strings"
	"testing"
)

func TestFirstPrefixDecides(t *testing.T) {
	table := readPrefixes("# a table\na.b.c   the longer one\na.b     another # with a hash\n")
	for name, want := range map[string]string{"a.b.c.d": "the longer one", "a.b.x": "another # with a hash", "b": "none"} {
		if got := table.of(name, "none"); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestEveryPrefixIsReached finds rows behind one that takes all that they are for.
func TestEveryPrefixIsReached(t *testing.T) {
	for name, table := range map[string]prefixes{"families.txt": families, "remedies.txt": remedies} {
		if len(table) == 0 {
			t.Errorf("%s is empty", name)
		}
		for i, row := range table {
			if row.text == "" {
				t.Errorf("%s: %s has no text", name, row.prefix)
			}
			for _, before := range table[:i] {
				if strings.HasPrefix(row.prefix, before.prefix) {
					t.Errorf("%s: %s stands behind %s", name, row.prefix, before.prefix)
				}
			}
		}
	}
}
