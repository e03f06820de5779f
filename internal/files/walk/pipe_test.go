//go:build unix

package walk

import (
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// Pipes where a walk looks keep nobody waiting: a test that hangs ends at the time limit of go test.
func TestPipesKeepNobodyWaiting(t *testing.T) {
	root := plant(t, map[string]string{"a.py": ""})
	for _, name := range []string{".git", ".gitignore", "b.py", "script", "requirements.txt"} {
		if err := syscall.Mkfifo(filepath.Join(root, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := paths(t, root, Options{Workers: 1}); !slices.Equal(got, []string{"a.py"}) {
		t.Errorf("%v", got)
	}
}
