package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/commands/cli"
)

// TestPortingPage makes the files that docs/port.md shows, runs its commands one after the other, and holds their
// output against the page.
func TestPortingPage(t *testing.T) {
	page := filepath.Join(start, "..", "..", "docs", "port.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	t.Chdir(root)
	t.Setenv("NO_COLOR", "1")
	var out strings.Builder
	section := ""
	lines := strings.SplitAfter(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i])
		if strings.HasPrefix(lines[i], "## ") && lines[i] != section {
			section = lines[i]
			root = t.TempDir() // each section has a project of its own
			t.Chdir(root)
		}
		language, name, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(lines[i], "```")), " ")
		if !strings.HasPrefix(lines[i], "```") || language == "" {
			continue
		}
		var block []string
		for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
			block = append(block, lines[i])
		}
		if language == "console" {
			out.WriteString(commands(t, block))
		} else {
			out.WriteString(strings.Join(block, ""))
			if name != "" {
				path := filepath.Join(root, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(strings.Join(block, "")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		out.WriteString(lines[i])
	}
	if *update {
		if err := os.WriteFile(page, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(text), out.String()); diff != "" {
		t.Errorf("the page (-) is not what happens (+):\n%s", diff)
	}
}

// start is where the tests run, before one goes elsewhere.
var start, _ = os.Getwd()

// commands runs the commands of a block, and gives the block with what they print.
func commands(t *testing.T, block []string) string {
	t.Helper()
	var out strings.Builder
	for _, line := range block {
		command, is := strings.CutPrefix(line, "$ aiohub ")
		if !is {
			continue
		}
		var printed bytes.Buffer
		app := &cli.App{Stdout: &printed, Stderr: &printed, Version: "0.1.0"}
		app.Run(context.Background(), append(strings.Fields(command), "--no-cache"))
		out.WriteString(line)
		out.Write(printed.Bytes())
	}
	return out.String()
}
