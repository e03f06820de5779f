package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"aiohub/internal/files/cache"
)

// built makes the program as `make build` does, and returns its path. Its cache is the test's own.
func built(t *testing.T) string {
	t.Helper()
	t.Setenv(cache.Variable, t.TempDir())
	path := filepath.Join(t.TempDir(), "aiohub")
	command := exec.Command("go", "build", "-trimpath", "-o", path, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return path
}
