//go:build unix

package fence

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestPipesAndLargeFilesKeepNobodyWaiting(t *testing.T) {
	root, _ := hostile(t)
	if err := syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	large, err := os.Create(filepath.Join(root, "large"))
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	if err := large.Truncate(Limit + 1); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"pipe": "is not a regular file", "large": "is larger than 64 MiB"} {
		file, err := Within(root, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Read(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
