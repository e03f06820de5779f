package driver

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aiohub/internal/files/cache"
	"aiohub/internal/files/config"
	"aiohub/internal/rules/rule/all"
)

// A tree in which a file has changed has the outcome that it has without a cache.
func TestOutcomeAfterAChange(t *testing.T) {
	t.Setenv(cache.Variable, t.TempDir())
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		past := time.Now().Add(-time.Hour) // what has just been written is looked at again in any case
		if err := os.Chtimes(path, past, past); err != nil {
			t.Fatal(err)
		}
	}
	whole := false
	var unsaved map[string][]byte
	run := func(noCache bool) *Outcome {
		t.Helper()
		whole = false
		c, err := config.Load([]string{root}, "")
		if err != nil {
			t.Fatal(err)
		}
		outcome, err := Run(t.Context(), c, Options{Workers: 1, NoCache: noCache, Tool: "test", Rules: all.Rules(), Progress: func(int, int) { whole = true }, Unsaved: unsaved})
		if err != nil || outcome.CacheFault != nil {
			t.Fatal(err, outcome.CacheFault)
		}
		return outcome
	}
	shown := func(o *Outcome) string {
		text, err := json.MarshalIndent([]any{o.Records, o.Raw, o.Directives, o.Entries, o.Problems, o.Files, o.Lines, o.Bytes}, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	write("pyproject.toml", "[tool.aiohub]\n")
	write("requirements.txt", "eventlet\n")
	write("app/__init__.py", "")
	write("app/hub.py", "from eventlet import sleep, spawn\n")
	write("app/main.py", "import eventlet\neventlet.monkey_patch()\nfrom app import work\n")
	for i := range 20 {
		write(fmt.Sprintf("app/m%d.py", i), "import time\nfrom app import hub\nhub.sleep(1)  # aiohub: ignore[AH102] why not\ntime.sleep(1)\n")
	}
	write("app/work.py", "import time\nfrom app import hub, m1\nhub.sleep(0)\ntime.sleep(1)\n")
	run(false)
	run(false)
	for step, change := range []struct{ name, text string }{
		{"app/work.py", "\nimport time\nfrom app import hub, m1, m2\nhub.sleep(0)\nhub.spawn(1)\ntime.sleep(1)\n"}, // m2 is green now
		{"app/m3.py", "x = (\n"},
		{"app/m3.py", "from app.hub import spawn\nspawn(print)  # aiohub: ignore[AH103]\n"},
		{"requirements.txt", "six\neventlet>=1\n"},
		{"app/hub.py", "from eventlet import sleep\nspawn = print\n"}, // most of the tree depends on it
		{"app/main.py", "from app import work\n"},                     // nothing is patched any more
		{"app/main.py", "import eventlet\neventlet.monkey_patch()\n\nfrom app import work\n"},
		{"app/m5.py", "def f():\n    import eventlet\n    eventlet.monkey_patch(os=False)\n"},
		{"app/work.py", "from app.m5 import f\nf()\n"},
	} {
		unsaved = map[string][]byte{change.name: []byte(change.text)}
		ahead := run(false)
		if step < 4 && whole {
			t.Errorf("step %d, not saved: the tree was scanned as a whole", step)
		}
		unsaved = nil
		write(change.name, change.text)
		got := run(false)
		if step < 4 && whole {
			t.Errorf("step %d: the tree was scanned as a whole", step)
		}
		want := run(true)
		if got.Cached {
			t.Errorf("step %d: the outcome is taken for an earlier one", step)
		}
		if shown(ahead) != shown(want) {
			t.Fatalf("step %d, not saved: %s", step, cmp.Diff(shown(want), shown(ahead)))
		}
		if shown(got) != shown(want) {
			t.Fatalf("step %d: %s", step, cmp.Diff(shown(want), shown(got)))
		}
		if again := run(false); !again.Cached || shown(again) != shown(want) {
			t.Errorf("step %d: not kept, or another outcome", step)
		}
	}
}

// A version of the tool that finds more finds it in a tree that the one before has looked at, too.
func TestWhatAnotherToolKnewIsNotBuiltOn(t *testing.T) {
	t.Setenv(cache.Variable, t.TempDir())
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.py"), []byte("import eventlet\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	reads := func(tool string) bool {
		t.Helper()
		c, err := config.Load([]string{root}, "")
		if err != nil {
			t.Fatal(err)
		}
		read := false
		if _, err := Run(t.Context(), c, Options{Workers: 1, Tool: tool, Rules: all.Rules(), Progress: func(int, int) { read = true }}); err != nil {
			t.Fatal(err)
		}
		return read
	}
	if !reads("one") || reads("one") {
		t.Fatal("the tool does not build on what it knows")
	}
	if !reads("two") {
		t.Error("what one tool found was taken for what another finds")
	}
}
