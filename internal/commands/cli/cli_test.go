package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"aiohub/internal/files/cache"
)

// TestMain gives the tests a cache of their own.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "aiohub-cache-")
	if err != nil {
		panic(err)
	}
	os.Setenv(cache.Variable, dir)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func TestAnswersOfTwoRunsOnOneCacheAreTheSame(t *testing.T) {
	root := t.TempDir()
	for i := range 40 {
		text := strings.Repeat("import eventlet\neventlet.sleep(0)\n", i)
		if err := os.WriteFile(filepath.Join(root, fmt.Sprintf("m%d.py", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	type answer struct {
		code           int
		stdout, stderr string
	}
	answers := make(chan answer)
	const runs = 6
	for range runs {
		go func() {
			var stdout, stderr bytes.Buffer
			app := &App{Stdout: &stdout, Stderr: &stderr, Version: "1"}
			code := app.Run(context.Background(), []string{"check", root})
			answers <- answer{code, stdout.String(), stderr.String()}
		}()
	}
	first := <-answers
	if first.code != Found || first.stdout == "" {
		t.Errorf("%+v", first)
	}
	for range runs - 1 {
		if got := <-answers; got != first {
			t.Errorf("%+v differs", got)
		}
	}
}

// What --help prints fits any terminal, whatever flag is added.
func TestHelpFitsATerminal(t *testing.T) {
	app := &App{Stdout: io.Discard, Stderr: io.Discard, Version: "1"}
	for _, command := range app.command().Commands() {
		var stdout bytes.Buffer
		app := &App{Stdout: &stdout, Stderr: io.Discard, Version: "1"}
		if code := app.Run(t.Context(), []string{command.Name(), "--help"}); code != Clean || stdout.Len() == 0 {
			t.Errorf("%s: exit code %d", command.Name(), code)
		}
		for line := range strings.Lines(stdout.String()) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 80 {
				t.Errorf("%s: wider than 80: %q", command.Name(), line)
			}
		}
	}
}
