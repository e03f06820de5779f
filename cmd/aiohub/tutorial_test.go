package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	diffs "aiohub/internal/language/edit"
)

// tutorialBlock is a block of the tutorial that matters here: the service, a file beside it, or commands.
var tutorialBlock = regexp.MustCompile("(?ms)^```(python|diff|toml pyproject.toml|console)\n(.*?)^```\n")

// TestTutorial goes through the tutorial as its reader does. The first program is the service. Commands run in its
// project, and print what the page shows. The program after a command that writes is what the command has written; any
// other is what the reader has made of it by hand. A diff shows what is different in the next program. go test
// ./cmd/aiohub -run Tutorial -update writes the page anew.
func TestTutorial(t *testing.T) {
	page := filepath.Join(start, "..", "..", "docs", "tutorial.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("NO_COLOR", "1")
	written := false
	blocks := tutorialBlock.FindAllStringSubmatch(string(text), -1)
	played := tutorialBlock.ReplaceAllStringFunc(string(text), func(string) string {
		kind, content := blocks[0][1], blocks[0][2]
		blocks = blocks[1:]
		switch {
		case kind == "console" && strings.HasPrefix(content, "$ aiohub "):
			written = written || strings.Contains(content, " --write\n")
			content = commands(t, strings.SplitAfter(content, "\n"))
		case kind == "diff":
			content = diffs.Diff("service.py", []byte(load(t, "service.py")), []byte(nextProgram(t, blocks)))
		case kind == "python" && written:
			written = false
			content = load(t, "service.py")
		case kind == "python":
			save(t, "service.py", content)
		case kind != "console":
			save(t, "pyproject.toml", content)
		}
		return "```" + kind + "\n" + content + "```\n"
	})
	if *update {
		save(t, page, played)
		return
	}
	if diff := cmp.Diff(string(text), played); diff != "" {
		t.Errorf("the tutorial (-) is not what happens (+):\n%s", diff)
	}
}

// nextProgram is the first of the blocks that is one.
func nextProgram(t *testing.T, blocks [][]string) string {
	t.Helper()
	for _, block := range blocks {
		if block[1] == "python" {
			return block[2]
		}
	}
	t.Fatal("no program comes after a diff")
	return ""
}

func load(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
