package cache

import (
	"crypto/sha256"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// snapshot is everything below a directory: names and contents, or where a link leads.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case entry.Type()&os.ModeSymlink != 0:
			all[path], err = os.Readlink(path)
		case entry.IsDir():
			all[path] = "directory"
		default:
			var content []byte
			content, err = os.ReadFile(path)
			all[path] = string(content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func unchanged(t *testing.T, what, dir string, before map[string]string) {
	t.Helper()
	if after := snapshot(t, dir); !maps.Equal(before, after) {
		t.Errorf("%s: %v became %v", what, slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(after)))
	}
}

// victim is a directory with files that look as if the cache had made them long ago.
func victim(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	old := time.Now().Add(-1000 * time.Hour)
	names := []string{"index", "notes.tmp", ".aiohub-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp", "outcome-of-the-trial"}
	for i := range 2 * keepOutcomes {
		names = append(names, outcomePrefix+strings.Repeat(string(rune('a'+i%6)), 31)+string(rune('0'+i%10)))
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// refused is a run whose folder may not be used: the outcome is made anew, nothing is kept, and there is a word why.
func refused(t *testing.T, what string, where Where) {
	t.Helper()
	c := start(t, where, "1")
	if _, ok := c.Lookup(t.Context(), 1, ""); ok {
		t.Errorf("%s: an outcome was believed", what)
	}
	for i := range c.files {
		c.Seen(i, []byte("a"))
	}
	c.Store("", []byte("fresh"))
	if err := c.Close(); err == nil {
		t.Errorf("%s: no word", what)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestNoPathOfTheTreeLeadsOutOfIt(t *testing.T) {
	home(t)
	outside := victim(t)
	before := snapshot(t, outside)
	root := tree(t, map[string]string{"a.py": "a"})
	link(t, outside, filepath.Join(root, ".aiohub_cache"))
	link(t, filepath.Dir(outside), filepath.Join(root, "up"))
	link(t, filepath.Join(outside, "new"), filepath.Join(root, "dangling"))
	up, err := filepath.Rel(root, outside)
	if err != nil {
		t.Fatal(err)
	}
	for _, own := range []string{
		outside, filepath.Join(outside, "new"), up, up + "/new", ".", "a/../..", "a.py", "a.py/x", ".git", ".git/x",
		".aiohub_cache", ".aiohub_cache/new", "up/" + filepath.Base(outside), "up/new", "dangling",
	} {
		refused(t, own, Where{Root: root, Own: own})
		unchanged(t, own, outside, before)
	}
	// Without a word of the tree its folder does not matter.
	run(t, root, "1", "first")
	unchanged(t, "the user's folder", outside, before)
}

func TestNothingThatCameWithTheTreeIsBelieved(t *testing.T) {
	root := tree(t, map[string]string{"a.py": "a"})
	where := Where{Root: root, Own: ".cache"}
	// Somebody else's aiohub makes the folder, seals, tag and all, and it is committed.
	home(t)
	runIn(t, where, "1", "forged: no findings")
	if got, hit := runIn(t, where, "1", "x"); !hit || got != "forged: no findings" {
		t.Fatalf("the folder is of no use to the one who made it: %q %v", got, hit)
	}
	home(t)
	before := snapshot(t, filepath.Join(root, ".cache"))
	refused(t, "another user's", where)
	unchanged(t, "another user's", root+"/.cache", before)

	// The same with a folder that says nothing of its origin, as earlier versions made it.
	plain := tree(t, map[string]string{"a.py": "a"})
	if err := os.Rename(victim(t), filepath.Join(plain, ".cache")); err != nil {
		t.Fatal(err)
	}
	before = snapshot(t, plain)
	refused(t, "a stranger's", Where{Root: plain, Own: ".cache"})
	unchanged(t, "a stranger's", plain, before)
}

func TestEntriesBelongToOneTree(t *testing.T) {
	base := home(t)
	one, two := tree(t, map[string]string{"a.py": "a"}), tree(t, map[string]string{"a.py": "b"})
	run(t, one, "1", "outcome of one")
	if err := os.Rename(filepath.Join(base, treeName(one)), filepath.Join(base, treeName(two))); err != nil {
		t.Fatal(err)
	}
	if c := start(t, Where{Root: two}, "1"); len(c.known) > 0 {
		t.Errorf("another tree's index is believed: %v", c.known)
	}
}

func TestEntriesAreBelievedForWhatTheyAreOnly(t *testing.T) {
	base := home(t)
	root := tree(t, map[string]string{"a.py": "a"})
	run(t, root, "1", "first")
	first, _ := filepath.Glob(filepath.Join(base, treeName(root), "outcome-*"))
	run(t, root, "2", "second")
	content, err := os.ReadFile(first[0])
	if err != nil {
		t.Fatal(err)
	}
	all, _ := filepath.Glob(filepath.Join(base, treeName(root), "outcome-*"))
	for _, path := range all {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, hit := run(t, root, "2", "second again")
	want(t, "an outcome in another one's place", got, hit, "second again", false)
}

func TestFolderUnderVersionControlIsNotUsed(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("there is no git")
	}
	for _, version := range []string{"2", "3", "4"} {
		home(t)
		root := tree(t, map[string]string{"a.py": "a", "the link.py": "b", "\u00e9.py": "c"})
		where := Where{Root: root, Own: "cache"}
		command := func(args ...string) {
			t.Helper()
			cmd := exec.Command(git, append([]string{"-C", root, "-c", "index.version=" + version}, args...)...)
			cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
			if output, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
		}
		command("init", "--quiet")
		command("add", "a.py")
		runIn(t, where, "1", "first")
		command("add", ".")
		got, hit := runIn(t, where, "1", "x")
		want(t, "a folder that git ignores", got, hit, "first", true)
		command("add", "--force", "cache")
		if version == "3" {
			command("update-index", "--skip-worktree", "a.py") // needs the longer entries
		}
		before := snapshot(t, root)
		refused(t, "a committed folder", where)
		unchanged(t, "a committed folder", root, before)
		command("rm", "-r", "--cached", "--quiet", "cache")
		got, hit = runIn(t, where, "1", "x")
		want(t, "a folder that git has forgotten", got, hit, "first", true)
	}
}

func TestUsersFolderIsNotInTheTree(t *testing.T) {
	root := tree(t, map[string]string{"a.py": "a"})
	outside := victim(t)
	link(t, outside, filepath.Join(root, "out"))
	far := filepath.Join(t.TempDir(), "far")
	link(t, root, far)
	before, beforeRoot := snapshot(t, outside), snapshot(t, root)
	for _, path := range []string{filepath.Join(root, "cache"), root, filepath.Join(root, "out"), filepath.Join(far, "cache"), filepath.Join(far, "out", "x"), "relative"} {
		t.Setenv(Variable, path)
		refused(t, path, Where{Root: root})
	}
	t.Setenv(Variable, "")
	t.Setenv("XDG_CACHE_HOME", filepath.Join(root, "out"))
	refused(t, "XDG_CACHE_HOME", Where{Root: root})
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	refused(t, "no home", Where{Root: root})
	unchanged(t, "outside", outside, before)
	unchanged(t, "the tree", root, beforeRoot)
}

func TestOnlyAKeyOfThisUserAloneIsTaken(t *testing.T) {
	for what, spoil := range map[string]func(path string) error{
		"readable by others": func(path string) error { return os.Chmod(path, 0o644) },
		"a link": func(path string) error {
			if err := os.Rename(path, path+"2"); err != nil {
				return err
			}
			return os.Symlink(path+"2", path)
		},
		"short": func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) },
		"a directory": func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return os.Mkdir(path, 0o700)
		},
	} {
		base := home(t)
		root := tree(t, map[string]string{"a.py": "a"})
		run(t, root, "1", "first")
		if err := spoil(filepath.Join(base, keyName)); err != nil {
			t.Fatal(err)
		}
		refused(t, what, Where{Root: root})
	}
}

func TestTwoFirstRunsHaveOneKey(t *testing.T) {
	base := home(t)
	if err := os.MkdirAll(base, 0o700); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(base)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	keys := make(chan string)
	for range 16 {
		go func() {
			key, err := openKey(root)
			if err != nil {
				t.Error(err)
			}
			keys <- string(key)
		}()
	}
	first := <-keys
	for range 15 {
		if key := <-keys; key != first {
			t.Errorf("keys %x and %x", first, key)
		}
	}
	if entries, err := os.ReadDir(base); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

func TestOthersCannotReadWhatIsKept(t *testing.T) {
	base := home(t)
	run(t, tree(t, map[string]string{"a.py": "a"}), "1", "first")
	err := filepath.WalkDir(base, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOnlyOurOwnNamesAreDeleted(t *testing.T) {
	base := home(t)
	root := tree(t, map[string]string{"a.py": "a"})
	run(t, root, "1", "first")
	dir := filepath.Join(base, treeName(root))
	old := time.Now().Add(-1000 * time.Hour)
	stay := []string{"notes.tmp", ".aiohub-x.tmp", "outcome-of-the-trial", "outcome-" + strings.Repeat("A", 32), "outcome-" + strings.Repeat("a", 30)}
	gone := []string{".aiohub-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp"}
	for i := range keepOutcomes {
		gone = append(gone, outcomePrefix+strings.Repeat(string(rune('a'+i%6)), 31)+string(rune('0'+i)))
	}
	for _, name := range append(slices.Clone(stay), gone...) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(path, old, old)
	}
	for i := range keepOutcomes {
		run(t, root, "tool "+string(rune('a'+i)), "x")
	}
	for _, name := range stay {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s was deleted", name)
		}
	}
	for _, name := range gone {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s stays", name)
		}
	}
}

func TestTreesThatNobodyLooksAtAreForgotten(t *testing.T) {
	base := home(t)
	one, two, three := tree(t, map[string]string{"a.py": "a"}), tree(t, map[string]string{"a.py": "a"}), tree(t, map[string]string{"a.py": "a"})
	run(t, one, "1", "x")
	run(t, two, "1", "x")
	old := time.Now().Add(-2 * unusedAfter)
	write(t, filepath.Join(base, treeName(one)), findingsPrefix+strings.Repeat("0", 32), "x")
	for _, root := range []string{one, two} {
		os.Chtimes(filepath.Join(base, treeName(root), indexName), old, old)
	}
	run(t, two, "1", "x") // is in use again
	if err := os.MkdirAll(filepath.Join(base, "tree-house"), 0o700); err != nil {
		t.Fatal(err)
	}
	os.Chtimes(filepath.Join(base, "tree-house"), old, old)
	run(t, three, "1", "x")
	for name, want := range map[string]bool{treeName(one): false, treeName(two): true, treeName(three): true, "tree-house": true} {
		if _, err := os.Lstat(filepath.Join(base, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTimesOfAnArchiveAreNotBelieved(t *testing.T) {
	home(t)
	root := tree(t, map[string]string{"a.py": "a"})
	run(t, root, "1", "first")
	write(t, root, "a.py", "b") // same size, and write sets the time
	path := filepath.Join(root, "a.py")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, root, "a.py", "a")
	os.Chtimes(path, info.ModTime(), info.ModTime())
	run(t, root, "1", "first")
	write(t, root, "a.py", "b")
	os.Chtimes(path, info.ModTime(), info.ModTime())
	got, hit := run(t, root, "1", "second")
	want(t, "another content with the same size and time", got, hit, "second", false)
}

func TestIndexThatMakesNoSenseCountsAsOneThatHasTheFolder(t *testing.T) {
	entry := func(name string) string {
		return strings.Repeat("\x00", 62) + name + strings.Repeat("\x00", 8-(62+len(name))%8)
	}
	hash := strings.Repeat("\x00", sha256.Size)[:20]
	good := "DIRC\x00\x00\x00\x02\x00\x00\x00\x01" + entry("b.py")
	for content, want := range map[string]bool{
		good + hash: false, good + "TREE\x00\x00\x00\x02xx" + hash: false,
		good + "link\x00\x00\x00\x02xx" + hash: true, good[:40]: true, "": true, "DIRC\x00\x00\x00\x09\x00\x00\x00\x00" + hash: true,
		"DIRC\x00\x00\x00\x02\x00\x00\x00\x01" + entry("cache/index") + hash: true,
		"DIRC\x00\x00\x00\x02\x00\x00\x00\x01" + entry("cachet") + hash:      false,
		"DIRC\x00\x00\x00\x02\x00\x00\x00\x01" + entry("c") + hash:           false,
		"DIRC\x00\x00\x00\x03\x00\x00\x00\x01" + entry("a/") + hash:          false,
	} {
		if got := indexHas([]byte(content), "cache/"); got != want {
			t.Errorf("%q: %v", content, got)
		}
	}
	if !indexHas([]byte("DIRC\x00\x00\x00\x03\x00\x00\x00\x01"+entry("a/")+hash), "a/cache/") {
		t.Error("a sparse directory above is not seen")
	}
}
