package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/commands/cli"
	"aiohub/internal/files/cache"
)

// transcript is a block of a document that shows commands with their output. The comment before it names the tree that
// they run in, one of testdata/trees: <!-- transcript: shop -->. "..." alone on a line stands for any lines, "$ cat"
// and other programs are not run.
var transcript = regexp.MustCompile("(?s)<!-- transcript: ([a-z-]+) -->\n```console\n(.*?)```\n")

// TestTranscripts holds the documents to what the tool prints. go test ./cmd/aiohub -run Transcripts -update writes it
// anew.
func TestTranscripts(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob(filepath.Join(here, "..", "..", "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(cache.Variable, t.TempDir())
	seen := 0
	for _, document := range documents {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		trees := map[string]string{}
		updated := transcript.ReplaceAllStringFunc(string(text), func(block string) string {
			seen++
			match := transcript.FindStringSubmatch(block)
			if trees[match[1]] == "" {
				trees[match[1]] = copied(t, filepath.Join(here, "testdata", "trees", match[1]))
			}
			real := played(t, trees[match[1]], match[2])
			if !*update && !shows(match[2], real) {
				t.Errorf("%s shows what is not so:\n%s", document, cmp.Diff(match[2], real))
			}
			if shows(match[2], real) {
				return block
			}
			return fmt.Sprintf("<!-- transcript: %s -->\n```console\n%s```\n", match[1], real)
		})
		if *update && updated != string(text) {
			if err := os.WriteFile(document, []byte(updated), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if seen == 0 {
		t.Error("no document has a transcript")
	}
}

// consoleBlock is a block of commands, with the line before it.
var consoleBlock = regexp.MustCompile("(?ms)^([^\n]*)\n+```console\n(.*?)^```\n")

// TestNoTranscriptIsMadeUp finds what documents show as output of the tool, and no test holds to it. Two pages have tests
// of their own, and those with a mark for folders are run by the tests of the package.
func TestNoTranscriptIsMadeUp(t *testing.T) {
	documents, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil || len(documents) == 0 {
		t.Fatal(documents, err)
	}
	for _, document := range documents {
		if name := filepath.Base(document); name == "tutorial.md" || name == "port.md" {
			continue
		}
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range consoleBlock.FindAllStringSubmatch(string(text), -1) {
			mark := strings.HasPrefix(block[1], "<!-- transcript: ") || strings.HasPrefix(block[1], "<!-- run: ")
			shown := false
			for line := range strings.Lines(block[2]) {
				shown = shown || strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "$ ")
			}
			if strings.HasPrefix(block[2], "$ aiohub ") && shown && !mark {
				t.Errorf("%s: no test holds to this:\n%s", document, block[2])
			}
		}
	}
}

// copied makes a copy of a tree that commands may write to.
func copied(t *testing.T, tree string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(tree))
	if err := os.CopyFS(dir, os.DirFS(tree)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// played runs the commands of a transcript and returns it with what they print.
func played(t *testing.T, dir, text string) string {
	t.Helper()
	t.Chdir(dir)
	var out strings.Builder
	for line := range strings.Lines(text) {
		command, ok := strings.CutPrefix(line, "$ aiohub ")
		if !ok {
			continue
		}
		out.WriteString(line)
		var stdout, stderr bytes.Buffer
		app := &cli.App{Stdout: &stdout, Stderr: &stderr, Version: "dev"}
		app.Run(context.Background(), words(strings.TrimSpace(command)))
		out.Write(stdout.Bytes())
		out.Write(stderr.Bytes())
	}
	return out.String()
}

// words splits a command line as a shell does: at spaces outside of single quotes; a comment ends it.
func words(command string) []string {
	command, _, _ = strings.Cut(command, "  #")
	var list []string
	for i, part := range strings.Split(command, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

// shows reports whether a transcript is what really happens, lines left out where it says "...".
func shows(written, real string) bool {
	pieces := strings.Split(written, "...\n")
	if len(pieces) == 1 {
		return written == real
	}
	if !strings.HasPrefix(real, pieces[0]) {
		return false
	}
	rest := real[len(pieces[0]):]
	for _, piece := range pieces[1:] {
		at := strings.Index(rest, piece)
		if at < 0 {
			return false
		}
		rest = rest[at+len(piece):]
	}
	return rest == "" || pieces[len(pieces)-1] == ""
}

func TestShows(t *testing.T) {
	for _, test := range []struct {
		written, real string
		want          bool
	}{
		{"a\nb\n", "a\nb\n", true},
		{"a\n", "a\nb\n", false},
		{"a\n...\nc\n", "a\nb\nc\n", true},
		{"a\n...\nd\n", "a\nb\nc\n", false},
		{"a\n...\n", "a\nb\nc\n", true},
		{"b\n...\n", "a\nb\nc\n", false},
	} {
		if got := shows(test.written, test.real); got != test.want {
			t.Errorf("%q of %q: %v", test.written, test.real, got)
		}
	}
}
