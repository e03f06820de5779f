package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

const migrations = "testdata/migrations"

// TestMigrations says what the tool does where people moved code off eventlet: there is a small program with the
// constructs of each commit, and what the tool answers.
func TestMigrations(t *testing.T) {
	testscript.Run(t, scripts(migrations))
}

// verdicts of a migration, as the table explains them.
var verdicts = []string{"same", "better", "refuses", "misses"}

// TestMigrationsTable holds the table in the documentation to the heads of the scripts; -update writes it.
func TestMigrationsTable(t *testing.T) {
	holdTable(t, "table", migrationsTable(t))
}

// holdTable holds what stands between two comments of docs/migrations.md to a table; -update writes it.
func holdTable(t *testing.T, name, table string) {
	const page = "../../docs/migrations.md"
	begin, end := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->\n"
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the %s", page, name)
	}
	want := before + begin + table + end + after
	if want == string(content) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the scripts say; go test ./cmd/aiohub -run Table -update", page)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func migrationsTable(t *testing.T) string {
	files, err := filepath.Glob(migrations + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in %s: %v", migrations, err)
	}
	counts := map[string]int{}
	var rows strings.Builder
	for _, file := range files {
		head := heads(t, file, "migration", "people", "verdict", "tool")
		if !slices.Contains(verdicts, head["verdict"]) {
			t.Errorf("%s: %q is no verdict", file, head["verdict"])
		}
		counts[head["verdict"]]++
		_, commit, _ := strings.Cut(head["migration"], " ")
		fmt.Fprintf(&rows, "| %s | %s | %s | %s |\n", commit, head["people"], head["verdict"], head["tool"])
	}
	var sums []string
	for _, verdict := range verdicts {
		sums = append(sums, fmt.Sprintf("%s %d", verdict, counts[verdict]))
	}
	return fmt.Sprintf("%d migrations: %s.\n\n| commit | what people did | | what the tool does |\n|---|---|---|---|\n%s", len(files), strings.Join(sums, ", "), rows.String())
}

// heads reads the first lines of a script, each a name and a text.
func heads(t *testing.T, file string, names ...string) map[string]string {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	lines := strings.Split(string(content), "\n")
	for i, name := range names {
		text, ok := strings.CutPrefix(lines[min(i, len(lines)-1)], "# "+name+": ")
		if !ok {
			t.Fatalf("%s: line %d does not begin with %q", file, i+1, "# "+name+": ")
		}
		found[name] = text
	}
	return found
}
