package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/commands/cli"
)

// patchBlock is a block of a document that shows the message of a patch: the tree, and the number of the patch.
var patchBlock = regexp.MustCompile("(?s)<!-- patch: ([a-z-]+) (\\d+) -->\n```text\n(.*?)```\n")

// TestSeriesPage holds the page about series to what the messages are. go test ./cmd/aiohub -run SeriesPage -update
// writes it anew.
func TestSeriesPage(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("patches are made by git")
	}
	page, err := filepath.Abs("../../docs/series.md")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	trees, err := filepath.Abs("testdata/trees")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	updated := patchBlock.ReplaceAllStringFunc(string(text), func(block string) string {
		seen++
		m := patchBlock.FindStringSubmatch(block)
		number, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		real := messageOf(t, filepath.Join(trees, m[1]), number)
		if !*update && real != m[3] {
			t.Errorf("the page shows another message:\n%s", cmp.Diff(m[3], real))
		}
		return fmt.Sprintf("<!-- patch: %s %d -->\n```text\n%s```\n", m[1], number, real)
	})
	if seen == 0 {
		t.Error("the page shows no message")
	}
	if *update && updated != string(text) {
		if err := os.WriteFile(page, []byte(updated), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// messageOf makes the series of a tree and returns a message of it.
func messageOf(t *testing.T, tree string, number int) string {
	t.Helper()
	dir := copied(t, tree)
	t.Chdir(dir)
	git(t, "init", "-q", ".")
	git(t, "add", ".")
	git(t, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "first")
	git(t, "config", "user.name", "x")
	git(t, "config", "user.email", "x@example.org")
	var said bytes.Buffer
	app := &cli.App{Stdout: &said, Stderr: &said, Version: "test"}
	if code := app.Run(context.Background(), []string{"port", "--series", "patches"}); code != cli.Clean {
		t.Fatalf("exit code %d:\n%s", code, said.String())
	}
	files, err := filepath.Glob("patches/*.patch")
	if err != nil || len(files) < number {
		t.Fatalf("%d patches: %v\n%s", len(files), err, said.String())
	}
	mail, err := os.ReadFile(files[number-1])
	if err != nil {
		t.Fatal(err)
	}
	_, from, _ := strings.Cut(string(mail), "\nSubject: ")
	message, _, _ := strings.Cut(from, "\n---\n")
	return "Subject: " + message + "\n"
}

func git(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}
