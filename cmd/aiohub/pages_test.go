package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"aiohub/internal/commands/cli"
	"aiohub/internal/files/cache"
)

// shell is a block of commands on a page, with the comment before it, if any.
var shell = regexp.MustCompile("(?ms)^(<!-- [^\n]* -->\n+)?```(?:console|sh)\n(.*?)^```\n")

// onPages are what the pages say of projects that a reader has, and what stands for it in testdata/trees/shop.
var onPages = strings.NewReplacer(
	"pkg.mod:f", "shop.store:Store.fetch",
	"nova.utils:spawn", "shop.store:Store.fetch",
	"nova.network", "shop.store",
	"nova/cmd/compute.py", "shop/cmd.py",
	"nova.a:f calls nova.b:C.g", "shop.cmd:main calls shop.store:Store.get",
	"--step 7", "--step 1",
	"concise nova", "concise shop",
	"python -m pytest -q", "true",
)

// TestCommandsOnPages runs the commands that a page only names, without their output: what TestTranscripts and the tests
// of whole pages show is theirs. Each block has a copy of the shop, in a repository with the revision v30.0.0, and what
// is written is committed, as port asks for.
func TestCommandsOnPages(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(here, "..", "..")
	pages, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(cache.Variable, t.TempDir())
	for _, page := range append(pages, filepath.Join(root, "README.md")) {
		name := filepath.Base(page)
		if name == "port.md" || name == "tutorial.md" {
			continue // run as wholes
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range shell.FindAllStringSubmatch(string(text), -1) {
			if block[1] == "" {
				t.Run(name, func(t *testing.T) { runAll(t, copied(t, filepath.Join(here, "testdata", "trees", "shop")), block[2]) })
			}
		}
	}
}

// runAll runs the commands of the tool in a block, one after the other.
func runAll(t *testing.T, dir, block string) {
	t.Helper()
	var commands []string
	for line := range strings.Lines(block) {
		if command, ok := strings.CutPrefix(strings.TrimPrefix(strings.TrimSpace(line), "$ "), "aiohub "); ok {
			commands = append(commands, command)
		}
	}
	if len(commands) == 0 {
		t.Skip("no command of aiohub")
	}
	t.Chdir(dir)
	git(t, "init", "-q", ".")
	git(t, "add", ".")
	git(t, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x")
	git(t, "tag", "v30.0.0")
	for _, command := range commands {
		var printed bytes.Buffer
		app := &cli.App{Stdout: &printed, Stderr: &printed, Version: "0.1.0"}
		// 1 is for findings, and for what is in the way of a step.
		if code := app.Run(context.Background(), words(onPages.Replace(command))); code > 1 || printed.Len() == 0 {
			t.Errorf("aiohub %s: exit code %d\n%s", command, code, &printed)
		}
		if strings.Contains(command, "--write") {
			git(t, "add", ".")
			git(t, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x", "--allow-empty")
		}
	}
}
