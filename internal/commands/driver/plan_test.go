package driver

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"aiohub/internal/files/cache"
	"aiohub/internal/files/config"
	"aiohub/internal/program/callgraph"
	"aiohub/internal/rules/rule/all"
)

// The call graph of a tree is what it is without a cache, and none of its files is read again if none has changed.
func TestGraphAfterAChange(t *testing.T) {
	t.Setenv(cache.Variable, t.TempDir())
	root := t.TempDir()
	past := time.Now().Add(-time.Hour) // what has just been written is looked at again in any case
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		past = past.Add(time.Second)
		if err := os.Chtimes(path, past, past); err != nil {
			t.Fatal(err)
		}
	}
	built := false
	graph := func(noCache bool) *callgraph.Graph {
		t.Helper()
		c, err := config.Load([]string{root}, "")
		if err != nil {
			t.Fatal(err)
		}
		options := Options{Workers: 2, NoCache: noCache, Tool: "test", Rules: all.Rules()}
		outcome, err := Run(t.Context(), c, options)
		if err != nil || outcome.CacheFault != nil {
			t.Fatal(err, outcome.CacheFault)
		}
		built = false
		options.Workers, options.Progress = 1, func(int, int) { built = true }
		g, err := Graph(t.Context(), c, outcome, options)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	write("pyproject.toml", "[tool.aiohub]\n")
	write("app/__init__.py", "")
	write("app/work.py", "import time\nclass Worker:\n    @property\n    def size(self): return 1\n    def run(self): time.sleep(1)\n")
	write("app/main.py", "from app.work import Worker\ndef main():\n    w = Worker()\n    w.run()\n    print(w.size, unknown.call())\n")
	write("app/bad.py", "def f(:\n")
	write("app/tests/test_work.py", "from app.work import Worker\nWorker().run()\n")
	for _, step := range []struct {
		name, text string
		rebuilt    bool
	}{
		{"app/work.py", "import time\nclass Worker:\n    def run(self): time.sleep(1)\n    def size(self): self.run()\n", true},
		{"app/main.py", "from app.work import Worker\n\ndef main():\n    Worker().size()\n", true},
		{"app/new.py", "from app.main import main\nmain()\n", true},
		{"app/tests/test_work.py", "from app.work import Worker\n", false},
		{"pyproject.toml", "[tool.aiohub]\nexclude = [\"x\"]\n", false},
		{"app/new.py", "", true},
		{"app/new.py", "from app.main import main\nmain()\n", false}, // as it was
	} {
		write(step.name, step.text)
		got := graph(false)
		if built != step.rebuilt {
			t.Errorf("%s: built again: %t, want %t", step.name, built, step.rebuilt)
		}
		again := graph(false)
		if built {
			t.Errorf("%s: not kept", step.name)
		}
		want := graph(true)
		for _, g := range []*callgraph.Graph{got, again} {
			if diff := cmp.Diff(want, g, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s: %s", step.name, diff)
			}
		}
	}
}

// A graph of another tool, or one that is damaged, is none.
func TestGraphOfAnotherTool(t *testing.T) {
	home := t.TempDir()
	t.Setenv(cache.Variable, home)
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.py"), []byte("def f(): g()\ndef g(): pass\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	builds := func(tool string) bool {
		t.Helper()
		c, err := config.Load([]string{root}, "")
		if err != nil {
			t.Fatal(err)
		}
		built := false
		options := Options{Workers: 1, Tool: tool, Rules: all.Rules()}
		outcome, err := Run(t.Context(), c, options)
		if err != nil {
			t.Fatal(err)
		}
		options.Progress = func(int, int) { built = true }
		if _, err := Graph(t.Context(), c, outcome, options); err != nil {
			t.Fatal(err)
		}
		return built
	}
	if !builds("one") || !builds("two") {
		t.Error("the graph of one tool was taken for that of another")
	}
	graphs, err := filepath.Glob(filepath.Join(home, "tree-*", "graph-*"))
	if err != nil || len(graphs) != 2 {
		t.Fatal(graphs, err)
	}
	for _, name := range graphs {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)-1] ^= 1
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !builds("one") {
		t.Error("a damaged graph was taken")
	}
}
