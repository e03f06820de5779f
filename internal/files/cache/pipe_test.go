//go:build unix

package cache

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A folder counts as one that git has where git's index cannot be read; a pipe keeps nobody waiting.
func TestIndexThatIsAPipe(t *testing.T) {
	for _, name := range []string{".git", ".git/index"} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(filepath.Join(root, name), 0o600); err != nil {
			t.Fatal(err)
		}
		if !tracked(root, ".cache") {
			t.Errorf("%s: the folder counts as the user's own", name)
		}
	}
}
