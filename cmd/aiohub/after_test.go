package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestDefectsAfterAMove checks small programs that are made after what projects reported when they had moved to threads
// or to asyncio. Each archive has the program with the defect and without. Its first line says to what the program has
// moved, and which rule finds the defect; the second whose it is.
func TestDefectsAfterAMove(t *testing.T) {
	archives, err := filepath.Glob("testdata/after/*.txtar")
	if err != nil || len(archives) < 20 {
		t.Fatal(err, archives)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			head, _, _ := strings.Cut(string(archive.Comment), "\n")
			target, rule, ok := strings.Cut(head, " ")
			if !ok || len(archive.Files) != 2 || archive.Files[0].Name != "defect.py" || archive.Files[1].Name != "fixed.py" {
				t.Fatalf("%q: not a target and a rule, and a program twice", head)
			}
			if found := findings(t, target, archive.Files[0].Data); !regexp.MustCompile(rule).MatchString(found) {
				t.Errorf("%s does not find the defect:\n%s", rule, found)
			}
			if found := findings(t, target, archive.Files[1].Data); found != "" {
				t.Errorf("nothing is wrong any more, and yet:\n%s", found)
			}
		})
	}
}

// findings gives what check says for certain of a program of one file.
func findings(t *testing.T, target string, src []byte) string {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "program.py"), src, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("aiohub", "check", "--target", target, "--select", "AH5,AH6,AH7", "--output-format", "concise", "--no-cache")
	cmd.Dir = root
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
