package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tutorialBlock is a block of the tutorial that matters here: the service, a file beside it, or commands.
var tutorialBlock = regexp.MustCompile("(?ms)^```(python|toml pyproject.toml|console)\n(.*?)^```\n")

// TestTutorial goes through the tutorial as its reader does. The first program is the service. Commands run in its project, and print what the
// page shows. The program after a command that writes is what the command has written; any other is what the reader has made of it by hand.
// go test ./cmd/aiohub -run Tutorial -update writes the page anew.
func TestTutorial(t *testing.T) {
	page := filepath.Join(start, "..", "..", "docs", "tutorial.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("NO_COLOR", "1")
	written := false
	played := tutorialBlock.ReplaceAllStringFunc(string(text), func(block string) string {
		match := tutorialBlock.FindStringSubmatch(block)
		kind, content := match[1], match[2]
		switch {
		case kind == "console" && strings.HasPrefix(content, "$ aiohub "):
			written = written || strings.Contains(content, " --write\n")
			content = commands(t, strings.SplitAfter(content, "\n"))
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
