package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// directory is a new directory, and the root that writes go through.
func directory(t *testing.T) (string, *os.Root) {
	t.Helper()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, root
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

func TestWriteKeepsTheMode(t *testing.T) {
	dir, root := directory(t)
	file := filepath.Join(dir, "file")
	if err := Write(root, "file", []byte("1"), 0o640); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := os.Chmod(file, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := Write(root, "file", []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(file); content(t, file) != "2" || info.Mode().Perm() != 0o604 {
		t.Errorf("%q, mode %v", content(t, file), info.Mode())
	}
}

func TestNoLinkIsWrittenThrough(t *testing.T) {
	outside := t.TempDir()
	victim := filepath.Join(outside, "victim")
	if err := os.WriteFile(victim, []byte("precious"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir, root := directory(t)
	for link, target := range map[string]string{"file": victim, "new": filepath.Join(outside, "new"), "dir": outside} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	var linked NotRegular
	for _, name := range []string{"file", "new"} {
		if err := Write(root, name, []byte("x"), 0o600); !errors.As(err, &linked) || !strings.Contains(err.Error(), "is a symbolic link") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"dir/victim", "dir/new", "../up"} {
		if err := Write(root, name, []byte("x"), 0o600); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if got := names(t, outside); len(got) != 1 || content(t, victim) != "precious" {
		t.Errorf("outside are %v, and %q", got, content(t, victim))
	}
}

func TestFailedWriteLeavesEverythingAsItWas(t *testing.T) {
	dir, root := directory(t)
	if err := os.Mkdir(filepath.Join(dir, "target"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(root, "target", []byte("x"), 0o600); err == nil {
		t.Error("a directory was replaced")
	}
	if err := Write(root, "no/file", []byte("x"), 0o600); err == nil {
		t.Error("a file without a directory was written")
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestTwoWritersLeaveOneWholeContent(t *testing.T) {
	dir, root := directory(t)
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			if err := Write(root, "file", []byte(strings.Repeat(fmt.Sprint(i), 1<<16)), 0o600); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	got := content(t, filepath.Join(dir, "file"))
	if len(got) != 1<<16 || strings.Trim(got, got[:1]) != "" {
		t.Errorf("%d bytes, mixed", len(got))
	}
	if list := names(t, dir); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}

func TestTemporaryNamesAreKnownAndNoOthers(t *testing.T) {
	for name, want := range map[string]bool{
		".aiohub-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp":     true,
		".aiohub-ABC.tmp":                            false,
		".aiohub-notes of the year 2026 to keep.tmp": false,
		"x.tmp": false, ".aiohub-.tmp": false, ".aiohub-ABCDEFGHIJKLMNOPQRSTUVWXYZ": false,
	} {
		if got := IsTemporary(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
