package atomicfile

import (
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

func TestWriteKeepsModeAndLink(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := Write(file, []byte("1"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o604); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("file", link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(link)
	if err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info, err)
	}
	if info, _ := os.Stat(file); content(t, file) != "2" || info.Mode().Perm() != 0o604 {
		t.Errorf("%q, mode %v", content(t, file), info.Mode())
	}
}

func TestFailedWriteLeavesEverythingAsItWas(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	if err := os.Mkdir(target, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := Write(target, []byte("x"), 0o600); err == nil {
		t.Error("a directory was replaced")
	}
	if err := Write(filepath.Join(dir, "no", "file"), []byte("x"), 0o600); err == nil {
		t.Error("a file without a directory was written")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestTwoWritersLeaveOneWholeContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			if err := Write(path, []byte(strings.Repeat(fmt.Sprint(i), 1<<16)), 0o600); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	got := content(t, path)
	if len(got) != 1<<16 || strings.Trim(got, got[:1]) != "" {
		t.Errorf("%d bytes, mixed", len(got))
	}
}
