package cache

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aiohub/internal/files/walk"
)

// tree is a directory with files that are old enough to be trusted.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		write(t, root, name, content)
	}
	return root
}

func write(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}

// home gives the test a user's folder of its own.
func home(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cache")
	t.Setenv(Variable, dir)
	return dir
}

func start(t *testing.T, where Where, tool string) *Cache {
	t.Helper()
	result, err := walk.Tree(context.Background(), where.Root, walk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Open(where, tool, result.Files, 1<<20)
}

// run is a whole run: it returns the outcome, and whether that was kept from an earlier one.
func run(t *testing.T, root, tool, outcome string) (string, bool) {
	t.Helper()
	return runIn(t, Where{Root: root}, tool, outcome)
}

func runIn(t *testing.T, where Where, tool, outcome string) (string, bool) {
	t.Helper()
	root := where.Root
	c := start(t, where, tool)
	if blob, ok := c.Lookup(context.Background(), 2, ""); ok {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		return string(blob), true
	}
	for i, file := range c.files {
		if content, err := os.ReadFile(filepath.Join(root, file.Path)); err == nil {
			c.Seen(i, content)
		}
	}
	c.Store("", []byte(outcome))
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return outcome, false
}

func want(t *testing.T, what string, got string, hit bool, wantGot string, wantHit bool) {
	t.Helper()
	if got != wantGot || hit != wantHit {
		t.Errorf("%s: %q, kept %v; want %q, kept %v", what, got, hit, wantGot, wantHit)
	}
}

func TestOutcomeBelongsToContent(t *testing.T) {
	home(t)
	root := tree(t, map[string]string{"a.py": "a", "b.py": "b"})
	got, hit := run(t, root, "1", "first")
	want(t, "nothing kept", got, hit, "first", false)
	got, hit = run(t, root, "1", "x")
	want(t, "unchanged", got, hit, "first", true)

	write(t, root, "a.py", "A")
	now := time.Now().Add(-time.Minute)
	os.Chtimes(filepath.Join(root, "a.py"), now, now)
	got, hit = run(t, root, "1", "second")
	want(t, "changed", got, hit, "second", false)

	write(t, root, "a.py", "a")
	now = now.Add(time.Second)
	os.Chtimes(filepath.Join(root, "a.py"), now, now)
	got, hit = run(t, root, "1", "x")
	want(t, "changed back", got, hit, "first", true)

	got, hit = run(t, root, "2", "other tool")
	want(t, "another tool", got, hit, "other tool", false)

	write(t, root, "c.py", "")
	got, hit = run(t, root, "1", "third")
	want(t, "a new file", got, hit, "third", false)
	os.Remove(filepath.Join(root, "c.py"))
	got, hit = run(t, root, "1", "x")
	want(t, "the file gone again", got, hit, "first", true)
}

func TestYoungFilesAreReadEachTime(t *testing.T) {
	home(t)
	root := tree(t, map[string]string{"old.py": ""})
	path := filepath.Join(root, "a.py")
	at := time.Now()
	change := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	change("1")
	run(t, root, "1", "first")
	change("2") // same size, same time
	got, hit := run(t, root, "1", "second")
	want(t, "changed within the clock's granularity", got, hit, "second", false)
}

func TestDamageIsAsGoodAsNothing(t *testing.T) {
	base := home(t)
	for _, name := range []string{"index", "outcome"} {
		for what, damage := range map[string]func([]byte) []byte{
			"empty": func([]byte) []byte { return nil },
			"cut":   func(b []byte) []byte { return b[:len(b)-1] },
			"bit":   func(b []byte) []byte { b = bytes.Clone(b); b[len(b)-1] ^= 1; return b },
			"magic": func(b []byte) []byte { b = bytes.Clone(b); b[0] ^= 1; return b },
		} {
			root := tree(t, map[string]string{"a.py": "a"})
			run(t, root, "1", "first")
			entries, _ := filepath.Glob(filepath.Join(base, treeName(root), name+"*"))
			if len(entries) != 1 {
				t.Fatalf("%s: %v", name, entries)
			}
			content, _ := os.ReadFile(entries[0])
			if err := os.WriteFile(entries[0], damage(content), 0o644); err != nil {
				t.Fatal(err)
			}
			got, hit := run(t, root, "1", "again")
			want(t, name+" "+what, got, hit, "again", false)
			got, hit = run(t, root, "1", "x")
			want(t, name+" "+what+", repaired", got, hit, "again", true)
		}
	}
}

func TestTwoRunsAtOnce(t *testing.T) {
	base := home(t)
	root := tree(t, map[string]string{"a.py": "a", "b.py": "b"})
	var runs sync.WaitGroup
	for range 8 {
		runs.Go(func() {
			for range 5 {
				if got, _ := run(t, root, "1", "same"); got != "same" {
					t.Errorf("%q", got)
				}
			}
		})
	}
	runs.Wait()
	entries, _ := os.ReadDir(filepath.Join(base, treeName(root)))
	if len(entries) < 2 {
		t.Errorf("%v", entries)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".tmp") {
			t.Errorf("%s is left behind", entry.Name())
		}
	}
}

func TestCacheThatCannotBeWrittenIsAWordAndNoMore(t *testing.T) {
	root := tree(t, map[string]string{"a.py": "a"})
	t.Setenv(Variable, filepath.Join(root, "a.py", "cache"))
	c := start(t, Where{Root: root}, "1")
	c.Store("", []byte("x"))
	if err := c.Close(); err == nil {
		t.Error("no word about a cache that cannot be written")
	}
	none := start(t, Where{Root: root, None: true}, "1")
	none.Store("", []byte("x"))
	if err := none.Close(); err != nil {
		t.Error(err)
	}
}

func TestOnlySomeOutcomesStay(t *testing.T) {
	base := home(t)
	root := tree(t, map[string]string{"a.py": "a"})
	for i := range 2 * keepOutcomes {
		run(t, root, string(rune('a'+i)), "x")
	}
	outcomes, _ := filepath.Glob(filepath.Join(base, treeName(root), "outcome-*"))
	if len(outcomes) != keepOutcomes {
		t.Errorf("%d outcomes stay, want %d", len(outcomes), keepOutcomes)
	}
}

func TestUnreadableFilesDoNotMakeOutcomesUseless(t *testing.T) {
	home(t)
	root := tree(t, map[string]string{"a.py": "a", "huge.py": strings.Repeat("#", 2<<20)})
	c := start(t, Where{Root: root}, "1")
	c.Seen(0, []byte("a")) // the scanner does not read the huge file
	c.Store("", []byte("first"))
	c.Close()
	if blob, ok := start(t, Where{Root: root}, "1").Lookup(context.Background(), 1, ""); !ok || string(blob) != "first" {
		t.Errorf("%q, %v", blob, ok)
	}
}
